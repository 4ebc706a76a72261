// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { Segment, Trouble } from "../../../contracts/types/Credits.sol";
import { vm } from "../base/Vm.sol";
import { World } from "../base/World.sol";

/// @notice Suspending, reinstating and invalidating against the naive model: one state per credit.
contract StandingModelTest is World {
    uint32 private constant CREDITS = 40;

    Trouble[40] private model;

    function testFuzz_standing_agrees_with_one_state_per_credit(uint256 seed) public {
        _issue(1000, CREDITS, alice);
        uint256 done;
        for (uint256 i = 0; i < 30; ++i) {
            uint256 dice = uint256(keccak256(abi.encode(seed, i)));
            uint32 first = uint32(dice % CREDITS);
            uint32 end = first + 1 + uint32((dice >> 32) % (i % 2 == 0 ? 4 : 16));
            if (end > CREDITS) end = CREDITS;
            if (_step((dice >> 64) % 5, first, end)) ++done;
            _compare();
        }
        vm.assertGt(done, 2, "useful steps");
    }

    function _step(uint256 act, uint32 first, uint32 end) private returns (bool done) {
        bytes memory call;
        Trouble left = Trouble.None;
        bool allowed;
        if (act < 2) {
            call = abi.encodeCall(credits.suspend, (1, first, end, EVIDENCE));
            left = Trouble.Suspended;
            allowed = _all(first, end, Trouble.None);
        } else if (act < 4) {
            call = abi.encodeCall(credits.reinstate, (1, first, end, EVIDENCE));
            allowed = _inOneSuspension(first, end);
        } else {
            call = abi.encodeCall(credits.invalidate, (1, first, end, EVIDENCE));
            left = Trouble.Invalidated;
            allowed = true;
        }
        vm.prank(registrar);
        (done,) = address(credits).call(call);
        vm.assertTrue(done == allowed, "allowed exactly when the model says so");
        for (uint32 i = first; done && i < end; ++i) {
            model[i] = left;
        }
    }

    function _all(uint32 first, uint32 end, Trouble trouble) private view returns (bool) {
        for (uint32 i = first; i < end; ++i) {
            if (model[i] != trouble) return false;
        }
        return true;
    }

    /// @dev Suspensions that touch stay two, and that is all the model cannot know.
    function _inOneSuspension(uint32 first, uint32 end) private view returns (bool) {
        Segment[] memory all = credits.segmentsOf(1);
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i].trouble == Trouble.Suspended && all[i].first <= first && end <= all[i].end) return true;
        }
        return false;
    }

    function _compare() private view {
        Segment[] memory all = credits.segmentsOf(1);
        uint256 covered;
        for (uint256 i = 0; i < all.length; ++i) {
            vm.assertTrue(all[i].first < all[i].end, "no empty range");
            vm.assertTrue(all[i].trouble != Trouble.None, "each range is in trouble");
            for (uint32 c = all[i].first; c < all[i].end; ++c) {
                vm.assertEq(uint256(model[c]), uint256(all[i].trouble), "the model's trouble");
                ++covered;
            }
        }
        for (uint32 c = 0; c < CREDITS; ++c) {
            if (model[c] != Trouble.None) --covered;
        }
        vm.assertEq(covered, 0, "each credit in trouble once");
        for (uint256 i = 0; i < all.length; ++i) {
            for (uint256 j = 0; j < all.length; ++j) {
                bool bothInvalid = all[i].trouble == Trouble.Invalidated && all[j].trouble == Trouble.Invalidated;
                vm.assertTrue(!bothInvalid || all[i].end != all[j].first, "invalid ranges that touch are one");
            }
        }
    }
}
