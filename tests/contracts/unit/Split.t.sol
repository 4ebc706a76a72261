// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { ICreditRegistry as R } from "../../../contracts/interfaces/ICreditRegistry.sol";
import { IPausable } from "../../../contracts/interfaces/IPausable.sol";
import { Marks, Trouble } from "../../../contracts/types/Credits.sol";
import { vm } from "../base/Vm.sol";
import { World } from "../base/World.sol";

/// @dev Follows split.tree and splitTo.tree.
contract SplitTest is World {
    uint256 private lot;

    event Transfer(address indexed from, address indexed to, uint256 indexed id);

    function setUp() public override {
        super.setUp();
        lot = _issue(1000, 100, alice);
    }

    // -------------------------------------------------------------------------------------------------- split

    function test_splitting_stops_while_paused_or_closed() public {
        _pause();
        _splitRefused(alice, lot, 10, abi.encodeWithSelector(IPausable.EnforcedPause.selector));
        vm.prank(admin);
        credits.unpause();
        _close(bob);
        _splitRefused(alice, lot, 10, abi.encodeWithSelector(R.RegistryClosed.selector, bob));
    }

    function test_an_unknown_lot_cannot_be_split() public {
        _splitRefused(alice, lot + 10, 1, abi.encodeWithSelector(R.LotUnknown.selector, lot + 10));
        uint256 high = lot | 1 << 96;
        _splitRefused(alice, high, 1, abi.encodeWithSelector(R.LotUnknown.selector, high));
    }

    function test_only_the_owner_and_approved_accounts_split() public {
        vm.prank(alice);
        credits.nameClaimant(lot, bob);
        address[6] memory others = [stranger, bob, registrar, operator, pauser, admin];
        for (uint256 i = 0; i < others.length; ++i) {
            _splitRefused(others[i], lot, 10, abi.encodeWithSelector(R.NotTheOwner.selector, lot, others[i]));
        }
    }

    function test_a_withdrawn_lot_cannot_be_split() public {
        vm.prank(registrar);
        credits.forceWithdraw(lot, EVIDENCE);
        _splitRefused(alice, lot, 10, abi.encodeWithSelector(R.LotIsWithdrawn.selector, lot));
    }

    function test_a_lot_asked_to_be_withdrawn_cannot_be_split() public {
        vm.prank(alice);
        credits.requestWithdrawal(lot);
        _splitRefused(alice, lot, 10, abi.encodeWithSelector(R.WithdrawalPending.selector, lot));
    }

    function test_both_parts_of_a_split_hold_credits_and_the_first_all_retired_ones() public {
        _splitRefused(alice, lot, 0, abi.encodeWithSelector(R.CountInvalid.selector, 0, 1, 99));
        _splitRefused(alice, lot, 100, abi.encodeWithSelector(R.CountInvalid.selector, 100, 1, 99));
        _splitRefused(
            alice, lot, type(uint32).max, abi.encodeWithSelector(R.CountInvalid.selector, type(uint32).max, 1, 99)
        );
        _retire(lot, 40);
        _splitRefused(alice, lot, 39, abi.encodeWithSelector(R.CountInvalid.selector, 39, 40, 99));
        vm.prank(alice);
        credits.split(lot, 40);
        _assertTape(lot, alice, 40, 40);
        _splitRefused(alice, lot, 40, abi.encodeWithSelector(R.CountInvalid.selector, 40, 40, 39));
    }

    function test_a_lot_of_one_credit_cannot_be_split() public {
        uint256 one = _issue(5000, 1, alice);
        _splitRefused(alice, one, 1, abi.encodeWithSelector(R.CountInvalid.selector, 1, 1, 0));
    }

    function test_the_first_part_keeps_id_and_marks_and_the_tail_starts_clean() public {
        vm.startPrank(alice);
        credits.approve(stranger, lot);
        credits.nameClaimant(lot, bob);
        vm.stopPrank();
        _retire(lot, 30);
        _anchor(lot, 7_000_000);
        vm.prank(operator);
        credits.confirmSourceCancellation(lot, 0, 20, EVIDENCE);

        bytes32 prior = credits.historyHash();
        vm.expectEmit(true, true, true, true, address(credits));
        emit R.LotSplit(lot, lot + 60, 60, prior);
        vm.expectEmit(true, true, true, true, address(credits));
        emit Transfer(address(0), alice, lot + 60);
        vm.prank(alice);
        uint256 tail = credits.split(lot, 60);

        vm.assertEq(tail, lot + 60);
        _assertTape(lot, alice, 60, 30);
        _assertTape(tail, alice, 40, 0);
        Marks memory marks = credits.marksOf(lot);
        vm.assertEq(marks.claimedGrams, 7_000_000);
        vm.assertEq(marks.tranches, 1);
        vm.assertEq(marks.confirmed, 20);
        marks = credits.marksOf(tail);
        vm.assertEq(marks.claimedGrams + marks.tranches + marks.confirmed, 0);
        vm.assertEq(credits.lotOf(lot).claimant, bob);
        vm.assertEq(credits.lotOf(tail).claimant, address(0));
        vm.assertEq(credits.getApproved(lot), stranger);
        vm.assertEq(credits.getApproved(tail), address(0));
        vm.assertEq(credits.balanceOf(alice), 2);
    }

    function test_an_approved_account_splits_for_the_owner() public {
        vm.prank(alice);
        credits.approve(bob, lot);
        vm.prank(bob);
        uint256 tail = credits.split(lot, 60);
        _assertTape(tail, alice, 40, 0);
        vm.prank(alice);
        credits.setApprovalForAll(stranger, true);
        vm.prank(stranger);
        _assertTape(credits.split(tail, 1) - 1, alice, 1, 0);
    }

    // ------------------------------------------------------------------------------------------------ splitTo

    function test_splitting_off_to_another_stops_while_paused_or_closed() public {
        _pause();
        _refused(alice, 10, bob, false, abi.encodeWithSelector(IPausable.EnforcedPause.selector));
        vm.prank(admin);
        credits.unpause();
        _close(bob);
        _refused(alice, 10, bob, false, abi.encodeWithSelector(R.RegistryClosed.selector, bob));
        _refused(alice, 100, bob, true, abi.encodeWithSelector(R.RegistryClosed.selector, bob));
    }

    function test_nothing_is_split_off_an_unknown_lot() public {
        vm.expectRevert(abi.encodeWithSelector(R.LotUnknown.selector, lot | 1 << 96));
        vm.prank(alice);
        credits.splitTo(lot | 1 << 96, 1, bob, false);
    }

    function test_only_the_owner_and_approved_accounts_split_off_to_another() public {
        vm.prank(alice);
        credits.nameClaimant(lot, bob);
        address[6] memory others = [stranger, bob, registrar, operator, pauser, admin];
        for (uint256 i = 0; i < others.length; ++i) {
            _refused(others[i], 10, others[i], false, abi.encodeWithSelector(R.NotTheOwner.selector, lot, others[i]));
            _refused(others[i], 10, others[i], true, abi.encodeWithSelector(R.NotTheOwner.selector, lot, others[i]));
        }
    }

    function test_an_approved_account_moves_a_tail_but_never_retires_one() public {
        vm.startPrank(alice);
        credits.approve(bob, lot);
        credits.setApprovalForAll(stranger, true);
        vm.stopPrank();
        _refused(bob, 10, bob, true, abi.encodeWithSelector(R.NotTheOwner.selector, lot, bob));
        _refused(bob, 100, bob, true, abi.encodeWithSelector(R.NotTheOwner.selector, lot, bob));
        _refused(stranger, 10, bob, true, abi.encodeWithSelector(R.NotTheOwner.selector, lot, stranger));
        vm.prank(bob);
        credits.splitTo(lot, 10, bob, false);
        _assertTape(lot + 90, bob, 10, 0);
        vm.prank(stranger);
        credits.splitTo(lot, 10, stranger, false);
        _assertTape(lot + 80, stranger, 10, 0);
    }

    function test_nothing_is_split_off_a_lot_that_is_withdrawn_or_about_to_be() public {
        vm.prank(alice);
        credits.requestWithdrawal(lot);
        _refused(alice, 10, bob, false, abi.encodeWithSelector(R.WithdrawalPending.selector, lot));
        _refused(alice, 100, bob, false, abi.encodeWithSelector(R.WithdrawalPending.selector, lot));
        vm.prank(operator);
        credits.confirmWithdrawal(lot, EVIDENCE);
        _refused(alice, 10, bob, true, abi.encodeWithSelector(R.LotIsWithdrawn.selector, lot));
        _refused(alice, 100, bob, true, abi.encodeWithSelector(R.LotIsWithdrawn.selector, lot));
    }

    function test_a_tail_needs_somebody_to_go_to() public {
        address here = address(credits);
        _refused(alice, 10, address(0), false, abi.encodeWithSelector(R.RecipientInvalid.selector, address(0)));
        _refused(alice, 10, here, true, abi.encodeWithSelector(R.RecipientInvalid.selector, here));
        _refused(alice, 100, here, false, abi.encodeWithSelector(R.RecipientInvalid.selector, here));
    }

    function test_a_tail_holds_live_credits_only() public {
        _refused(alice, 0, bob, false, abi.encodeWithSelector(R.CountInvalid.selector, 0, 1, 100));
        _refused(alice, 101, bob, false, abi.encodeWithSelector(R.CountInvalid.selector, 101, 1, 100));
        _retire(lot, 40);
        _refused(alice, 61, bob, true, abi.encodeWithSelector(R.CountInvalid.selector, 61, 1, 60));
        _refused(alice, 100, bob, false, abi.encodeWithSelector(R.CountInvalid.selector, 100, 1, 60));
        vm.prank(alice);
        credits.splitTo(lot, 60, bob, false);
        _assertTape(lot, alice, 40, 40);
        _assertTape(lot + 40, bob, 60, 0);
        _refused(alice, 1, bob, false, abi.encodeWithSelector(R.CountInvalid.selector, 1, 1, 0));
    }

    function test_credits_in_trouble_move_but_do_not_retire() public {
        vm.prank(registrar);
        credits.suspend(1, 90, 91, EVIDENCE);
        _refused(
            alice, 10, bob, true, abi.encodeWithSelector(R.NotInGoodStanding.selector, 1, 90, 100, Trouble.Suspended)
        );
        _refused(
            alice, 100, bob, true, abi.encodeWithSelector(R.NotInGoodStanding.selector, 1, 0, 100, Trouble.Suspended)
        );
        vm.prank(alice);
        credits.splitTo(lot, 9, bob, true);
        vm.prank(alice);
        credits.splitTo(lot, 1, bob, false);
        _assertTape(lot + 91, bob, 9, 9);
        _assertTape(lot + 90, bob, 1, 0);
    }

    function test_the_whole_lot_moves_without_a_split_and_approval_and_claimant_end() public {
        vm.startPrank(alice);
        credits.approve(stranger, lot);
        credits.nameClaimant(lot, stranger);
        uint256 tail = credits.splitTo(lot, 100, bob, false);
        vm.stopPrank();
        vm.assertEq(tail, lot);
        _assertTape(lot, bob, 100, 0);
        vm.assertEq(credits.getApproved(lot), address(0));
        vm.assertEq(credits.lotOf(lot).claimant, address(0));
        vm.assertEq(credits.balanceOf(alice), 0);
        vm.assertEq(credits.balanceOf(bob), 1);
    }

    function test_the_whole_lot_moves_and_retires_at_once() public {
        vm.startPrank(alice);
        credits.nameClaimant(lot, stranger);
        credits.splitTo(lot, 100, bob, true);
        vm.stopPrank();
        _assertTape(lot, bob, 100, 100);
        vm.assertEq(credits.lotOf(lot).claimant, address(0));
        vm.expectRevert(abi.encodeWithSelector(R.NotOwnerNorClaimant.selector, lot, stranger));
        vm.prank(stranger);
        credits.anchor(lot, 0, 0, 1, 1, EVIDENCE);
        _anchor(lot, 100_000_000); // bob's claim
    }

    function test_a_tail_moves_and_retires_at_once() public {
        vm.expectEmit(true, true, true, true, address(credits));
        emit R.LotSplit(lot, lot + 75, 75, credits.historyHash());
        vm.expectEmit(true, true, true, true, address(credits));
        emit Transfer(address(0), bob, lot + 75);
        vm.prank(alice);
        uint256 tail = credits.splitTo(lot, 25, bob, true);
        _assertTape(lot, alice, 75, 0);
        _assertTape(tail, bob, 25, 25);
        vm.expectRevert(abi.encodeWithSelector(R.NotOwnerNorClaimant.selector, tail, alice));
        vm.prank(alice);
        credits.anchor(tail, 0, 0, 1, 1, EVIDENCE);
        _anchor(tail, 25_000_000);
    }

    function test_retiring_a_tail_for_another_is_recorded_with_its_first_index() public {
        vm.prank(alice);
        uint256 second = credits.split(lot, 40);
        vm.recordLogs();
        vm.prank(alice);
        credits.splitTo(second, 10, bob, true);
        bytes memory data = vm.getRecordedLogs()[2].data;
        (uint32 firstIndex, uint32 count, address account,) = abi.decode(data, (uint32, uint32, address, bytes32));
        vm.assertEq(firstIndex, 90);
        vm.assertEq(count, 10);
        vm.assertEq(account, alice);
    }

    function test_an_owner_retires_a_tail_for_itself() public {
        vm.prank(alice);
        credits.splitTo(lot, 25, alice, true);
        _assertTape(lot + 75, alice, 25, 25);
        vm.prank(alice);
        credits.splitTo(lot, 75, alice, true);
        _assertTape(lot, alice, 75, 75);
        vm.assertEq(credits.balanceOf(alice), 2);
    }

    function _splitRefused(address account, uint256 which, uint32 count, bytes memory why) private {
        vm.expectRevert(why);
        vm.prank(account);
        credits.split(which, count);
    }

    function _refused(address account, uint32 count, address to, bool retire, bytes memory why) private {
        vm.expectRevert(why);
        vm.prank(account);
        credits.splitTo(lot, count, to, retire);
    }
}
