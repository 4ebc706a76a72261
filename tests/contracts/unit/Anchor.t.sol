// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { ICreditRegistry as R } from "../../../contracts/interfaces/ICreditRegistry.sol";
import { IPausable } from "../../../contracts/interfaces/IPausable.sol";
import { Marks, Trouble } from "../../../contracts/types/Credits.sol";
import { vm } from "../base/Vm.sol";
import { World } from "../base/World.sol";

/// @dev Follows anchor.tree.
contract AnchorTest is World {
    bytes32 private constant ROOT = keccak256("root");
    uint256 private lot;

    function setUp() public override {
        super.setUp();
        lot = _issue(1000, 100, alice);
        _retire(lot, 3); // 3,000,000 g
    }

    function test_anchoring_stops_while_paused() public {
        _pause();
        vm.expectRevert(IPausable.EnforcedPause.selector);
        vm.prank(alice);
        credits.anchor(lot, 0, 0, 1, 1, ROOT);
    }

    function test_nothing_is_anchored_against_an_unknown_lot() public {
        uint256[2] memory unknown = [lot + 1, lot | 1 << 96];
        for (uint256 i = 0; i < 2; ++i) {
            vm.expectRevert(abi.encodeWithSelector(R.LotUnknown.selector, unknown[i]));
            vm.prank(alice);
            credits.anchor(unknown[i], 0, 0, 1, 1, ROOT);
        }
    }

    function test_only_owner_and_claimant_anchor() public {
        vm.startPrank(alice);
        credits.approve(bob, lot);
        credits.setApprovalForAll(proponent, true);
        credits.nameClaimant(lot, validator);
        credits.nameClaimant(lot, verifier);
        vm.stopPrank();
        address[8] memory others = [stranger, bob, proponent, validator, registrar, operator, pauser, admin];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(R.NotOwnerNorClaimant.selector, lot, others[i]));
            vm.prank(others[i]);
            credits.anchor(lot, 0, 0, 1, 1, ROOT);
        }
        vm.prank(verifier);
        credits.anchor(lot, 0, 0, 1, 1, ROOT);
    }

    function test_the_same_plan_cannot_be_anchored_twice() public {
        vm.startPrank(alice);
        credits.anchor(lot, 0, 0, 2, 1000, ROOT);
        vm.expectRevert(abi.encodeWithSelector(R.UnexpectedTranche.selector, lot, 0, 1));
        credits.anchor(lot, 0, 0, 2, 1000, ROOT);
        vm.expectRevert(abi.encodeWithSelector(R.UnexpectedStart.selector, lot, 0, 1000));
        credits.anchor(lot, 1, 0, 2, 1000, ROOT);
        vm.expectRevert(abi.encodeWithSelector(R.UnexpectedStart.selector, lot, 1001, 1000));
        credits.anchor(lot, 1, 1001, 2, 1000, ROOT);
        vm.expectRevert(abi.encodeWithSelector(R.UnexpectedTranche.selector, lot, 2, 1));
        credits.anchor(lot, 2, 1000, 2, 1000, ROOT);
        vm.stopPrank();
    }

    function test_a_tranche_has_at_least_one_leaf_and_a_gram_for_each() public {
        uint64[2][3] memory bad = [[uint64(0), 1000], [uint64(1001), 1000], [uint64(1), 0]];
        for (uint256 i = 0; i < bad.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(R.LeafCountInvalid.selector, bad[i][0], bad[i][1]));
            vm.prank(alice);
            credits.anchor(lot, 0, 0, bad[i][0], bad[i][1], ROOT);
        }
        vm.prank(alice);
        credits.anchor(lot, 0, 0, 1000, 1000, ROOT); // one gram each
    }

    function test_one_gram_more_than_is_retired_cannot_be_claimed() public {
        vm.expectRevert(abi.encodeWithSelector(R.BeyondRetired.selector, lot, 3_000_001, 3_000_000));
        vm.prank(alice);
        credits.anchor(lot, 0, 0, 1, 3_000_001, ROOT);
        _anchor(lot, 3_000_000);
        vm.expectRevert(abi.encodeWithSelector(R.BeyondRetired.selector, lot, 3_000_001, 3_000_000));
        vm.prank(alice);
        credits.anchor(lot, 1, 3_000_000, 1, 1, ROOT);
        _retire(lot, 1);
        _anchor(lot, 1_000_000);
    }

    function test_a_total_near_the_end_of_its_type_does_not_wrap() public {
        _anchor(lot, 5);
        uint256 end = uint256(type(uint64).max) + 5;
        vm.expectRevert(abi.encodeWithSelector(R.BeyondRetired.selector, lot, end, 3_000_000));
        vm.prank(alice);
        credits.anchor(lot, 1, 5, 1, type(uint64).max, ROOT);
    }

    function test_nothing_is_claimed_of_a_live_or_withdrawn_lot() public {
        vm.prank(alice);
        uint256 tail = credits.split(lot, 50);
        vm.expectRevert(abi.encodeWithSelector(R.BeyondRetired.selector, tail, 1, 0));
        vm.prank(alice);
        credits.anchor(tail, 0, 0, 1, 1, ROOT);
        vm.prank(registrar);
        credits.forceWithdraw(tail, EVIDENCE);
        vm.expectRevert(abi.encodeWithSelector(R.BeyondRetired.selector, tail, 1, 0));
        vm.prank(alice);
        credits.anchor(tail, 0, 0, 1, 1, ROOT);
    }

    function test_grams_of_a_suspended_credit_cannot_be_claimed_until_it_is_reinstated() public {
        vm.prank(registrar);
        credits.suspend(1, 1, 2, EVIDENCE);
        vm.expectRevert(abi.encodeWithSelector(R.NotInGoodStanding.selector, 1, 0, 2, Trouble.Suspended));
        vm.prank(alice);
        credits.anchor(lot, 0, 0, 1, 1_000_001, ROOT); // one gram of credit 1
        _anchor(lot, 1_000_000); // exactly up to it
        vm.expectRevert(abi.encodeWithSelector(R.NotInGoodStanding.selector, 1, 1, 2, Trouble.Suspended));
        vm.prank(alice);
        credits.anchor(lot, 1, 1_000_000, 1, 1, ROOT);
        vm.prank(registrar);
        credits.reinstate(1, 1, 2, EVIDENCE);
        _anchor(lot, 1_000_000);
        vm.prank(registrar);
        credits.suspend(1, 1, 2, EVIDENCE);
        _anchor(lot, 1); // begins right after the trouble
    }

    function test_a_tranche_that_shares_a_credit_with_trouble_is_refused_at_both_its_ends() public {
        _anchor(lot, 500_000); // half of credit 0
        vm.prank(registrar);
        credits.suspend(1, 0, 1, EVIDENCE);
        vm.expectRevert(abi.encodeWithSelector(R.NotInGoodStanding.selector, 1, 0, 1, Trouble.Suspended));
        vm.prank(alice);
        credits.anchor(lot, 1, 500_000, 1, 1, ROOT);
    }

    function test_a_claim_passes_over_invalidated_credits_but_not_over_a_suspended_one_among_them() public {
        vm.prank(registrar);
        credits.invalidate(1, 0, 2, EVIDENCE);
        vm.prank(registrar);
        credits.suspend(1, 2, 3, EVIDENCE);
        vm.expectRevert(abi.encodeWithSelector(R.NotInGoodStanding.selector, 1, 0, 3, Trouble.Suspended));
        vm.prank(alice);
        credits.anchor(lot, 0, 0, 1, 2_000_001, ROOT);
        _anchor(lot, 2_000_000);
    }

    function test_indexes_of_a_later_lot_are_those_of_the_batch() public {
        vm.prank(alice);
        uint256 tail = credits.split(lot, 50);
        _retire(tail, 10);
        vm.prank(registrar);
        credits.suspend(1, 52, 53, EVIDENCE);
        vm.expectRevert(abi.encodeWithSelector(R.NotInGoodStanding.selector, 1, 50, 53, Trouble.Suspended));
        vm.prank(alice);
        credits.anchor(tail, 0, 0, 1, 2_000_001, ROOT);
        _anchor(tail, 2_000_000);
    }

    function test_the_owner_anchors_a_tranche() public {
        bytes32 expected = _sha(lot, 0, 0, 1000, 7, ROOT);
        bytes32 prior = credits.historyHash();
        vm.expectEmit(true, true, true, true, address(credits));
        emit R.Anchored(lot, 0, 0, 1000, 7, ROOT, expected, alice, prior);
        vm.prank(alice);
        bytes32 anchored = credits.anchor(lot, 0, 0, 7, 1000, ROOT);

        vm.assertEq(anchored, expected);
        vm.assertEq(credits.anchorOf(lot, 0), expected);
        Marks memory marks = credits.marksOf(lot);
        vm.assertEq(marks.claimedGrams, 1000);
        vm.assertEq(marks.tranches, 1);
        _assertTape(lot, alice, 100, 3);

        vm.prank(alice);
        credits.anchor(lot, 1, 1000, 1, 2_999_000, bytes32(0));
        vm.assertEq(credits.anchorOf(lot, 1), _sha(lot, 1, 1000, 2_999_000, 1, bytes32(0)));
        vm.assertEq(credits.anchorOf(lot, 0), expected, "the first stays");
        vm.assertEq(credits.marksOf(lot).claimedGrams, 3_000_000);
    }

    function test_the_anchor_of_one_chain_is_not_that_of_another() public {
        bytes32 here = _sha(lot, 0, 0, 1000, 7, ROOT);
        vm.chainId(2026);
        vm.prank(alice);
        bytes32 there = credits.anchor(lot, 0, 0, 7, 1000, ROOT);
        vm.assertTrue(here != there);
        vm.assertEq(there, _sha(lot, 0, 0, 1000, 7, ROOT));
    }

    function test_retired_credits_can_still_be_claimed_after_closing() public {
        _close(bob);
        _anchor(lot, 3_000_000);
        vm.assertEq(credits.marksOf(lot).claimedGrams, 3_000_000);
    }

    function test_claims_keep_their_confirmed_mark() public {
        vm.prank(operator);
        credits.confirmSourceCancellation(lot, 0, 2, EVIDENCE);
        _anchor(lot, 10);
        vm.assertEq(credits.marksOf(lot).confirmed, 2);
    }

    /// @dev The specification's formula, written a second time.
    function _sha(uint256 l, uint32 tranche, uint64 start, uint64 total, uint64 leaves, bytes32 root)
        private
        view
        returns (bytes32)
    {
        bytes memory place = abi.encodePacked(block.chainid, address(credits), l, tranche);
        return sha256(bytes.concat(hex"02", sha256("tranche/1"), place, abi.encodePacked(start, total, leaves), root));
    }
}
