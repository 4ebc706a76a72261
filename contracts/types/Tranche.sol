// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice Certificates that claim the grams `[start, start + total)` of a lot together (docs/spec/tranche.md).
struct Tranche {
    uint256 lot;
    uint32 number; // in the lot, from 0
    uint64 start; // grams
    uint64 total; // grams
    uint64 leafCount; // certificates
    bytes32 root; // of their Merkle-sum tree
}

/// @dev SHA256("tranche/1")
bytes32 constant TRANCHE_TAG = 0x0bf4cda55b312bb52b7603a98cc197e7259bb0addaf493961136b5a3b0e4aba2;

using { anchorIn } for Tranche global;

/// @return The 32 bytes that bind a tranche to this chain, its `registry`, lot and position.
function anchorIn(Tranche memory tranche, address registry) view returns (bytes32) {
    return sha256(
        abi.encodePacked(
            bytes1(0x02),
            TRANCHE_TAG,
            block.chainid,
            registry,
            tranche.lot,
            tranche.number,
            tranche.start,
            tranche.total,
            tranche.leafCount,
            tranche.root
        )
    );
}
