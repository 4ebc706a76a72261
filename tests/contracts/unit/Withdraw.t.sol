// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { ICreditRegistry as R } from "../../../contracts/interfaces/ICreditRegistry.sol";
import { IPausable } from "../../../contracts/interfaces/IPausable.sol";
import { Lot, Trouble } from "../../../contracts/types/Credits.sol";
import { vm } from "../base/Vm.sol";
import { World } from "../base/World.sol";

/// @dev Follows withdraw.tree.
contract WithdrawTest is World {
    uint256 private lot;

    function setUp() public override {
        super.setUp();
        lot = _issue(1000, 100, alice);
    }

    // ------------------------------------------------------------------------------------------------ request

    function test_no_withdrawal_is_asked_for_while_paused() public {
        _pause();
        _requestRefused(alice, lot, abi.encodeWithSelector(IPausable.EnforcedPause.selector));
    }

    function test_a_live_lot_can_still_leave_a_closed_registry() public {
        _close(bob);
        _request();
        vm.prank(operator);
        credits.confirmWithdrawal(lot, EVIDENCE);
        vm.assertTrue(credits.lotOf(lot).withdrawn);
    }

    function test_only_the_owner_asks_for_a_withdrawal() public {
        vm.startPrank(alice);
        credits.approve(bob, lot);
        credits.nameClaimant(lot, proponent);
        vm.stopPrank();
        address[6] memory others = [stranger, bob, proponent, registrar, operator, admin];
        for (uint256 i = 0; i < others.length; ++i) {
            _requestRefused(others[i], lot, abi.encodeWithSelector(R.NotTheOwner.selector, lot, others[i]));
        }
        _requestRefused(alice, lot | 1 << 96, abi.encodeWithSelector(R.LotUnknown.selector, lot | 1 << 96));
    }

    function test_a_withdrawal_is_asked_for_once() public {
        _request();
        _requestRefused(alice, lot, abi.encodeWithSelector(R.WithdrawalPending.selector, lot));
        vm.prank(operator);
        credits.confirmWithdrawal(lot, EVIDENCE);
        _requestRefused(alice, lot, abi.encodeWithSelector(R.LotIsWithdrawn.selector, lot));
    }

    function test_a_lot_with_retired_credits_is_not_withdrawn_whole() public {
        _retire(lot, 2);
        _requestRefused(alice, lot, abi.encodeWithSelector(R.LotHasRetiredCredits.selector, lot, 2));
        vm.prank(alice);
        uint256 tail = credits.split(lot, 2); // the way out for the live ones
        vm.prank(alice);
        credits.requestWithdrawal(tail);
    }

    function test_credits_in_trouble_are_not_withdrawn() public {
        vm.prank(registrar);
        credits.suspend(1, 99, 100, EVIDENCE);
        _requestRefused(alice, lot, abi.encodeWithSelector(R.NotInGoodStanding.selector, 1, 0, 100, Trouble.Suspended));
    }

    function test_a_lot_asked_to_be_withdrawn_rests() public {
        bytes32 prior = credits.historyHash();
        vm.expectEmit(true, true, true, true, address(credits));
        emit R.WithdrawalRequested(lot, prior);
        _request();
        Lot memory l = credits.lotOf(lot);
        vm.assertTrue(l.withdrawalRequested);
        vm.assertFalse(l.withdrawn);
        _assertTape(lot, alice, 100, 0);
    }

    // ------------------------------------------------------------------------------------------------- cancel

    function test_only_the_owner_cancels_its_request() public {
        _request();
        address[4] memory others = [stranger, registrar, operator, admin];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(R.NotTheOwner.selector, lot, others[i]));
            vm.prank(others[i]);
            credits.cancelWithdrawal(lot);
        }
    }

    function test_there_must_be_a_request_to_cancel() public {
        vm.expectRevert(abi.encodeWithSelector(R.LotUnknown.selector, lot + 1));
        vm.prank(alice);
        credits.cancelWithdrawal(lot + 1);
        vm.expectRevert(abi.encodeWithSelector(R.NoWithdrawalPending.selector, lot));
        vm.prank(alice);
        credits.cancelWithdrawal(lot);
        _request();
        vm.prank(operator);
        credits.confirmWithdrawal(lot, EVIDENCE);
        vm.expectRevert(abi.encodeWithSelector(R.NoWithdrawalPending.selector, lot));
        vm.prank(alice);
        credits.cancelWithdrawal(lot);
    }

    function test_a_request_is_cancelled_also_when_paused_and_closed() public {
        vm.prank(alice);
        credits.nameClaimant(lot, bob);
        _request();
        _close(bob);
        _pause();
        bytes32 prior = credits.historyHash();
        vm.expectEmit(true, true, true, true, address(credits));
        emit R.WithdrawalCancelled(lot, prior);
        vm.prank(alice);
        credits.cancelWithdrawal(lot);
        vm.assertFalse(credits.lotOf(lot).withdrawalRequested);
        vm.assertEq(credits.lotOf(lot).claimant, bob, "the claimant stays");
        _assertTape(lot, alice, 100, 0);
    }

    // ------------------------------------------------------------------------------------------------ confirm

    function test_only_the_operator_confirms_a_withdrawal() public {
        _request();
        address[5] memory others = [stranger, alice, registrar, pauser, admin];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(_unauthorised(others[i], keccak256("OPERATOR_ROLE")));
            vm.prank(others[i]);
            credits.confirmWithdrawal(lot, EVIDENCE);
        }
    }

    function test_there_must_be_a_request_to_confirm() public {
        _confirmRefused(lot + 1, EVIDENCE, abi.encodeWithSelector(R.LotUnknown.selector, lot + 1));
        _confirmRefused(lot, EVIDENCE, abi.encodeWithSelector(R.NoWithdrawalPending.selector, lot));
        _request();
        vm.prank(alice);
        credits.cancelWithdrawal(lot);
        _confirmRefused(lot, EVIDENCE, abi.encodeWithSelector(R.NoWithdrawalPending.selector, lot));
    }

    function test_credits_that_got_into_trouble_meanwhile_are_not_withdrawn() public {
        _request();
        vm.prank(registrar);
        credits.invalidate(1, 50, 51, EVIDENCE);
        _confirmRefused(
            lot, EVIDENCE, abi.encodeWithSelector(R.NotInGoodStanding.selector, 1, 0, 100, Trouble.Invalidated)
        );
        vm.startPrank(alice); // not stuck: cancel, and take the good ones apart
        credits.cancelWithdrawal(lot);
        credits.split(lot, 50);
        credits.requestWithdrawal(lot);
        vm.stopPrank();
    }

    function test_a_withdrawal_needs_evidence() public {
        _request();
        _confirmRefused(lot, 0, abi.encodeWithSelector(R.EvidenceMissing.selector));
    }

    function test_a_withdrawal_is_confirmed_also_when_paused_and_is_terminal() public {
        vm.prank(alice);
        credits.nameClaimant(lot, bob);
        _request();
        _pause();
        bytes32 prior = credits.historyHash();
        vm.expectEmit(true, true, true, true, address(credits));
        emit R.Withdrawn(lot, operator, EVIDENCE, prior);
        vm.prank(operator);
        credits.confirmWithdrawal(lot, EVIDENCE);
        Lot memory l = credits.lotOf(lot);
        vm.assertTrue(l.withdrawn);
        vm.assertFalse(l.withdrawalRequested);
        vm.assertEq(l.claimant, address(0));
        _assertTape(lot, alice, 100, 0);
        _confirmRefused(lot, EVIDENCE, abi.encodeWithSelector(R.NoWithdrawalPending.selector, lot));
        _forceRefused(lot, EVIDENCE, abi.encodeWithSelector(R.LotIsWithdrawn.selector, lot));
    }

    // -------------------------------------------------------------------------------------------------- force

    function test_only_a_registrar_forces_a_withdrawal() public {
        address[5] memory others = [stranger, alice, operator, pauser, admin];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(_unauthorised(others[i], keccak256("REGISTRAR_ROLE")));
            vm.prank(others[i]);
            credits.forceWithdraw(lot, EVIDENCE);
        }
    }

    function test_a_forced_withdrawal_needs_live_credits_and_evidence() public {
        _forceRefused(lot + 1, EVIDENCE, abi.encodeWithSelector(R.LotUnknown.selector, lot + 1));
        _forceRefused(lot, 0, abi.encodeWithSelector(R.EvidenceMissing.selector));
        _retire(lot, 100);
        _forceRefused(lot, EVIDENCE, abi.encodeWithSelector(R.NothingLive.selector, lot));
    }

    function test_a_forced_withdrawal_of_an_untouched_lot_takes_the_lot_itself() public {
        _request();
        _pause();
        bytes32 prior = credits.historyHash();
        vm.expectEmit(true, true, true, true, address(credits));
        emit R.ForceWithdrawn(lot, lot, 100, 0, registrar, EVIDENCE, prior);
        vm.prank(registrar);
        vm.assertEq(credits.forceWithdraw(lot, EVIDENCE), lot);
        Lot memory l = credits.lotOf(lot);
        vm.assertTrue(l.withdrawn);
        vm.assertFalse(l.withdrawalRequested);
        _assertTape(lot, alice, 100, 0);
    }

    function test_a_forced_withdrawal_leaves_retired_credits_with_their_claims() public {
        vm.prank(alice);
        credits.nameClaimant(lot, bob);
        _retire(lot, 30);
        _anchor(lot, 7_000_000);
        bytes32 anchored = credits.anchorOf(lot, 0);
        _close(bob);
        _pause();
        vm.prank(registrar);
        uint256 tail = credits.forceWithdraw(lot, EVIDENCE);

        vm.assertEq(tail, lot + 30);
        _assertTape(lot, alice, 30, 30);
        _assertTape(tail, alice, 70, 0);
        vm.assertFalse(credits.lotOf(lot).withdrawn);
        vm.assertTrue(credits.lotOf(tail).withdrawn);
        vm.assertEq(credits.anchorOf(lot, 0), anchored);
        vm.assertEq(credits.marksOf(lot).claimedGrams, 7_000_000);

        vm.prank(admin);
        credits.unpause();
        vm.prank(bob); // still the claimant of the retired ones, and of nothing else
        credits.anchor(lot, 1, 7_000_000, 1, 23_000_000, EVIDENCE);
        vm.expectRevert(abi.encodeWithSelector(R.NotOwnerNorClaimant.selector, tail, bob));
        vm.prank(bob);
        credits.anchor(tail, 0, 0, 1, 1, EVIDENCE);
        _forceRefused(lot, EVIDENCE, abi.encodeWithSelector(R.NothingLive.selector, lot));
        _forceRefused(tail, EVIDENCE, abi.encodeWithSelector(R.LotIsWithdrawn.selector, tail));
    }

    function test_a_forced_withdrawal_reports_what_stays_retired() public {
        _retire(lot, 30);
        vm.recordLogs();
        vm.prank(registrar);
        credits.forceWithdraw(lot, EVIDENCE);
        bytes memory data = vm.getRecordedLogs()[2].data;
        (uint32 count, uint32 retired, address account,,) =
            abi.decode(data, (uint32, uint32, address, bytes32, bytes32));
        vm.assertEq(count, 70);
        vm.assertEq(retired, 30);
        vm.assertEq(account, registrar);
    }

    function test_credits_in_trouble_can_be_withdrawn_by_force() public {
        vm.startPrank(registrar);
        credits.invalidate(1, 0, 100, EVIDENCE);
        credits.forceWithdraw(lot, EVIDENCE);
        vm.stopPrank();
        vm.assertTrue(credits.lotOf(lot).withdrawn);
    }

    function _request() private {
        vm.prank(alice);
        credits.requestWithdrawal(lot);
    }

    function _requestRefused(address account, uint256 which, bytes memory why) private {
        vm.expectRevert(why);
        vm.prank(account);
        credits.requestWithdrawal(which);
    }

    function _confirmRefused(uint256 which, bytes32 evidence, bytes memory why) private {
        vm.expectRevert(why);
        vm.prank(operator);
        credits.confirmWithdrawal(which, evidence);
    }

    function _forceRefused(uint256 which, bytes32 evidence, bytes memory why) private {
        vm.expectRevert(why);
        vm.prank(registrar);
        credits.forceWithdraw(which, evidence);
    }
}
