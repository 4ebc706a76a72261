// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @dev The layout that docs/spec/storage.md promises to verifiers, written down once for the tests.
library Slots {
    // Both contracts
    uint256 internal constant HISTORY = 0;

    // CreditRegistry
    uint256 internal constant MARKS = 6;
    uint256 internal constant ANCHORS = 7;
    uint256 internal constant BATCHES = 8;
    uint256 internal constant SEGMENTS = 9;
    uint256 internal constant SERIES = 10;
    uint256 internal constant CONFIRMED_BY = 11;
    bytes4 internal constant LOT_SEED = 0x7d882553;

    // ProjectRegistry
    uint256 internal constant PROJECTS = 5;
    uint256 internal constant REPORTS = 6;
    uint256 internal constant SOURCE_IDS = 7;
    uint256 internal constant PROGRAMMES = 8;

    function at(uint256 mapping_, uint256 key) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(key, mapping_)));
    }

    function element(uint256 array, uint256 i) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(array))) + i;
    }

    /// @dev Where the ERC-721 library keeps owner and extra bits of a token.
    function lot(uint256 id) internal pure returns (uint256) {
        unchecked {
            return uint256(keccak256(abi.encodePacked(uint224(id >> 32), LOT_SEED))) + 2 * id;
        }
    }

    /// @dev Cut `bits` at `offset` from a word.
    function field(uint256 word, uint256 bits, uint256 offset) internal pure returns (uint256) {
        return (word >> offset) & ((1 << bits) - 1);
    }
}
