// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { ICreditRegistry as R } from "../../../contracts/interfaces/ICreditRegistry.sol";
import { IPausable } from "../../../contracts/interfaces/IPausable.sol";
import { Marks, Trouble } from "../../../contracts/types/Credits.sol";
import { vm } from "../base/Vm.sol";
import { World } from "../base/World.sol";

/// @dev Follows retire.tree.
contract RetireTest is World {
    uint256 private lot;

    function setUp() public override {
        super.setUp();
        lot = _issue(1000, 100, alice);
    }

    function test_retiring_stops_while_paused() public {
        _pause();
        vm.expectRevert(IPausable.EnforcedPause.selector);
        vm.prank(alice);
        credits.retire(lot, 0, 1);
    }

    function test_retiring_stops_when_closed() public {
        _close(bob);
        vm.expectRevert(abi.encodeWithSelector(R.RegistryClosed.selector, bob));
        vm.prank(alice);
        credits.retire(lot, 0, 1);
    }

    function test_an_id_between_two_lots_cannot_be_retired() public {
        vm.expectRevert(abi.encodeWithSelector(R.LotUnknown.selector, lot + 1));
        vm.prank(alice);
        credits.retire(lot + 1, 1, 1);
    }

    function test_an_id_with_high_bits_set_is_not_the_lot_it_would_truncate_to() public {
        uint256[3] memory highs = [lot | 1 << 96, lot | 1 << 255, lot | 7 << 200];
        for (uint256 i = 0; i < highs.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(R.LotUnknown.selector, highs[i]));
            vm.prank(alice);
            credits.retire(highs[i], 0, 1);
        }
    }

    function test_a_stranger_cannot_retire() public {
        _refused(stranger);
    }

    function test_an_approval_alone_cannot_retire() public {
        vm.prank(alice);
        credits.approve(bob, lot);
        _refused(bob);
    }

    function test_an_approval_for_all_alone_cannot_retire() public {
        vm.prank(alice);
        credits.setApprovalForAll(bob, true);
        _refused(bob);
    }

    function test_no_role_can_retire_the_credits_of_another() public {
        _refused(registrar);
        _refused(operator);
        _refused(pauser);
        _refused(admin);
    }

    function test_a_replaced_claimant_cannot_retire() public {
        _name(bob);
        _name(stranger);
        _refused(bob);
    }

    function test_a_dismissed_claimant_cannot_retire() public {
        _name(bob);
        _name(address(0));
        _refused(bob);
        _refused(address(0));
    }

    function test_a_claimants_right_ends_when_the_lot_moves() public {
        _name(stranger);
        vm.prank(alice);
        credits.transferFrom(alice, bob, lot);
        _refused(stranger);
        _refused(alice);
        vm.assertEq(credits.lotOf(lot).claimant, address(0), "the new owner named nobody");
    }

    function test_a_former_owners_claimant_does_not_come_back_with_the_lot() public {
        _name(stranger);
        vm.prank(alice);
        credits.transferFrom(alice, bob, lot);
        vm.prank(bob);
        credits.transferFrom(bob, alice, lot);
        _refused(stranger);
    }

    function test_a_withdrawn_lot_cannot_be_retired() public {
        vm.prank(registrar);
        credits.forceWithdraw(lot, EVIDENCE);
        vm.expectRevert(abi.encodeWithSelector(R.LotIsWithdrawn.selector, lot));
        vm.prank(alice);
        credits.retire(lot, 0, 1);
    }

    function test_a_lot_asked_to_be_withdrawn_cannot_be_retired() public {
        vm.prank(alice);
        credits.requestWithdrawal(lot);
        vm.expectRevert(abi.encodeWithSelector(R.WithdrawalPending.selector, lot));
        vm.prank(alice);
        credits.retire(lot, 0, 1);
    }

    function test_a_retry_of_a_retirement_is_refused() public {
        vm.prank(alice);
        credits.retire(lot, 0, 30);
        vm.expectRevert(abi.encodeWithSelector(R.UnexpectedIndex.selector, lot, 0, 30));
        vm.prank(alice);
        credits.retire(lot, 0, 30);
    }

    function test_retiring_anywhere_but_at_the_head_is_refused() public {
        vm.expectRevert(abi.encodeWithSelector(R.UnexpectedIndex.selector, lot, 5, 0));
        vm.prank(alice);
        credits.retire(lot, 5, 1);
    }

    function test_the_index_counts_from_the_start_of_the_batch() public {
        vm.prank(alice);
        uint256 tail = credits.split(lot, 40);
        vm.expectRevert(abi.encodeWithSelector(R.UnexpectedIndex.selector, tail, 0, 40));
        vm.prank(alice);
        credits.retire(tail, 0, 1);
        vm.prank(alice);
        credits.retire(tail, 40, 1);
        _assertTape(tail, alice, 60, 1);
    }

    function test_retiring_nothing_is_refused() public {
        vm.expectRevert(abi.encodeWithSelector(R.CountInvalid.selector, 0, 1, 100));
        vm.prank(alice);
        credits.retire(lot, 0, 0);
    }

    function test_retiring_more_than_is_live_is_refused() public {
        _retire(lot, 60);
        vm.expectRevert(abi.encodeWithSelector(R.CountInvalid.selector, 41, 1, 40));
        vm.prank(alice);
        credits.retire(lot, 60, 41);
        vm.expectRevert(abi.encodeWithSelector(R.CountInvalid.selector, type(uint32).max, 1, 40));
        vm.prank(alice);
        credits.retire(lot, 60, type(uint32).max);
    }

    function test_suspended_credits_cannot_be_retired() public {
        vm.prank(registrar);
        credits.suspend(1, 20, 30, EVIDENCE);
        vm.expectRevert(abi.encodeWithSelector(R.NotInGoodStanding.selector, 1, 0, 21, Trouble.Suspended));
        vm.prank(alice);
        credits.retire(lot, 0, 21);
        _retire(lot, 20); // up to the trouble
        vm.expectRevert(abi.encodeWithSelector(R.NotInGoodStanding.selector, 1, 20, 21, Trouble.Suspended));
        vm.prank(alice);
        credits.retire(lot, 20, 1);
    }

    function test_invalid_credits_cannot_be_retired_and_those_after_them_can() public {
        vm.prank(registrar);
        credits.invalidate(1, 0, 10, EVIDENCE);
        vm.expectRevert(abi.encodeWithSelector(R.NotInGoodStanding.selector, 1, 0, 1, Trouble.Invalidated));
        vm.prank(alice);
        credits.retire(lot, 0, 1);
        vm.prank(alice);
        uint256 tail = credits.split(lot, 10);
        _retire(tail, 90); // trouble ends where the tail begins
        _assertTape(tail, alice, 90, 90);
    }

    function test_the_owner_retires_at_the_head() public {
        bytes32 prior = credits.historyHash();
        vm.expectEmit(true, true, true, true, address(credits));
        emit R.Retired(lot, 0, 30, alice, prior);
        vm.prank(alice);
        credits.retire(lot, 0, 30);

        _assertTape(lot, alice, 100, 30);
        Marks memory marks = credits.marksOf(lot);
        vm.assertEq(marks.claimedGrams, 0);
        vm.assertEq(marks.confirmed, 0);
        vm.assertEq(marks.tranches, 0);

        _retire(lot, 70);
        _assertTape(lot, alice, 100, 100);
    }

    function test_the_claimant_retires_for_the_owner() public {
        _name(bob);
        bytes32 prior = credits.historyHash();
        vm.expectEmit(true, true, true, true, address(credits));
        emit R.Retired(lot, 0, 30, bob, prior);
        vm.prank(bob);
        credits.retire(lot, 0, 30);
        _assertTape(lot, alice, 100, 30);
        vm.assertEq(credits.lotOf(lot).claimant, bob, "claimant");
    }

    function test_the_largest_possible_lot_is_retired_to_its_last_credit() public {
        uint256 large = _issueLargest();
        _retire(large, type(uint32).max - 1);
        _retire(large, 1);
        _assertTape(large, alice, type(uint32).max, type(uint32).max);
        vm.expectRevert(abi.encodeWithSelector(R.CountInvalid.selector, 1, 1, 0));
        vm.prank(alice);
        credits.retire(large, type(uint32).max, 1);
    }

    function test_the_last_credit_of_the_largest_batch_is_a_lot_of_its_own() public {
        uint256 large = _issueLargest();
        vm.prank(alice);
        uint256 tail = credits.split(large, type(uint32).max - 1);
        vm.assertEq(tail, large + type(uint32).max - 1, "the last index");
        _retire(tail, 1);
        _assertTape(tail, alice, 1, 1);
        _anchor(tail, 1_000_000);
    }

    function _issueLargest() private returns (uint256) {
        vm.startPrank(registrar);
        uint64 report = projects.recordExternal(bridgedProject, 1, 2, type(uint32).max, EVIDENCE, HEAD);
        uint256 large = credits.issue(report, series, 10_000, type(uint32).max, alice, EVIDENCE, HEAD);
        vm.stopPrank();
        return large;
    }

    function _name(address claimant) private {
        vm.prank(alice);
        credits.nameClaimant(lot, claimant);
    }

    function _refused(address account) private {
        vm.expectRevert(abi.encodeWithSelector(R.NotOwnerNorClaimant.selector, lot, account));
        vm.prank(account);
        credits.retire(lot, 0, 1);
    }
}
