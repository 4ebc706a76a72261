// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {
    AccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import { IDepositToken } from "./interfaces/IDepositToken.sol";

/// @title DepositToken
/// @notice The manual is in IDepositToken. A plain ERC-20: nothing is taken of a transfer, no holder is called, nobody
/// can freeze or take what another holds.
contract DepositToken is ERC20, AccessControlDefaultAdminRules, IDepositToken {
    /// @notice Mints against bank receipts.
    bytes32 public constant OPERATOR_ROLE = keccak256("OPERATOR_ROLE");

    uint8 private immutable _decimals;
    mapping(bytes32 receipt => bool) private _used;

    constructor(string memory name_, string memory symbol_, uint8 decimals_, address admin, uint48 adminDelay)
        ERC20(name_, symbol_)
        AccessControlDefaultAdminRules(adminDelay, admin)
    {
        _decimals = decimals_;
    }

    /// @inheritdoc IDepositToken
    function deposit(address account, uint256 units, bytes32 receipt) external onlyRole(OPERATOR_ROLE) {
        // Check
        if (units == 0) revert NoUnits();
        if (receipt == 0) revert ReceiptMissing();
        if (_used[receipt]) revert ReceiptUsed(receipt);

        // Effect
        _used[receipt] = true;
        emit Deposited(account, units, receipt, msg.sender);
        _mint(account, units);
    }

    /// @inheritdoc IDepositToken
    function redeem(uint256 units, bytes32 instruction) external {
        // Check
        if (units == 0) revert NoUnits();
        if (instruction == 0) revert ReceiptMissing();

        // Effect
        emit Redeemed(msg.sender, units, instruction);
        _burn(msg.sender, units);
    }

    /// @inheritdoc IDepositToken
    function isUsed(bytes32 receipt) external view returns (bool) {
        return _used[receipt];
    }

    function decimals() public view override returns (uint8) {
        return _decimals;
    }
}
