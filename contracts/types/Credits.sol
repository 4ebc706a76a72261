// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @dev 1 credit = 1 tCO2e = 1,000,000 g CO2e.
uint256 constant GRAMS_PER_CREDIT = 1_000_000;

/// @notice One issuance: credits `firstSerial … firstSerial + count - 1` of one series. Two slots (docs/spec/storage.md).
struct Batch {
    // slot 0
    uint128 firstSerial;
    uint32 count;
    uint32 series;
    uint64 report;
    // slot 1
    address registrar; // who issued it
}

/// @notice The marks of a lot, in the order of the tape `[claimed grams … | retired … | live …]`. One slot.
struct Marks {
    uint64 claimedGrams; // from the start of the lot; never shrinks, never beyond retired credits
    uint32 tranches; // anchored so far; the next tranche has this number
    uint32 confirmed; // credits from the start of the lot whose cancellation the source registry is attested to hold
}

/// @notice A lot as one reads it. On chain it is one ERC-721 ownership slot: owner 160, count 32, retired 32, flags 32.
struct Lot {
    address owner;
    uint32 count; // credits in the lot
    uint32 retired; // of them, from the start, permanently unusable
    bool withdrawalRequested;
    bool withdrawn; // terminal: never retired, claimed, moved or split again
    address claimant; // may retire and claim beside the owner; zero for none
}

/// @notice What is wrong with a range of credits.
enum Trouble {
    None,
    Suspended,
    Invalidated
}

/// @notice A range of credits of a batch that is not in good standing. One slot.
struct Segment {
    uint32 first; // index in the batch
    uint32 end; // exclusive
    Trouble trouble;
}
