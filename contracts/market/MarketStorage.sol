// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { Governed } from "../base/Governed.sol";
import { ICreditMarket } from "../interfaces/ICreditMarket.sol";
import { ICreditRegistry } from "../interfaces/ICreditRegistry.sol";
import { Listing } from "../types/Market.sol";

/// @dev The registry as the market uses it: also the ERC-721 token that it is.
interface ILots is ICreditRegistry {
    function transferFrom(address from, address to, uint256 lot) external payable;
}

/// @dev All state of the market. Each is written by the one contract named beside it.
abstract contract MarketStorage is Governed, ICreditMarket {
    /// @notice The most that a fee can be, in hundredths of a percent.
    uint16 public constant MAX_FEE = 500;

    /// @notice Whose credits are traded here.
    ILots public immutable registry;

    // Slot 4, beside the pause.
    uint64 internal _listingCount; // Listings
    uint16 internal _feeBasisPoints; // Payments
    address internal _feeRecipient; // Payments

    mapping(uint256 lot => Listing) internal _listings; // Listings, Fills
    mapping(uint64 listing => address) internal _buyers; // Listings, of block trades
    mapping(address account => mapping(address token => uint256 units)) internal _owed; // Payments

    constructor(ICreditRegistry registry_) {
        registry = ILots(address(registry_));
    }
}
