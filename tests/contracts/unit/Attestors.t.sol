// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IProjectRegistry as P } from "../../../contracts/interfaces/IProjectRegistry.sol";
import { Accreditation } from "../../../contracts/types/Projects.sol";
import { vm } from "../base/Vm.sol";
import { World } from "../base/World.sol";

/// @dev Follows the first half of lifecycle.tree: programmes, organisations, members, accreditations.
contract AttestorsTest is World {
    function test_only_a_registrar_says_who_may_attest() public {
        address[6] memory others = [stranger, admin, pauser, proponent, validator, verifier];
        for (uint256 i = 0; i < others.length; ++i) {
            bytes memory why = _unauthorised(others[i], keccak256("REGISTRAR_ROLE"));
            vm.startPrank(others[i]);
            vm.expectRevert(why);
            projects.addProgramme("X", false, EVIDENCE);
            vm.expectRevert(why);
            projects.addOrganisation(EVIDENCE);
            vm.expectRevert(why);
            projects.setMember(others[i], verifiers);
            vm.expectRevert(why);
            projects.accredit(verifiers, Accreditation.Validation, 0, 1, EVIDENCE);
            vm.expectRevert(why);
            projects.withdrawAccreditation(verifiers, Accreditation.Verification, EVIDENCE);
            vm.stopPrank();
        }
    }

    function test_a_programme_code_has_one_spelling_only() public {
        bytes32[6] memory bad = [
            bytes32(0),
            bytes32("vcs"),
            bytes32("A B"),
            bytes32(hex"41004200"),
            bytes32("A2345678901234567890123456789012"),
            bytes32(hex"0041")
        ];
        for (uint256 i = 0; i < bad.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(P.ProgrammeCodeInvalid.selector, bad[i]));
            vm.prank(registrar);
            projects.addProgramme(bad[i], false, EVIDENCE);
        }
        vm.prank(registrar);
        projects.addProgramme("A23456789012345678901234567.-_Z", false, EVIDENCE); // 31
    }

    function test_a_programme_is_added_once_with_evidence_and_stays_native_or_bridged() public {
        vm.startPrank(registrar);
        vm.expectRevert(abi.encodeWithSelector(P.ProgrammeCodeTaken.selector, bytes32("VCS"), bridged));
        projects.addProgramme("VCS", false, EVIDENCE);
        vm.expectRevert(P.DocumentMissing.selector);
        projects.addProgramme("GS", true, 0);
        bytes32 prior = projects.historyHash();
        vm.expectEmit(true, true, true, true, address(projects));
        emit P.ProgrammeAdded(3, "GS", true, registrar, EVIDENCE, prior);
        vm.assertEq(projects.addProgramme("GS", true, EVIDENCE), 3);
        vm.stopPrank();
        (bytes32 code, bool isBridged) = projects.programmeOf(3);
        vm.assertEq(code, "GS");
        vm.assertTrue(isBridged);
        (, isBridged) = projects.programmeOf(native);
        vm.assertFalse(isBridged);
    }

    function test_an_organisation_needs_evidence() public {
        vm.startPrank(registrar);
        vm.expectRevert(P.DocumentMissing.selector);
        projects.addOrganisation(0);
        bytes32 prior = projects.historyHash();
        vm.expectEmit(true, true, true, true, address(projects));
        emit P.OrganisationAdded(4, registrar, EVIDENCE, prior);
        vm.assertEq(projects.addOrganisation(EVIDENCE), 4);
        vm.stopPrank();
    }

    function test_a_member_acts_for_one_organisation_until_it_is_told_otherwise() public {
        vm.startPrank(registrar);
        vm.expectRevert(abi.encodeWithSelector(P.OrganisationUnknown.selector, 4));
        projects.setMember(stranger, 4);
        bytes32 prior = projects.historyHash();
        vm.expectEmit(true, true, true, true, address(projects));
        emit P.MemberSet(stranger, proponents, registrar, prior);
        projects.setMember(stranger, proponents);
        vm.assertEq(projects.organisationOf(stranger), proponents);
        vm.stopPrank();
        vm.prank(stranger);
        projects.propose(native, "X", EVIDENCE);
        vm.prank(registrar);
        projects.setMember(stranger, 0);
        vm.expectRevert(abi.encodeWithSelector(P.NotAMember.selector, stranger));
        vm.prank(stranger);
        projects.propose(native, "Y", EVIDENCE);
    }

    function test_an_accreditation_needs_an_organisation_a_period_and_evidence() public {
        vm.startPrank(registrar);
        vm.expectRevert(abi.encodeWithSelector(P.OrganisationUnknown.selector, 0));
        projects.accredit(0, Accreditation.Validation, 1, 2, EVIDENCE);
        vm.expectRevert(abi.encodeWithSelector(P.OrganisationUnknown.selector, 4));
        projects.accredit(4, Accreditation.Validation, 1, 2, EVIDENCE);
        vm.expectRevert(abi.encodeWithSelector(P.AccreditationPeriodInvalid.selector, 2, 2));
        projects.accredit(verifiers, Accreditation.Validation, 2, 2, EVIDENCE);
        vm.expectRevert(abi.encodeWithSelector(P.AccreditationPeriodInvalid.selector, 3, 2));
        projects.accredit(verifiers, Accreditation.Validation, 3, 2, EVIDENCE);
        vm.expectRevert(P.DocumentMissing.selector);
        projects.accredit(verifiers, Accreditation.Validation, 1, 2, 0);

        bytes32 prior = projects.historyHash();
        vm.expectEmit(true, true, true, true, address(projects));
        emit P.Accredited(verifiers, Accreditation.Validation, 1, 2, registrar, EVIDENCE, prior);
        projects.accredit(verifiers, Accreditation.Validation, 1, 2, EVIDENCE);
        vm.stopPrank();
        (uint64 from, uint64 until) = projects.accreditationOf(verifiers, Accreditation.Validation);
        vm.assertEq(from, 1);
        vm.assertEq(until, 2);
        (from,) = projects.accreditationOf(verifiers, Accreditation.Verification);
        vm.assertEq(from, NOW - 365 days, "the other kind is untouched");
    }

    function test_an_accreditation_ends_at_once_when_it_is_withdrawn() public {
        bytes32 prior = projects.historyHash();
        vm.expectEmit(true, true, true, true, address(projects));
        emit P.AccreditationWithdrawn(verifiers, Accreditation.Verification, registrar, EVIDENCE, prior);
        vm.prank(registrar);
        projects.withdrawAccreditation(verifiers, Accreditation.Verification, EVIDENCE);
        (uint64 from, uint64 until) = projects.accreditationOf(verifiers, Accreditation.Verification);
        vm.assertEq(from, NOW - 365 days);
        vm.assertEq(until, NOW);
    }

    function test_an_accreditation_that_never_began_ends_without_having_been() public {
        vm.startPrank(registrar);
        projects.accredit(verifiers, Accreditation.Validation, uint64(NOW + 5), uint64(NOW + 9), EVIDENCE);
        projects.withdrawAccreditation(verifiers, Accreditation.Validation, EVIDENCE);
        vm.stopPrank();
        (uint64 from, uint64 until) = projects.accreditationOf(verifiers, Accreditation.Validation);
        vm.assertEq(from, NOW);
        vm.assertEq(until, NOW);
        uint64 project = _proposedBy();
        vm.warp(NOW + 6);
        vm.expectRevert(
            abi.encodeWithSelector(P.NotAccredited.selector, verifiers, Accreditation.Validation, NOW, NOW, NOW + 6)
        );
        vm.prank(verifier);
        projects.validate(project, EVIDENCE);
    }

    function test_there_must_be_an_accreditation_to_withdraw_and_evidence() public {
        vm.startPrank(registrar);
        vm.expectRevert(
            abi.encodeWithSelector(P.NotAccredited.selector, verifiers, Accreditation.Validation, 0, 0, NOW)
        );
        projects.withdrawAccreditation(verifiers, Accreditation.Validation, EVIDENCE);
        vm.expectRevert(P.DocumentMissing.selector);
        projects.withdrawAccreditation(verifiers, Accreditation.Verification, 0);
        vm.warp(NOW + 365 days);
        vm.expectRevert(
            abi.encodeWithSelector(
                P.NotAccredited.selector,
                verifiers,
                Accreditation.Verification,
                NOW - 365 days,
                NOW + 365 days,
                NOW + 365 days
            )
        );
        projects.withdrawAccreditation(verifiers, Accreditation.Verification, EVIDENCE);
        vm.stopPrank();
    }

    function test_another_member_of_the_organisation_that_validated_is_not_independent() public {
        vm.startPrank(registrar);
        projects.accredit(validators, Accreditation.Verification, 0, uint64(NOW + 9), EVIDENCE);
        projects.setMember(stranger, validators); // another person of the organisation that validated
        vm.stopPrank();
        uint64 filed = _filed(nativeProject, 1, 2, 3);
        vm.expectRevert(abi.encodeWithSelector(P.NotIndependent.selector, nativeProject, validators));
        vm.prank(stranger);
        projects.verify(filed, 3, EVIDENCE, HEAD);
    }

    function _proposedBy() private returns (uint64) {
        vm.prank(proponent);
        return projects.propose(native, "P-9", EVIDENCE);
    }
}
