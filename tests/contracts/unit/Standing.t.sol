// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { ICreditRegistry as R } from "../../../contracts/interfaces/ICreditRegistry.sol";
import { Segment, Trouble } from "../../../contracts/types/Credits.sol";
import { vm } from "../base/Vm.sol";
import { World } from "../base/World.sol";

/// @dev Follows standing.tree and confirm.tree.
contract StandingTest is World {
    uint256 private lot;

    function setUp() public override {
        super.setUp();
        lot = _issue(1000, 1000, alice);
    }

    function test_only_a_registrar_judges_standing() public {
        address[5] memory others = [stranger, alice, operator, pauser, admin];
        for (uint256 i = 0; i < others.length; ++i) {
            bytes memory why = _unauthorised(others[i], keccak256("REGISTRAR_ROLE"));
            vm.startPrank(others[i]);
            vm.expectRevert(why);
            credits.suspend(1, 0, 1, EVIDENCE);
            vm.expectRevert(why);
            credits.reinstate(1, 0, 1, EVIDENCE);
            vm.expectRevert(why);
            credits.invalidate(1, 0, 1, EVIDENCE);
            vm.stopPrank();
        }
    }

    function test_standing_speaks_of_credits_that_exist() public {
        _eachRefuses(2, 0, 1, EVIDENCE, abi.encodeWithSelector(R.BatchUnknown.selector, 2));
        _eachRefuses(1, 5, 5, EVIDENCE, abi.encodeWithSelector(R.RangeInvalid.selector, 1, 5, 5, 1000));
        _eachRefuses(1, 6, 5, EVIDENCE, abi.encodeWithSelector(R.RangeInvalid.selector, 1, 6, 5, 1000));
        _eachRefuses(1, 0, 1001, EVIDENCE, abi.encodeWithSelector(R.RangeInvalid.selector, 1, 0, 1001, 1000));
        _eachRefuses(1, 0, 1, 0, abi.encodeWithSelector(R.EvidenceMissing.selector));
    }

    function test_a_suspension_is_recorded_for_live_retired_and_withdrawn_credits_also_when_closed_and_paused() public {
        _retire(lot, 10);
        vm.prank(registrar);
        credits.forceWithdraw(lot, EVIDENCE);
        _close(bob);
        _pause();
        bytes32 prior = credits.historyHash();
        vm.expectEmit(true, true, true, true, address(credits));
        emit R.Suspended(1, 0, 1000, registrar, EVIDENCE, prior);
        _suspend(0, 1000);
        prior = credits.historyHash();
        vm.expectEmit(true, true, true, true, address(credits));
        emit R.Reinstated(1, 0, 500, registrar, EVIDENCE, prior);
        _reinstate(0, 500);
        prior = credits.historyHash();
        vm.expectEmit(true, true, true, true, address(credits));
        emit R.Invalidated(1, 0, 5, registrar, EVIDENCE, prior);
        _invalidate(0, 5);
        _assertSegments(2);
        _assertTape(lot, alice, 10, 10);
    }

    function test_credits_in_trouble_are_not_suspended_again() public {
        _suspend(100, 200);
        _refused(0, 150, 250, abi.encodeWithSelector(R.NotInGoodStanding.selector, 1, 150, 250, Trouble.Suspended));
        _refused(0, 50, 101, abi.encodeWithSelector(R.NotInGoodStanding.selector, 1, 50, 101, Trouble.Suspended));
        _suspend(200, 201);
        _suspend(99, 100);
        _invalidate(300, 400);
        _refused(0, 399, 401, abi.encodeWithSelector(R.NotInGoodStanding.selector, 1, 399, 401, Trouble.Invalidated));
    }

    function test_only_credits_of_one_suspension_are_reinstated() public {
        _refused(1, 0, 1, abi.encodeWithSelector(R.NotSuspended.selector, 1, 0, 1));
        _suspend(100, 200);
        _suspend(200, 300);
        _invalidate(400, 500);
        _refused(1, 150, 250, abi.encodeWithSelector(R.NotSuspended.selector, 1, 150, 250));
        _refused(1, 99, 200, abi.encodeWithSelector(R.NotSuspended.selector, 1, 99, 200));
        _refused(1, 250, 301, abi.encodeWithSelector(R.NotSuspended.selector, 1, 250, 301));
        _refused(1, 400, 500, abi.encodeWithSelector(R.NotSuspended.selector, 1, 400, 500));
    }

    function test_reinstating_leaves_the_rest_of_the_suspension() public {
        _suspend(100, 200);
        _reinstate(100, 110);
        _assertTrouble(100, 110, Trouble.None);
        _assertTrouble(110, 200, Trouble.Suspended);
        _reinstate(190, 200);
        _reinstate(140, 150);
        _assertSegments(2);
        _assertTrouble(110, 140, Trouble.Suspended);
        _assertTrouble(140, 150, Trouble.None);
        _assertTrouble(150, 190, Trouble.Suspended);
        _reinstate(110, 140);
        _reinstate(150, 190);
        _assertSegments(0);
    }

    function test_an_invalidation_is_final() public {
        _invalidate(100, 200);
        bytes memory why = abi.encodeWithSelector(R.NotInGoodStanding.selector, 1, 150, 151, Trouble.Invalidated);
        _refused(0, 150, 151, why);
        _refused(1, 150, 151, abi.encodeWithSelector(R.NotSuspended.selector, 1, 150, 151));
    }

    function test_an_invalidation_ends_or_cuts_suspensions() public {
        _suspend(50, 120);
        _suspend(130, 140);
        _suspend(150, 250);
        _suspend(300, 310);
        _invalidate(100, 200);
        _assertTrouble(50, 100, Trouble.Suspended);
        _assertTrouble(100, 200, Trouble.Invalidated);
        _assertTrouble(200, 250, Trouble.Suspended);
        _assertTrouble(300, 310, Trouble.Suspended);
        _assertSegments(4);
        _invalidate(305, 306); // a hole in one
        _assertTrouble(300, 305, Trouble.Suspended);
        _assertTrouble(306, 310, Trouble.Suspended);
        _assertSegments(6);
        _invalidate(200, 305); // over several, up to the edges of the invalid ones, which it joins
        _assertTrouble(100, 306, Trouble.Invalidated);
        _assertSegments(3);
    }

    function test_invalidations_that_meet_or_touch_become_one() public {
        _invalidate(10, 20);
        _invalidate(30, 40);
        _invalidate(50, 60);
        _assertSegments(3);
        _invalidate(12, 15); // within: more evidence, the same credits
        _assertSegments(3);
        _invalidate(20, 30); // touches two
        _assertSegments(2);
        _assertTrouble(10, 40, Trouble.Invalidated);
        _assertTrouble(40, 50, Trouble.None);
        _suspend(0, 10);
        _invalidate(5, 55); // cuts a suspension, meets both
        _assertSegments(2);
        _assertTrouble(0, 5, Trouble.Suspended);
        _assertTrouble(5, 60, Trouble.Invalidated);
    }

    function test_a_batch_full_of_invalid_ranges_still_takes_a_wider_one() public {
        for (uint32 i = 0; i < 64; ++i) {
            _invalidate(10 * i, 10 * i + 5);
        }
        _refused(2, 700, 705, abi.encodeWithSelector(R.TooManySegments.selector, 1, 64));
        _invalidate(600, 705);
        _assertTrouble(600, 705, Trouble.Invalidated);
        _invalidate(0, 1000);
        _assertSegments(1);
    }

    function test_a_batch_has_at_most_64_ranges_in_trouble() public {
        bytes memory why = abi.encodeWithSelector(R.TooManySegments.selector, 1, 64);
        for (uint32 i = 0; i < 63; ++i) {
            _suspend(10 * i, 10 * i + 5);
        }
        _reinstate(2, 3); // the 64th
        _assertSegments(64);
        _refused(0, 900, 901, why);
        _refused(2, 900, 901, why);
        _refused(1, 12, 13, why); // a hole makes one more
        _refused(2, 12, 13, why); // a hole and its filling make two more
        _refused(2, 12, 15, why); // the left part stays, the new one is one more
        _assertSegments(64);
        _invalidate(10, 15); // in the place of one
        _invalidate(20, 40); // in the place of two
        _assertSegments(63);
        _refused(2, 42, 43, why); // a hole and its filling
        _suspend(900, 901);
        _reinstate(900, 901);
        _reinstate(52, 53);
        _assertSegments(64);
        _reinstate(100, 105); // there is always a way back
    }

    function test_a_lot_under_64_troubled_ranges_can_still_be_retired_within_a_modest_limit() public {
        for (uint32 i = 0; i < 64; ++i) {
            _suspend(100 + 10 * i, 105 + 10 * i);
        }
        vm.prank(alice);
        credits.retire{ gas: 400_000 }(lot, 0, 100);
        _assertTape(lot, alice, 1000, 100);
    }

    // ------------------------------------------------------------------------------------------------ confirm

    function test_only_the_operator_confirms_a_source_cancellation() public {
        _retire(lot, 10);
        address[5] memory others = [stranger, alice, registrar, pauser, admin];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(_unauthorised(others[i], keccak256("OPERATOR_ROLE")));
            vm.prank(others[i]);
            credits.confirmSourceCancellation(lot, 0, 1, EVIDENCE);
        }
    }

    function test_confirmations_follow_one_another_up_to_the_retired_mark() public {
        _confirmRefused(lot + 1, 0, 1, EVIDENCE, abi.encodeWithSelector(R.LotUnknown.selector, lot + 1));
        _confirmRefused(lot, 0, 1, EVIDENCE, abi.encodeWithSelector(R.BeyondMark.selector, lot, 1, 0));
        _retire(lot, 10);
        _confirmRefused(lot, 1, 1, EVIDENCE, abi.encodeWithSelector(R.UnexpectedIndex.selector, lot, 1, 0));
        _confirmRefused(lot, 0, 0, EVIDENCE, abi.encodeWithSelector(R.CountInvalid.selector, 0, 1, 10));
        _confirmRefused(lot, 0, 11, EVIDENCE, abi.encodeWithSelector(R.BeyondMark.selector, lot, 11, 10));
        _confirmRefused(lot, 0, 4, 0, abi.encodeWithSelector(R.EvidenceMissing.selector));
        vm.prank(operator);
        credits.confirmSourceCancellation(lot, 0, 4, EVIDENCE);
        _confirmRefused(lot, 0, 4, EVIDENCE, abi.encodeWithSelector(R.UnexpectedIndex.selector, lot, 0, 4));
        uint256 end = uint256(type(uint32).max) + 4;
        _confirmRefused(lot, 4, type(uint32).max, EVIDENCE, abi.encodeWithSelector(R.BeyondMark.selector, lot, end, 10));
        vm.prank(operator);
        credits.confirmSourceCancellation(lot, 4, 6, EVIDENCE);
        _confirmRefused(lot, 10, 0, EVIDENCE, abi.encodeWithSelector(R.CountInvalid.selector, 0, 1, 0));
    }

    function test_a_source_cancellation_is_confirmed_also_when_paused_and_closed_and_says_by_whom() public {
        vm.prank(alice);
        uint256 tail = credits.split(lot, 600);
        _retire(tail, 10);
        _anchor(tail, 5);
        _close(bob);
        _pause();
        vm.assertEq(credits.confirmedBy(tail), address(0));
        bytes32 prior = credits.historyHash();
        vm.expectEmit(true, true, true, true, address(credits));
        emit R.SourceCancellationConfirmed(tail, 600, 7, operator, EVIDENCE, prior);
        vm.prank(operator);
        credits.confirmSourceCancellation(tail, 600, 7, EVIDENCE);
        vm.assertEq(credits.marksOf(tail).confirmed, 7);
        vm.assertEq(credits.marksOf(tail).claimedGrams, 5);
        vm.assertEq(credits.confirmedBy(tail), operator);
    }

    // ------------------------------------------------------------------------------------------------ helpers

    function _suspend(uint32 first, uint32 end) private {
        vm.prank(registrar);
        credits.suspend(1, first, end, EVIDENCE);
    }

    function _reinstate(uint32 first, uint32 end) private {
        vm.prank(registrar);
        credits.reinstate(1, first, end, EVIDENCE);
    }

    function _invalidate(uint32 first, uint32 end) private {
        vm.prank(registrar);
        credits.invalidate(1, first, end, EVIDENCE);
    }

    /// @param act 0 suspend, 1 reinstate, 2 invalidate.
    function _refused(uint256 act, uint32 first, uint32 end, bytes memory why) private {
        _act(act, 1, first, end, EVIDENCE, why);
    }

    function _eachRefuses(uint64 batch, uint32 first, uint32 end, bytes32 evidence, bytes memory why) private {
        for (uint256 act = 0; act < 3; ++act) {
            _act(act, batch, first, end, evidence, why);
        }
    }

    function _act(uint256 act, uint64 batch, uint32 first, uint32 end, bytes32 evidence, bytes memory why) private {
        vm.expectRevert(why);
        vm.prank(registrar);
        if (act == 0) credits.suspend(batch, first, end, evidence);
        else if (act == 1) credits.reinstate(batch, first, end, evidence);
        else credits.invalidate(batch, first, end, evidence);
    }

    function _confirmRefused(uint256 which, uint32 first, uint32 count, bytes32 evidence, bytes memory why) private {
        vm.expectRevert(why);
        vm.prank(operator);
        credits.confirmSourceCancellation(which, first, count, evidence);
    }

    function _assertSegments(uint256 n) private view {
        vm.assertEq(credits.segmentsOf(1).length, n, "ranges in trouble");
    }

    /// @dev Every credit of the range has this trouble.
    function _assertTrouble(uint32 first, uint32 end, Trouble trouble) private view {
        Segment[] memory all = credits.segmentsOf(1);
        for (uint32 credit = first; credit < end; ++credit) {
            Trouble found = Trouble.None;
            for (uint256 i = 0; i < all.length; ++i) {
                if (all[i].first <= credit && credit < all[i].end) found = all[i].trouble;
            }
            vm.assertEq(uint256(found), uint256(trouble), "trouble of a credit");
        }
    }
}
