// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice The Merkle-sum tree of a tranche as docs/spec tells it, written for reading, not for gas: RFC 6962's shape,
/// each node with the grams below it.
library SumTree {
    uint256 internal constant END = 1 << 53; // sums stay below

    struct Node {
        bytes32 hash;
        uint256 grams;
    }

    function leaf(uint256 index, uint256 grams, bytes32 certHash) internal pure returns (Node memory) {
        return Node(sha256(abi.encodePacked(hex"00", uint64(index), uint64(grams), certHash)), grams);
    }

    function inner(Node memory left, Node memory right) internal pure returns (Node memory) {
        bytes memory both = abi.encodePacked(left.hash, uint64(left.grams), right.hash, uint64(right.grams));
        return Node(sha256(bytes.concat(hex"01", both)), left.grams + right.grams);
    }

    function root(uint256[] memory grams, bytes32[] memory certHashes) internal pure returns (Node memory) {
        return _root(grams, certHashes, 0, grams.length);
    }

    function _root(uint256[] memory grams, bytes32[] memory certHashes, uint256 first, uint256 end)
        private
        pure
        returns (Node memory)
    {
        if (end - first == 1) return leaf(first, grams[first], certHashes[first]);
        uint256 left = 1;
        while (left * 2 < end - first) left *= 2;
        return inner(_root(grams, certHashes, first, first + left), _root(grams, certHashes, first + left, end));
    }

    /// @dev Directions come from index and leaf count alone. Not ok: wrong length, an empty leaf or sibling, a sum too
    /// large.
    function fold(uint256 index, uint256 leafCount, Node memory node, Node[] memory path)
        internal
        pure
        returns (bool ok, Node memory folded, uint256 leftGrams)
    {
        if (index >= leafCount || node.grams == 0 || node.grams >= END) return (false, node, 0);
        uint256 last = leafCount - 1;
        for (uint256 i = 0; i < path.length; ++i) {
            if (last == 0 || path[i].grams == 0 || path[i].grams >= END) return (false, node, 0);
            if (index % 2 == 1 || index == last) {
                leftGrams += path[i].grams;
                node = inner(path[i], node);
                while (index % 2 == 0 && index != 0) {
                    index /= 2;
                    last /= 2;
                }
            } else {
                node = inner(node, path[i]);
            }
            if (node.grams >= END) return (false, node, 0);
            index /= 2;
            last /= 2;
        }
        return (last == 0, node, leftGrams);
    }
}
