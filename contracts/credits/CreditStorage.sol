// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { Governed } from "../base/Governed.sol";
import { RangeList } from "../libraries/RangeList.sol";
import { Batch, Marks, Segment } from "../types/Credits.sol";

/// @dev All state of the CreditRegistry in the order of its slots, so that what a verifier reads stays where
/// docs/spec/storage.md says. Each is written by the one contract named
/// beside it.
abstract contract CreditStorage is Governed {
    // Slot 4, beside the pause: what new business reads, in one word. The last of these is slot 5.
    bool internal _closed; // Closing
    uint64 internal _batchCount; // Issuance
    uint32 internal _seriesCount; // Issuance
    address internal _successor; // Closing

    // Slots 6 to 11 are read from outside.
    mapping(uint256 lot => Marks) internal _marks; // Retirement
    mapping(uint256 lot => mapping(uint32 tranche => bytes32)) internal _anchors; // Retirement
    mapping(uint64 batch => Batch) internal _batches; // Issuance
    mapping(uint64 batch => Segment[]) internal _segments; // Standing
    mapping(uint32 series => string) internal _series; // Issuance
    mapping(uint256 lot => address) internal _confirmedBy; // Retirement

    mapping(uint256 lot => address) internal _claimants; // Lots
    mapping(uint64 report => uint256) internal _issued; // Issuance
    mapping(bytes32 idHash => uint32 series) internal _seriesByHash; // Issuance
    mapping(uint32 series => RangeList.List) internal _serials; // Issuance
}
