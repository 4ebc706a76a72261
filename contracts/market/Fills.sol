// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { ICreditMarket } from "../interfaces/ICreditMarket.sol";
import { Listing } from "../types/Market.sol";
import { Listings } from "./Listings.sol";

/// @dev Credits change hands, from the tail of a listed lot, for money.
abstract contract Fills is Listings {
    /// @inheritdoc ICreditMarket
    function buy(uint256 lot, uint64 listing, uint32 count, uint256 maxUnitPrice, uint256 maxFee, address to)
        external
        nonReentrant
        whenNotPaused
        returns (uint256 bought)
    {
        return _fill(lot, listing, count, maxUnitPrice, maxFee, to, false);
    }

    /// @inheritdoc ICreditMarket
    function buyAndRetire(uint256 lot, uint64 listing, uint32 count, uint256 maxUnitPrice, uint256 maxFee, address to)
        external
        nonReentrant
        whenNotPaused
        returns (uint256 bought)
    {
        return _fill(lot, listing, count, maxUnitPrice, maxFee, to, true);
    }

    function _fill(
        uint256 lot,
        uint64 listing,
        uint32 count,
        uint256 maxUnitPrice,
        uint256 maxFee,
        address to,
        bool retireThem
    ) private returns (uint256 bought) {
        // Check
        Listing memory l = _listed(lot);
        if (l.number != listing) revert UnexpectedListing(lot, listing, l.number);
        if (block.timestamp >= l.expiry) revert ListingExpired(listing, l.expiry);
        if (l.isBlockTrade && msg.sender != _buyers[listing]) revert NotTheNamedBuyer(listing, msg.sender);
        if (l.unitPrice > maxUnitPrice) revert PriceAbove(listing, l.unitPrice, maxUnitPrice);
        if (to == address(this)) revert RecipientInvalid(to);
        uint32 left = registry.lotOf(lot).count;
        uint32 least = l.isBlockTrade ? left : 1;
        if (count < least || count > left) revert CountInvalid(count, least, left);
        uint256 cost = uint256(count) * l.unitPrice;
        uint256 fee_ = _feeOn(cost);
        if (fee_ > maxFee) revert FeeAbove(listing, fee_, maxFee);
        bought = lot + left - count;
        _requireGoodStanding(bought, uint32(bought), count);

        // Effect
        if (count == left) delete _listings[lot];
        _owe(l.seller, l.token, cost, fee_);
        _recordFilled(listing, bought, to, count, cost, fee_, retireThem);

        // Interaction
        _take(l.token, cost + fee_);
        registry.splitTo(lot, count, to, retireThem);
    }
}
