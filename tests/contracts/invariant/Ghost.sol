// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @dev One credit, as a naive book-keeper would write it down.
struct Credit {
    address owner;
    uint256 lot;
    bool retired;
    bool withdrawn;
    bool confirmed;
    uint32 claimedGrams;
    uint8 trouble;
}

/// @notice A book with one line per credit, kept beside the registry by whoever drives it. No ranges, no marks.
abstract contract Ghost {
    uint64 internal constant MOST_BATCHES = 6;
    uint32 internal constant MOST_CREDITS = 24;

    struct Block {
        uint32 series;
        uint256 firstSerial;
        uint32 count;
        uint64 report;
    }

    Credit[24][7] internal book; // [batch][index]; batches count from 1
    Block[7] internal blocks;
    uint64 internal batches;
    uint256[] internal lots;
    mapping(bytes32 serial => bool) internal serialIssued;
    mapping(uint64 report => uint256) internal issued;

    function _first(uint256 lot) internal view returns (Credit storage) {
        return book[lot >> 32][uint32(lot)];
    }

    /// @dev Credits `[from, end)` of the batch of `lot` become lot `to` of `owner`.
    function _reassign(uint256 lot, uint256 to, uint32 from, uint32 end, address owner) internal {
        for (uint32 i = from; i < end; ++i) {
            Credit storage c = book[lot >> 32][i];
            c.lot = to;
            c.owner = owner;
        }
    }

    function _countIf(uint256 lot, bool retiredOnly) internal view returns (uint32 n) {
        for (uint32 i = 0; i < blocks[lot >> 32].count; ++i) {
            Credit storage c = book[lot >> 32][i];
            if (c.lot == lot && (!retiredOnly || c.retired)) ++n;
        }
    }

    function _anyTrouble(uint256 batch, uint32 from, uint32 end) internal view returns (bool) {
        for (uint32 i = from; i < end; ++i) {
            if (book[batch][i].trouble != 0) return true;
        }
        return false;
    }
}
