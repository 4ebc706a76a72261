// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { CreditRegistry } from "../../../contracts/CreditRegistry.sol";
import { ICreditRegistry as R } from "../../../contracts/interfaces/ICreditRegistry.sol";
import { IPausable } from "../../../contracts/interfaces/IPausable.sol";
import { vm } from "../base/Vm.sol";
import { World } from "../base/World.sol";

/// @dev Retires, splits and passes on what it gets, inside the callback.
contract EagerReceiver {
    function onERC721Received(address, address from, uint256 lot, bytes calldata) external returns (bytes4) {
        CreditRegistry credits = CreditRegistry(msg.sender);
        credits.splitTo(lot, 10, from, true);
        credits.retire(lot, uint32(lot), 5);
        credits.anchor(lot, 0, 0, 1, 5_000_000, keccak256("root"));
        return this.onERC721Received.selector;
    }
}

contract RefusingReceiver {
    function onERC721Received(address, address, uint256, bytes calldata) external pure returns (bytes4) {
        return 0xdeadbeef;
    }
}

/// @dev Follows transfer.tree.
contract TransferTest is World {
    bytes4 private constant WRONG_OWNER = bytes4(keccak256("TransferFromIncorrectOwner()"));
    bytes4 private constant NOT_APPROVED = bytes4(keccak256("NotOwnerNorApproved()"));
    bytes4 private constant NO_TOKEN = bytes4(keccak256("TokenDoesNotExist()"));
    bytes4 private constant NO_RECEIVER = bytes4(keccak256("TransferToNonERC721ReceiverImplementer()"));

    uint256 private lot;

    function setUp() public override {
        super.setUp();
        lot = _issue(1000, 100, alice);
    }

    function test_no_lot_moves_while_paused_or_closed() public {
        _pause();
        _refused(alice, alice, bob, abi.encodeWithSelector(IPausable.EnforcedPause.selector));
        vm.prank(admin);
        credits.unpause();
        _close(stranger);
        _refused(alice, alice, bob, abi.encodeWithSelector(R.RegistryClosed.selector, stranger));
    }

    function test_ether_is_refused_wherever_it_could_come_in() public {
        vm.deal(alice, 10 ether);
        vm.startPrank(alice);
        bytes memory refusal = abi.encodeWithSelector(R.EtherRefused.selector);
        vm.expectRevert(refusal);
        credits.transferFrom{ value: 1 }(alice, bob, lot);
        vm.expectRevert(refusal);
        credits.safeTransferFrom{ value: 1 }(alice, bob, lot);
        vm.expectRevert(refusal);
        credits.safeTransferFrom{ value: 1 }(alice, bob, lot, "x");
        vm.expectRevert(refusal);
        credits.approve{ value: 1 }(bob, lot);
        vm.stopPrank();

        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(credits.transferFrom, (alice, bob, lot));
        _etherRefused(address(credits), abi.encodeCall(credits.multicall, (calls)));
        _etherRefused(address(credits), abi.encodeCall(credits.multicall, (new bytes[](0))));
        _etherRefused(address(credits), abi.encodeCall(credits.retire, (lot, 0, 1)));
        _etherRefused(address(credits), abi.encodeCall(credits.setApprovalForAll, (bob, true)));
        _etherRefused(address(credits), "");
        _etherRefused(address(credits), hex"12345678");
        _etherRefused(address(projects), "");
        _etherRefused(address(projects), abi.encodeCall(projects.multicall, (new bytes[](0))));
        vm.assertEq(address(credits).balance + address(projects).balance, 0);
        _assertTape(lot, alice, 100, 0);
    }

    function test_a_lot_is_not_moved_to_zero_or_into_the_registry() public {
        _refused(alice, alice, address(0), abi.encodeWithSelector(R.RecipientInvalid.selector, address(0)));
        _refused(alice, alice, address(credits), abi.encodeWithSelector(R.RecipientInvalid.selector, address(credits)));
    }

    function test_a_lot_that_is_withdrawn_or_about_to_be_does_not_move() public {
        vm.prank(alice);
        credits.requestWithdrawal(lot);
        _refused(alice, alice, bob, abi.encodeWithSelector(R.WithdrawalPending.selector, lot));
        vm.prank(operator);
        credits.confirmWithdrawal(lot, EVIDENCE);
        _refused(alice, alice, bob, abi.encodeWithSelector(R.LotIsWithdrawn.selector, lot));
    }

    function test_the_owner_of_retired_credits_is_final() public {
        _retire(lot, 1);
        bytes memory final_ = abi.encodeWithSelector(R.LotHasRetiredCredits.selector, lot, 1);
        _refused(alice, alice, bob, final_);
        vm.prank(alice);
        credits.approve(bob, lot);
        _refused(bob, alice, bob, final_);
        vm.expectRevert(final_);
        vm.prank(alice);
        credits.safeTransferFrom(alice, bob, lot);
    }

    function test_a_lot_moves_from_its_owner_only() public {
        _refused(alice, bob, stranger, abi.encodeWithSelector(WRONG_OWNER));
        _refused(alice, address(0), stranger, abi.encodeWithSelector(WRONG_OWNER));
        vm.expectRevert(NO_TOKEN);
        vm.prank(alice);
        credits.transferFrom(alice, bob, lot + 1);
        vm.expectRevert(NO_TOKEN);
        vm.prank(alice);
        credits.transferFrom(address(0), alice, lot + 1); // no minting by the back door
    }

    function test_only_the_owner_and_approved_accounts_move_a_lot() public {
        vm.prank(alice);
        credits.nameClaimant(lot, bob);
        address[6] memory others = [stranger, bob, registrar, operator, pauser, admin];
        for (uint256 i = 0; i < others.length; ++i) {
            _refused(others[i], alice, others[i], abi.encodeWithSelector(NOT_APPROVED));
        }
        vm.prank(alice);
        credits.approve(stranger, lot);
        vm.prank(stranger);
        credits.transferFrom(alice, stranger, lot);
        _assertTape(lot, stranger, 100, 0);
        vm.assertEq(credits.getApproved(lot), address(0), "the approval is used up");
    }

    function test_only_the_owner_or_its_operator_approves() public {
        vm.expectRevert(NOT_APPROVED);
        vm.prank(stranger);
        credits.approve(stranger, lot);
        vm.prank(alice);
        credits.approve(bob, lot);
        vm.assertEq(credits.getApproved(lot), bob);
        vm.expectRevert(NO_TOKEN);
        vm.prank(alice);
        credits.approve(bob, lot + 1);
    }

    function test_a_receiver_that_refuses_gets_nothing() public {
        address to = address(new RefusingReceiver());
        vm.expectRevert(NO_RECEIVER);
        vm.prank(alice);
        credits.safeTransferFrom(alice, to, lot);
        _assertTape(lot, alice, 100, 0);
    }

    function test_a_receiver_that_acts_in_its_callback_acts_as_the_new_owner() public {
        address to = address(new EagerReceiver());
        vm.prank(alice);
        credits.safeTransferFrom(alice, to, lot);
        _assertTape(lot, to, 90, 5);
        _assertTape(lot + 90, alice, 10, 10);
        vm.assertEq(credits.marksOf(lot).claimedGrams, 5_000_000);
    }

    function test_several_steps_go_together_or_not_at_all() public {
        bytes[] memory calls = new bytes[](3);
        calls[0] = abi.encodeCall(credits.split, (lot, 40));
        calls[1] = abi.encodeCall(credits.retire, (lot + 40, 40, 60));
        calls[2] = abi.encodeCall(credits.anchor, (lot + 40, 0, 0, 1, 60_000_001, EVIDENCE));
        vm.expectRevert(abi.encodeWithSelector(R.BeyondRetired.selector, lot + 40, 60_000_001, 60_000_000));
        vm.prank(alice);
        credits.multicall(calls);
        _assertTape(lot, alice, 100, 0);

        calls[2] = abi.encodeCall(credits.anchor, (lot + 40, 0, 0, 1, 60_000_000, EVIDENCE));
        vm.prank(alice);
        bytes[] memory results = credits.multicall(calls);
        vm.assertEq(abi.decode(results[0], (uint256)), lot + 40);
        vm.assertEq(abi.decode(results[2], (bytes32)), credits.anchorOf(lot + 40, 0));
        _assertTape(lot + 40, alice, 60, 60);
    }

    function test_a_multicall_acts_as_its_caller() public {
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(credits.retire, (lot, 0, 1));
        bytes[] memory nested = new bytes[](1);
        nested[0] = abi.encodeCall(credits.multicall, (calls));
        vm.expectRevert(abi.encodeWithSelector(R.NotOwnerNorClaimant.selector, lot, stranger));
        vm.prank(stranger);
        credits.multicall(nested);
        vm.prank(alice);
        credits.multicall(nested);
        _assertTape(lot, alice, 100, 1);
    }

    // ----------------------------------------------------------------------------------------------- claimant

    function test_only_the_owner_names_a_claimant() public {
        vm.startPrank(alice);
        credits.approve(bob, lot);
        credits.nameClaimant(lot, proponent);
        vm.stopPrank();
        address[6] memory others = [stranger, bob, proponent, registrar, operator, admin];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(R.NotTheOwner.selector, lot, others[i]));
            vm.prank(others[i]);
            credits.nameClaimant(lot, others[i]);
        }
    }

    function test_no_claimant_is_named_for_an_unknown_or_withdrawn_lot() public {
        vm.expectRevert(abi.encodeWithSelector(R.LotUnknown.selector, lot + 1));
        vm.prank(alice);
        credits.nameClaimant(lot + 1, bob);
        vm.prank(registrar);
        credits.forceWithdraw(lot, EVIDENCE);
        vm.expectRevert(abi.encodeWithSelector(R.LotIsWithdrawn.selector, lot));
        vm.prank(alice);
        credits.nameClaimant(lot, bob);
    }

    function test_a_claimant_is_named_also_when_paused_and_closed_so_that_claims_are_not_stuck() public {
        _retire(lot, 1);
        _close(bob);
        _pause();
        bytes32 prior = credits.historyHash();
        vm.expectEmit(true, true, true, true, address(credits));
        emit R.ClaimantNamed(lot, bob, prior);
        vm.prank(alice);
        credits.nameClaimant(lot, bob);
        vm.assertEq(credits.lotOf(lot).claimant, bob);
        vm.prank(admin);
        credits.unpause();
        vm.prank(bob);
        credits.anchor(lot, 0, 0, 1, 1, EVIDENCE);
        _assertTape(lot, alice, 100, 1);
        vm.prank(alice);
        credits.nameClaimant(lot, address(0));
        vm.assertEq(credits.lotOf(lot).claimant, address(0));
    }

    function _refused(address account, address from, address to, bytes memory why) private {
        vm.expectRevert(why);
        vm.prank(account);
        credits.transferFrom(from, to, lot);
    }

    function _etherRefused(address to, bytes memory data) private {
        vm.prank(alice);
        (bool taken,) = to.call{ value: 1 }(data);
        vm.assertFalse(taken, "ether taken");
    }
}
