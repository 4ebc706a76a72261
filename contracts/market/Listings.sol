// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { ICreditMarket } from "../interfaces/ICreditMarket.sol";
import { Lot, Segment } from "../types/Credits.sol";
import { Listing } from "../types/Market.sol";
import { Payments } from "./Payments.sol";

/// @dev Lots in escrow: how they come, and how what is unsold goes back.
abstract contract Listings is Payments {
    /// @inheritdoc ICreditMarket
    function list(uint256 lot, address token, uint88 unitPrice, address buyer, uint32 expiry)
        external
        nonReentrant
        whenNotPaused
        returns (uint64 listing)
    {
        // Check
        if (unitPrice == 0) revert PriceInvalid();
        if (token.code.length == 0) revert TokenInvalid(token);
        if (expiry <= block.timestamp) revert ExpiryInvalid(expiry, block.timestamp);
        uint32 count = registry.lotOf(lot).count;
        _requireGoodStanding(lot, uint32(lot), count);

        // Effect
        listing = ++_listingCount;
        Listing memory l = Listing(msg.sender, listing, expiry, token, unitPrice, buyer != address(0));
        _listings[lot] = l;
        if (l.isBlockTrade) _buyers[listing] = buyer;
        _recordListed(lot, l, count, buyer);

        // Interaction: refused unless the caller owns the lot, so a lot in escrow is never listed again
        registry.transferFrom(msg.sender, address(this), lot);
    }

    /// @inheritdoc ICreditMarket
    function cancel(uint256 lot) external nonReentrant {
        // Check
        Listing memory l = _listed(lot);
        if (msg.sender != l.seller && block.timestamp < l.expiry) revert NotTheSeller(lot, msg.sender);
        Lot memory unsold = registry.lotOf(lot);

        // Effect
        delete _listings[lot];
        _recordListingCancelled(l.number, lot, unsold.count);

        // Interaction: a lot that the registrar took out by force moves no more
        if (!unsold.withdrawn) registry.transferFrom(address(this), l.seller, lot);
    }

    /// @inheritdoc ICreditMarket
    function withdrawUnsold(uint256 lot) external nonReentrant {
        // Check
        Listing memory l = _listed(lot);
        if (msg.sender != l.seller) revert NotTheSeller(lot, msg.sender);
        if (!registry.closed()) revert RegistryOpen();
        uint32 count = registry.lotOf(lot).count;

        // Effect
        delete _listings[lot];
        _recordListingWithdrawn(l.number, lot, l.seller, count);

        // Interaction
        registry.requestWithdrawal(lot);
    }

    /// @inheritdoc ICreditMarket
    function returnStray(uint256 lot, address to) external nonReentrant onlyRole(DEFAULT_ADMIN_ROLE) {
        // Check
        uint64 number = _listings[lot].number;
        if (number != 0) revert AlreadyListed(lot, number);

        // Effect
        _recordStrayReturned(lot, to);

        // Interaction
        registry.transferFrom(address(this), to, lot);
    }

    // ------------------------------------------------------------------------------------------------ reading

    /// @inheritdoc ICreditMarket
    function listingOf(uint256 lot) external view returns (Listing memory) {
        return _listings[lot];
    }

    /// @inheritdoc ICreditMarket
    function buyerOf(uint64 listing) external view returns (address) {
        return _buyers[listing];
    }

    // ------------------------------------------------------------------------------------------------- checks

    function _listed(uint256 lot) internal view returns (Listing memory l) {
        l = _listings[lot];
        if (l.seller == address(0)) revert NotListed(lot);
    }

    function _requireGoodStanding(uint256 lot, uint32 firstIndex, uint32 count) internal view {
        uint64 batch = uint64(lot >> 32);
        Segment[] memory segments = registry.segmentsOf(batch);
        for (uint256 i = 0; i < segments.length; ++i) {
            Segment memory s = segments[i];
            if (s.first < firstIndex + count && firstIndex < s.end) {
                revert NotInGoodStanding(batch, firstIndex, firstIndex + count, s.trouble);
            }
        }
    }
}
