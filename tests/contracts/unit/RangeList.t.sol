// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { RangeList } from "../../../contracts/libraries/RangeList.sol";
import { vm } from "../base/Vm.sol";

/// @notice The sorted list of ranges against the naive model: an array of pairs, every pair compared.
contract RangeListTest {
    using RangeList for RangeList.List;

    bool public constant IS_TEST = true;

    RangeList.List private list;
    uint256[2][] private model; // first, end

    function testFuzz_the_list_agrees_with_the_naive_model(uint256 seed) public {
        uint256 inserted;
        uint256 refused;
        for (uint256 i = 0; i < 24; ++i) {
            uint256 dice = uint256(keccak256(abi.encode(seed, i)));
            uint128 first = uint128(dice % 400);
            if (seed % 3 == 0) first = type(uint128).max - first; // the upper edge
            uint32 width = uint32((dice >> 32) % 20 + 1);
            uint256 hint = _anyHint(first, dice >> 64);
            (uint256 existingFirst, uint256 existingEnd) = list.insert(first, width, uint64(i + 1), hint);
            if (existingEnd == 0) {
                vm.assertFalse(_meets(first, uint256(first) + width), "inserted over another");
                model.push([uint256(first), uint256(first) + width]);
                ++inserted;
            } else {
                vm.assertTrue(existingFirst < uint256(first) + width && first < existingEnd, "names one that it meets");
                vm.assertTrue(_holds(existingFirst, existingEnd), "names a real one");
                ++refused;
            }
            _assertSorted();
        }
        vm.assertGt(inserted, 3, "inserted");
    }

    function testFuzz_a_hint_that_is_no_range_at_or_below_is_refused(uint128 hint) public {
        list.insert(1000, 10, 1, RangeList.HEAD);
        list.insert(2000, 10, 1, RangeList.HEAD);
        vm.assume(hint != 1000);
        vm.expectRevert(abi.encodeWithSelector(RangeList.HintInvalid.selector, hint));
        this.insert(1500, hint);
    }

    /// @dev A call of its own, so that its revert can be expected.
    function insert(uint128 first, uint256 hint) external {
        list.insert(first, 1, 2, hint);
    }

    /// @dev HEAD or any range at or below: near, far or the range itself.
    function _anyHint(uint256 first, uint256 dice) private view returns (uint256) {
        uint256 n = model.length;
        for (uint256 i = 0; n != 0 && i < 8; ++i) {
            uint256 candidate = model[(dice + i) % n][0];
            if (candidate <= first) return candidate;
        }
        return RangeList.HEAD;
    }

    function _meets(uint256 first, uint256 end) private view returns (bool) {
        for (uint256 i = 0; i < model.length; ++i) {
            if (model[i][0] < end && first < model[i][1]) return true;
        }
        return false;
    }

    function _holds(uint256 first, uint256 end) private view returns (bool) {
        for (uint256 i = 0; i < model.length; ++i) {
            if (model[i][0] == first && model[i][1] == end) return true;
        }
        return false;
    }

    function _assertSorted() private view {
        RangeList.Node memory node = list.nodes[RangeList.HEAD];
        uint256 seen;
        uint256 end;
        while (node.hasNext) {
            uint256 first = node.next;
            node = list.nodes[first];
            vm.assertTrue(first >= end, "sorted and disjoint");
            vm.assertTrue(node.width != 0 && node.tag != 0, "a range");
            end = first + node.width;
            vm.assertTrue(_holds(first, end), "of the model");
            ++seen;
        }
        vm.assertEq(seen, model.length, "none lost");
    }
}
