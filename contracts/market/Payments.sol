// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import { ICreditMarket } from "../interfaces/ICreditMarket.sol";
import { BASIS } from "../types/Market.sol";
import { MarketHistory } from "./MarketHistory.sol";

/// @dev Money comes in with a fill and goes out when it is collected; nobody's refusal to take it stops a trade.
abstract contract Payments is MarketHistory, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @inheritdoc ICreditMarket
    function collect(address token, address to) external nonReentrant returns (uint256 units) {
        // Check
        units = _owed[msg.sender][token];
        if (units == 0) revert NothingToCollect(msg.sender, token);
        if (to == address(0) || to == address(this)) revert RecipientInvalid(to);

        // Effect
        delete _owed[msg.sender][token];
        _recordCollected(token, units, to);

        // Interaction
        IERC20(token).safeTransfer(to, units);
    }

    /// @inheritdoc ICreditMarket
    function setFee(uint16 basisPoints, address recipient) external onlyRole(DEFAULT_ADMIN_ROLE) {
        // Check
        if (basisPoints > MAX_FEE) revert FeeInvalid(basisPoints, MAX_FEE);
        if (recipient == address(0)) revert RecipientInvalid(recipient);

        // Effect
        _feeBasisPoints = basisPoints;
        _feeRecipient = recipient;
        _recordFeeSet(basisPoints, recipient);
    }

    // ------------------------------------------------------------------------------------------------ reading

    /// @inheritdoc ICreditMarket
    function owed(address account, address token) external view returns (uint256 units) {
        return _owed[account][token];
    }

    /// @inheritdoc ICreditMarket
    function fee() external view returns (uint16 basisPoints, address recipient) {
        return (_feeBasisPoints, _feeRecipient);
    }

    // ------------------------------------------------------------------------------------------------ effects

    /// @dev Write down what a fill owes to seller and fee recipient.
    function _owe(address seller, address token, uint256 cost, uint256 fee_) internal {
        _owed[seller][token] += cost;
        if (fee_ != 0) _owed[_feeRecipient][token] += fee_;
    }

    /// @dev Rounds down: the buyer gains.
    function _feeOn(uint256 cost) internal view returns (uint256) {
        return cost * _feeBasisPoints / BASIS;
    }

    /// @dev Take exactly `units` from the caller.
    function _take(address token, uint256 units) internal {
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), units);
        uint256 received = IERC20(token).balanceOf(address(this)) - before;
        if (received != units) revert PaymentDiffers(token, units, received);
    }
}
