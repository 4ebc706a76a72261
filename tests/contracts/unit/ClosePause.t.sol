// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { ICreditRegistry as R } from "../../../contracts/interfaces/ICreditRegistry.sol";
import { IPausable } from "../../../contracts/interfaces/IPausable.sol";
import { Accreditation, ProjectStatus } from "../../../contracts/types/Projects.sol";
import { vm } from "../base/Vm.sol";
import { World } from "../base/World.sol";

/// @dev Follows close-pause.tree. What each function does while paused or closed stands in its own test.
contract ClosePauseTest is World {
    function test_only_a_pauser_pauses() public {
        address[5] memory others = [stranger, alice, registrar, operator, admin];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(_unauthorised(others[i], keccak256("PAUSER_ROLE")));
            vm.prank(others[i]);
            credits.pause();
        }
    }

    function test_pausing_twice_is_refused() public {
        _pause();
        vm.expectRevert(IPausable.EnforcedPause.selector);
        vm.prank(pauser);
        credits.pause();
    }

    function test_only_the_administrator_unpauses() public {
        _pause();
        address[4] memory others = [stranger, pauser, registrar, operator];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(_unauthorised(others[i], bytes32(0)));
            vm.prank(others[i]);
            credits.unpause();
        }
    }

    function test_there_must_be_a_pause_to_end() public {
        vm.expectRevert(IPausable.ExpectedPause.selector);
        vm.prank(admin);
        credits.unpause();
    }

    function test_a_pause_begins_and_ends() public {
        bytes32 prior = credits.historyHash();
        vm.expectEmit(true, true, true, true, address(credits));
        emit IPausable.Paused(pauser, prior);
        _pause();
        vm.assertTrue(credits.paused());
        prior = credits.historyHash();
        vm.expectEmit(true, true, true, true, address(credits));
        emit IPausable.Unpaused(admin, prior);
        vm.prank(admin);
        credits.unpause();
        vm.assertFalse(credits.paused());
        _issue(1, 1, alice);
    }

    function test_only_the_administrator_closes() public {
        address[5] memory others = [stranger, alice, registrar, operator, pauser];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(_unauthorised(others[i], bytes32(0)));
            vm.prank(others[i]);
            credits.close(bob);
        }
    }

    function test_closing_is_irrevocable_and_names_the_successor_once() public {
        _pause();
        vm.assertFalse(credits.closed());
        bytes32 prior = credits.historyHash();
        vm.expectEmit(true, true, true, true, address(credits));
        emit R.Closed(bob, admin, prior);
        _close(bob);
        vm.assertTrue(credits.closed());
        vm.expectRevert(abi.encodeWithSelector(R.RegistryClosed.selector, bob));
        vm.prank(admin);
        credits.close(alice);
        vm.prank(admin);
        credits.unpause();
        vm.assertTrue(credits.closed(), "a pause that ends opens nothing");
    }

    function test_a_pause_stops_new_business_with_projects() public {
        uint64 filed = _filed(nativeProject, 30_000, 30_001, 10);
        vm.prank(proponent);
        uint64 proposed = projects.propose(native, "P-1", EVIDENCE);
        vm.prank(proponent);
        uint64 validated = projects.propose(native, "P-2", EVIDENCE);
        vm.prank(validator);
        projects.validate(validated, EVIDENCE);
        vm.prank(pauser);
        projects.pause();

        bytes[10] memory calls = [
            abi.encodeCall(projects.addProgramme, ("NEW", false, EVIDENCE)),
            abi.encodeCall(projects.addOrganisation, (EVIDENCE)),
            abi.encodeCall(projects.register, (validated, EVIDENCE)),
            abi.encodeCall(projects.recordProject, (bridged, "9", EVIDENCE)),
            abi.encodeCall(projects.recordExternal, (bridgedProject, 1, 2, 3, EVIDENCE, HEAD)),
            abi.encodeCall(projects.propose, (native, "P-3", EVIDENCE)),
            abi.encodeCall(projects.validate, (proposed, EVIDENCE)),
            abi.encodeCall(projects.report, (nativeProject, 31_000, 31_001, 10, EVIDENCE)),
            abi.encodeCall(projects.verify, (filed, 10, EVIDENCE, HEAD)),
            abi.encodeCall(projects.reject, (filed, EVIDENCE))
        ];
        address[10] memory actors = [
            registrar, registrar, registrar, registrar, registrar, proponent, validator, proponent, verifier, verifier
        ];
        for (uint256 round = 0; round < 2; ++round) {
            for (uint256 i = 0; i < calls.length; ++i) {
                vm.prank(actors[i]);
                (bool done, bytes memory why) = address(projects).call(calls[i]);
                if (round == 1 && i == 9) {
                    vm.assertFalse(done, "verified already");
                } else if (round == 1) {
                    vm.assertTrue(done, "each works once the pause is over");
                } else {
                    vm.assertFalse(done, "paused");
                    vm.assertEq(why, abi.encodeWithSelector(IPausable.EnforcedPause.selector));
                }
            }
            if (round == 0) {
                vm.prank(admin);
                projects.unpause();
            }
        }
    }

    function test_a_pause_never_stops_attesting_who_may_attest() public {
        vm.prank(pauser);
        projects.pause();
        vm.startPrank(registrar);
        projects.setMember(stranger, verifiers);
        projects.accredit(verifiers, Accreditation.Validation, uint64(NOW), uint64(NOW + 1), EVIDENCE);
        projects.withdrawAccreditation(verifiers, Accreditation.Verification, EVIDENCE);
        projects.deregister(nativeProject, EVIDENCE);
        vm.stopPrank();
        vm.assertEq(uint256(projects.projectOf(nativeProject).status), uint256(ProjectStatus.Deregistered));
    }

    function test_roles_are_the_administrators_alone_to_give() public {
        bytes32 role = credits.REGISTRAR_ROLE();
        address[4] memory others = [stranger, registrar, operator, pauser];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(_unauthorised(others[i], bytes32(0)));
            vm.prank(others[i]);
            credits.grantRole(role, others[i]);
            vm.expectRevert(_unauthorised(others[i], bytes32(0)));
            vm.prank(others[i]);
            credits.revokeRole(role, registrar);
        }
    }

    function test_a_revoked_registrar_issues_nothing_more() public {
        bytes32 role = credits.REGISTRAR_ROLE();
        vm.prank(admin);
        credits.revokeRole(role, registrar);
        vm.expectRevert(_unauthorised(registrar, role));
        vm.prank(registrar);
        credits.issue(reportId, series, 1, 1, alice, EVIDENCE, HEAD);
    }

    function test_the_administrator_changes_only_after_the_delay() public {
        vm.prank(admin);
        credits.beginDefaultAdminTransfer(bob);
        vm.warp(NOW + 1 days);
        vm.expectRevert();
        vm.prank(bob);
        credits.acceptDefaultAdminTransfer();
        vm.assertEq(credits.defaultAdmin(), admin);
        vm.warp(NOW + 2 days + 1);
        vm.prank(bob);
        credits.acceptDefaultAdminTransfer();
        vm.assertEq(credits.defaultAdmin(), bob);
    }
}
