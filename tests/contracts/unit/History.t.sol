// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { ICreditRegistry as R } from "../../../contracts/interfaces/ICreditRegistry.sol";
import { Accreditation } from "../../../contracts/types/Projects.sol";
import { Fold } from "../base/Fold.sol";
import { Vm, vm } from "../base/Vm.sol";
import { World } from "../base/World.sol";

/// @notice After every kind of change, the history hash is the fold of the events, from the constructor on.
contract HistoryTest is World {
    bytes32 private creditsHash;
    bytes32 private projectsHash;
    uint256 private folded;
    uint256 private number = 20_000_000;
    uint256 private time = NOW;

    function setUp() public override {
        vm.recordLogs();
        super.setUp();
    }

    function test_the_hash_of_a_fresh_registry_is_the_fold_of_its_constructor_and_first_steps() public {
        _check(0);
        vm.assertTrue(folded > 20, "something was folded");
    }

    function test_every_change_of_a_credit_extends_the_history() public {
        _check(0);
        uint256 lot = _issue(1000, 1000, alice);
        _check(2);
        vm.startPrank(alice);
        credits.split(lot, 900);
        _check(2);
        credits.splitTo(lot, 100, bob, true);
        _check(3);
        credits.nameClaimant(lot, bob);
        _check(1);
        credits.requestWithdrawal(lot);
        _check(1);
        credits.cancelWithdrawal(lot);
        _check(1);
        credits.transferFrom(alice, bob, lot + 900);
        _check(1);
        credits.safeTransferFrom(alice, bob, lot);
        _check(1);
        vm.stopPrank();
        _retire(lot, 10);
        _check(1);
        _anchor(lot, 5);
        _check(1);
        vm.prank(operator);
        credits.confirmSourceCancellation(lot, 0, 10, EVIDENCE);
        _check(1);
        vm.startPrank(registrar);
        credits.suspend(1, 100, 200, EVIDENCE);
        credits.reinstate(1, 100, 150, EVIDENCE);
        credits.invalidate(1, 150, 200, EVIDENCE);
        _check(3);
        credits.forceWithdraw(lot, EVIDENCE);
        _check(3);
        credits.forceWithdraw(lot + 900, EVIDENCE);
        _check(1);
        uint256 other = credits.issue(reportId, series, 9000, 10, alice, EVIDENCE, HEAD);
        credits.registerSeries("NEXT");
        _check(3);
        vm.stopPrank();
        vm.prank(alice);
        credits.requestWithdrawal(other);
        vm.prank(operator);
        credits.confirmWithdrawal(other, EVIDENCE);
        _check(2);
        _pause();
        vm.prank(admin);
        credits.unpause();
        _close(bob);
        _check(3);
    }

    function test_every_change_of_a_project_extends_the_history() public {
        _check(0);
        vm.startPrank(registrar);
        projects.addProgramme("NEW", true, EVIDENCE);
        projects.addOrganisation(EVIDENCE);
        projects.setMember(stranger, 1);
        projects.accredit(1, Accreditation.Verification, 1, uint64(NOW + 99 days), EVIDENCE);
        projects.withdrawAccreditation(1, Accreditation.Verification, EVIDENCE);
        uint64 project = projects.recordProject(bridged, "NEW", EVIDENCE);
        projects.recordExternal(project, 1, 2, 3, EVIDENCE, HEAD);
        projects.deregister(project, EVIDENCE);
        vm.stopPrank();
        _check(8);
        project = _registered("NEW");
        _verified(project, 1, 2, 3);
        uint64 filed = _filed(project, 5, 6, 7);
        vm.prank(verifier);
        projects.reject(filed, EVIDENCE);
        vm.prank(pauser);
        projects.pause();
        vm.prank(admin);
        projects.unpause();
        _check(9);
    }

    function test_changes_of_roles_and_of_the_administrator_extend_the_history() public {
        _check(0);
        bytes32 role = credits.REGISTRAR_ROLE();
        vm.startPrank(admin);
        credits.grantRole(role, bob);
        credits.grantRole(role, bob); // no change, no event
        credits.revokeRole(role, bob);
        credits.revokeRole(role, bob);
        _check(2);
        credits.changeDefaultAdminDelay(3 days);
        credits.rollbackDefaultAdminDelay();
        credits.beginDefaultAdminTransfer(bob);
        credits.cancelDefaultAdminTransfer();
        credits.beginDefaultAdminTransfer(bob);
        _check(0); // schedules are not folded
        vm.stopPrank();
        vm.prank(registrar);
        credits.renounceRole(role, registrar);
        _check(1);
        vm.warp(time += 3 days);
        vm.prank(bob);
        credits.acceptDefaultAdminTransfer();
        _check(2); // revoked from one, granted to the other
    }

    function test_approvals_do_not_extend_the_history() public {
        uint256 lot = _issue(1000, 1000, alice);
        _check(0);
        vm.startPrank(alice);
        credits.approve(bob, lot);
        credits.setApprovalForAll(bob, true);
        vm.stopPrank();
        _check(0);
    }

    function test_a_refused_call_does_not_extend_the_history() public {
        bytes32 before = credits.historyHash();
        vm.expectRevert();
        credits.retire(1, 0, 1);
        vm.assertEq(credits.historyHash(), before);
    }

    function test_the_same_change_in_another_block_time_or_branch_gives_another_hash() public {
        uint256 lot = _issue(1000, 1000, alice);
        _check(0);
        bytes32 before = creditsHash;
        vm.setBlockhash(number - 1, keccak256("another branch"));
        _retire(lot, 1);
        bytes32 digest = sha256(
            abi.encode(R.Retired.selector, lot, uint32(0), uint32(1), alice, before) // topics, then data
        );
        bytes memory place = abi.encodePacked(uint64(number), uint64(time), keccak256("another branch"));
        vm.assertEq(credits.historyHash(), sha256(bytes.concat(hex"03", before, digest, place)));
        _check(1);
    }

    /// @dev Compare, then go on in a later block. `expected` counts folded events; 0 is "do not care" for the first.
    function _check(uint256 expected) private {
        if (creditsHash == 0) creditsHash = Fold.genesis(address(credits));
        if (projectsHash == 0) projectsHash = Fold.genesis(address(projects));
        Vm.Log[] memory logs = vm.getRecordedLogs();
        uint256 ofCredits;
        uint256 ofProjects;
        (creditsHash, ofCredits) = Fold.extend(creditsHash, logs, address(credits));
        (projectsHash, ofProjects) = Fold.extend(projectsHash, logs, address(projects));
        if (folded != 0) vm.assertEq(ofCredits + ofProjects, expected, "events folded");
        folded += ofCredits + ofProjects;
        vm.assertEq(credits.historyHash(), creditsHash, "credits");
        vm.assertEq(projects.historyHash(), projectsHash, "projects");
        vm.roll(number += 3); // counted here: the optimiser reads block.number once
        vm.warp(time += 36);
    }
}
