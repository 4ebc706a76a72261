// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @dev A hundredth of a percent.
uint256 constant BASIS = 10_000;

/// @notice A lot for sale, whole credits from its tail, at one price. The terms of a number never change. Two slots.
struct Listing {
    // slot 0
    address seller; // zero: sold out, cancelled, or never listed
    uint64 number; // of the listing: a lot that is listed again has another
    uint32 expiry; // Unix time from which nobody can buy
    // slot 1
    address token; // the ERC-20 in which it is paid
    uint88 unitPrice; // of one credit, in the token's smallest unit
    bool isBlockTrade; // only the named buyer may buy, and only all of it
}
