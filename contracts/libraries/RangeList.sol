// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice Disjoint half-open ranges of numbers below 2^128, kept in a sorted singly linked list, inserted in any
/// order. A caller that knows the neighbour below gives it as a hint and pays for one step; a worse hint walks.
/// @dev Ranges are keyed by their first number. The head is a key of its own, `HEAD`, which no number can equal.
library RangeList {
    uint256 internal constant HEAD = type(uint256).max;

    struct Node {
        uint128 next;
        uint32 width; // 0: no range starts here
        uint64 tag;
        bool hasNext;
    }

    struct List {
        mapping(uint256 first => Node) nodes;
    }

    /// @notice `hint` is neither `HEAD` nor the first number of a range at or below the new one.
    error HintInvalid(uint256 hint);

    /// @notice Write the head before the first range comes, so that whoever inserts that one pays no more than others.
    function open(List storage list) internal {
        list.nodes[HEAD].tag = 1;
    }

    /// @return existingFirst First number of a range that the new one meets. @return existingEnd Its end; 0 if the new
    /// range met none and was inserted.
    function insert(List storage list, uint128 first, uint32 width, uint64 tag, uint256 hint)
        internal
        returns (uint256 existingFirst, uint256 existingEnd)
    {
        // Check
        Node memory below = list.nodes[hint];
        if (hint != HEAD && (below.width == 0 || hint > first)) revert HintInvalid(hint);
        uint256 key = hint;
        while (below.hasNext && below.next <= first) {
            key = below.next;
            below = list.nodes[key];
        }
        if (key != HEAD && key + below.width > first) return (key, key + below.width);
        if (below.hasNext && below.next < uint256(first) + width) {
            return (below.next, uint256(below.next) + list.nodes[below.next].width);
        }

        // Effect
        list.nodes[first] = Node({ next: below.next, width: width, tag: tag, hasNext: below.hasNext });
        list.nodes[key] = Node({ next: first, width: below.width, tag: below.tag, hasNext: true });
    }
}
