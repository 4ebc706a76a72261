// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { Listing } from "../types/Market.sol";
import { MarketStorage } from "./MarketStorage.sol";

/// @dev The only place where the events of ICreditMarket are emitted, each folded beside its emission.
abstract contract MarketHistory is MarketStorage {
    function _recordListed(uint256 lot, Listing memory l, uint32 count, address buyer) internal {
        bytes32 prior = historyHash();
        emit Listed(l.number, lot, l.seller, count, l.token, l.unitPrice, buyer, l.expiry, prior);
        _fold(
            prior,
            abi.encode(Listed.selector, l.number, lot, l.seller, count, l.token, l.unitPrice, buyer, l.expiry, prior)
        );
    }

    function _recordFilled(
        uint64 listing,
        uint256 lot,
        address owner,
        uint32 count,
        uint256 cost,
        uint256 fee_,
        bool retired
    ) internal {
        bytes32 prior = historyHash();
        emit Filled(listing, lot, msg.sender, owner, count, cost, fee_, retired, prior);
        _fold(prior, abi.encode(Filled.selector, listing, lot, msg.sender, owner, count, cost, fee_, retired, prior));
    }

    function _recordListingCancelled(uint64 listing, uint256 lot, uint32 count) internal {
        bytes32 prior = historyHash();
        emit ListingCancelled(listing, lot, count, msg.sender, prior);
        _fold(prior, abi.encode(ListingCancelled.selector, listing, lot, count, msg.sender, prior));
    }

    function _recordListingWithdrawn(uint64 listing, uint256 lot, address seller, uint32 count) internal {
        bytes32 prior = historyHash();
        emit ListingWithdrawn(listing, lot, seller, count, prior);
        _fold(prior, abi.encode(ListingWithdrawn.selector, listing, lot, seller, count, prior));
    }

    function _recordCollected(address token, uint256 units, address to) internal {
        bytes32 prior = historyHash();
        emit Collected(msg.sender, token, units, to, prior);
        _fold(prior, abi.encode(Collected.selector, msg.sender, token, units, to, prior));
    }

    function _recordFeeSet(uint16 basisPoints, address recipient) internal {
        bytes32 prior = historyHash();
        emit FeeSet(basisPoints, recipient, msg.sender, prior);
        _fold(prior, abi.encode(FeeSet.selector, basisPoints, recipient, msg.sender, prior));
    }

    function _recordStrayReturned(uint256 lot, address to) internal {
        bytes32 prior = historyHash();
        emit StrayReturned(lot, to, msg.sender, prior);
        _fold(prior, abi.encode(StrayReturned.selector, lot, to, msg.sender, prior));
    }
}
