// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IProjectRegistry as P } from "../../../contracts/interfaces/IProjectRegistry.sol";
import { RangeList } from "../../../contracts/libraries/RangeList.sol";
import { Accreditation, Project, ProjectStatus, Report, ReportStatus } from "../../../contracts/types/Projects.sol";
import { vm } from "../base/Vm.sol";
import { World } from "../base/World.sol";

/// @dev Follows lifecycle.tree: projects and reports. Who may attest is in Attestors.t.sol.
contract LifecycleTest is World {
    uint64 private proposed;
    uint64 private validated;
    uint64 private filed; // of the registered project, [20000, 20100), 1000 t

    function setUp() public override {
        super.setUp();
        vm.prank(proponent);
        proposed = projects.propose(native, "P-1", EVIDENCE);
        vm.prank(proponent);
        validated = projects.propose(native, "P-2", EVIDENCE);
        vm.prank(validator);
        projects.validate(validated, EVIDENCE);
        filed = _filed(nativeProject, 20_000, 20_100, 1000);
    }

    // ------------------------------------------------------------------------------------------------ propose

    function test_only_a_member_of_an_organisation_proposes() public {
        _refused(stranger, abi.encodeWithSelector(P.NotAMember.selector, stranger), _propose(native, "X", EVIDENCE));
        _refused(registrar, abi.encodeWithSelector(P.NotAMember.selector, registrar), _propose(native, "X", EVIDENCE));
    }

    function test_a_project_is_proposed_in_a_native_programme() public {
        _refused(proponent, abi.encodeWithSelector(P.ProgrammeUnknown.selector, 0), _propose(0, "X", EVIDENCE));
        _refused(proponent, abi.encodeWithSelector(P.ProgrammeUnknown.selector, 3), _propose(3, "X", EVIDENCE));
        _refused(
            proponent, abi.encodeWithSelector(P.ProgrammeIsBridged.selector, bridged), _propose(bridged, "X", EVIDENCE)
        );
        _refused(proponent, abi.encodeWithSelector(P.DocumentMissing.selector), _propose(native, "X", 0));
    }

    function test_a_source_id_is_short_and_printable() public {
        string[5] memory bad = ["", "A B", unicode"é", "A\x7f", "12345678901234567890123456789012"];
        for (uint256 i = 0; i < bad.length; ++i) {
            bytes memory why = abi.encodeWithSelector(P.SourceIdInvalid.selector, bad[i]);
            _refused(proponent, why, _propose(native, bad[i], EVIDENCE));
            _refused(registrar, why, _record(bridged, bad[i], EVIDENCE));
        }
        vm.prank(proponent);
        uint64 project = projects.propose(native, "!2345678901234567890123456789~1", EVIDENCE);
        vm.assertEq(projects.sourceIdOf(project), "!2345678901234567890123456789~1");
    }

    function test_a_project_exists_once_in_its_programme() public {
        bytes memory why = abi.encodeWithSelector(P.ProjectExists.selector, native, "P-1", proposed);
        _refused(proponent, why, _propose(native, "P-1", EVIDENCE));
        why = abi.encodeWithSelector(P.ProjectExists.selector, bridged, "1748", bridgedProject);
        _refused(registrar, why, _record(bridged, "1748", EVIDENCE));
        vm.prank(registrar);
        projects.recordProject(bridged, "P-1", EVIDENCE); // another programme, another project
    }

    function test_a_proposal_is_recorded() public {
        bytes32 prior = projects.historyHash();
        vm.expectEmit(true, true, true, true, address(projects));
        emit P.ProjectProposed(5, native, "P-9", proponents, proponent, EVIDENCE, prior);
        vm.prank(proponent);
        uint64 project = projects.propose(native, "P-9", EVIDENCE);
        Project memory p = projects.projectOf(project);
        vm.assertEq(p.programme, native);
        vm.assertEq(uint256(p.status), uint256(ProjectStatus.Proposed));
        vm.assertFalse(p.bridged);
        vm.assertEq(p.proponent, proponents);
        vm.assertEq(p.validator, 0);
        vm.assertEq(p.registrar, address(0));
    }

    // ----------------------------------------------------------------------------------------------- validate

    function test_only_an_accredited_organisation_validates_and_only_while_it_is() public {
        _refused(stranger, abi.encodeWithSelector(P.NotAMember.selector, stranger), _validate(proposed, EVIDENCE));
        _refused(
            verifier, _notAccredited(verifiers, Accreditation.Validation, 0, 0, NOW), _validate(proposed, EVIDENCE)
        );
        uint64 from = uint64(NOW - 365 days);
        uint64 until = uint64(NOW + 365 days);
        vm.warp(from - 1);
        _refused(
            validator,
            _notAccredited(validators, Accreditation.Validation, from, until, from - 1),
            _validate(proposed, EVIDENCE)
        );
        vm.warp(until);
        _refused(
            validator,
            _notAccredited(validators, Accreditation.Validation, from, until, until),
            _validate(proposed, EVIDENCE)
        );
        vm.warp(until - 1);
        vm.prank(validator);
        projects.validate(proposed, EVIDENCE);
    }

    function test_only_a_proposed_project_is_validated() public {
        _refused(validator, abi.encodeWithSelector(P.ProjectUnknown.selector, 99), _validate(99, EVIDENCE));
        _refused(
            validator,
            abi.encodeWithSelector(
                P.ProjectStatusWrong.selector, validated, ProjectStatus.Proposed, ProjectStatus.Validated
            ),
            _validate(validated, EVIDENCE)
        );
        _refused(
            validator,
            abi.encodeWithSelector(
                P.ProjectStatusWrong.selector, bridgedProject, ProjectStatus.Proposed, ProjectStatus.Recorded
            ),
            _validate(bridgedProject, EVIDENCE)
        );
        _refused(validator, abi.encodeWithSelector(P.DocumentMissing.selector), _validate(proposed, 0));
    }

    function test_nobody_validates_its_own_project() public {
        vm.prank(registrar);
        projects.accredit(proponents, Accreditation.Validation, 0, uint64(NOW + 1), EVIDENCE);
        _refused(
            proponent,
            abi.encodeWithSelector(P.NotIndependent.selector, proposed, proponents),
            _validate(proposed, EVIDENCE)
        );
    }

    function test_a_validation_is_recorded() public {
        bytes32 prior = projects.historyHash();
        vm.expectEmit(true, true, true, true, address(projects));
        emit P.ProjectValidated(proposed, validators, validator, EVIDENCE, prior);
        vm.prank(validator);
        projects.validate(proposed, EVIDENCE);
        vm.assertEq(projects.projectOf(proposed).validator, validators);
    }

    // ----------------------------------------------------------------------------------- register, deregister

    function test_only_a_registrar_registers_and_deregisters() public {
        address[6] memory others = [stranger, admin, pauser, proponent, validator, verifier];
        bytes32 role = keccak256("REGISTRAR_ROLE");
        for (uint256 i = 0; i < others.length; ++i) {
            bytes memory why = _unauthorised(others[i], role);
            _refused(others[i], why, abi.encodeCall(projects.register, (validated, EVIDENCE)));
            _refused(others[i], why, abi.encodeCall(projects.deregister, (nativeProject, EVIDENCE)));
            _refused(others[i], why, _record(bridged, "X", EVIDENCE));
            _refused(others[i], why, _recordReport(bridgedProject, 1, 2, 1, EVIDENCE));
        }
    }

    function test_only_a_validated_project_is_registered() public {
        _refused(
            registrar,
            abi.encodeWithSelector(P.ProjectUnknown.selector, 99),
            abi.encodeCall(projects.register, (99, EVIDENCE))
        );
        _refused(
            registrar,
            abi.encodeWithSelector(
                P.ProjectStatusWrong.selector, proposed, ProjectStatus.Validated, ProjectStatus.Proposed
            ),
            abi.encodeCall(projects.register, (proposed, EVIDENCE))
        );
        _refused(
            registrar,
            abi.encodeWithSelector(P.DocumentMissing.selector),
            abi.encodeCall(projects.register, (validated, 0))
        );
        bytes32 prior = projects.historyHash();
        vm.expectEmit(true, true, true, true, address(projects));
        emit P.ProjectRegistered(validated, registrar, EVIDENCE, prior);
        vm.prank(registrar);
        projects.register(validated, EVIDENCE);
        vm.assertEq(projects.projectOf(validated).registrar, registrar);
    }

    function test_a_proposal_turned_down_frees_its_source_id_for_the_project_it_belongs_to() public {
        uint64[2] memory both = [proposed, validated];
        string[2] memory ids = ["P-1", "P-2"];
        for (uint256 i = 0; i < both.length; ++i) {
            vm.prank(registrar);
            projects.deregister(both[i], EVIDENCE);
            vm.assertTrue(projects.projectOf(both[i]).status == ProjectStatus.Deregistered);
            vm.prank(proponent);
            uint64 again = projects.propose(native, ids[i], EVIDENCE);
            vm.assertTrue(again > both[i], "a project of its own");
        }
        vm.prank(registrar);
        projects.deregister(bridgedProject, EVIDENCE);
        _refused(
            registrar,
            abi.encodeWithSelector(P.ProjectExists.selector, bridged, "1748", bridgedProject),
            _record(bridged, "1748", EVIDENCE)
        );
    }

    function test_only_a_standing_project_is_deregistered_and_for_ever() public {
        _refused(
            registrar,
            abi.encodeWithSelector(P.ProjectUnknown.selector, 99),
            abi.encodeCall(projects.deregister, (99, EVIDENCE))
        );
        _refused(
            registrar,
            abi.encodeWithSelector(P.DocumentMissing.selector),
            abi.encodeCall(projects.deregister, (nativeProject, 0))
        );
        vm.assertEq(projects.issuable(nativeReport), 5000);
        bytes32 prior = projects.historyHash();
        vm.expectEmit(true, true, true, true, address(projects));
        emit P.ProjectDeregistered(nativeProject, registrar, EVIDENCE, prior);
        vm.prank(registrar);
        projects.deregister(nativeProject, EVIDENCE);
        vm.assertEq(projects.issuable(nativeReport), 0);
        _refused(
            registrar,
            abi.encodeWithSelector(
                P.ProjectStatusWrong.selector, nativeProject, ProjectStatus.Registered, ProjectStatus.Deregistered
            ),
            abi.encodeCall(projects.deregister, (nativeProject, EVIDENCE))
        );
        _refused(
            verifier,
            abi.encodeWithSelector(
                P.ProjectStatusWrong.selector, nativeProject, ProjectStatus.Registered, ProjectStatus.Deregistered
            ),
            _verify(filed, 1, EVIDENCE)
        );
        vm.prank(registrar);
        projects.deregister(bridgedProject, EVIDENCE);
        vm.assertEq(projects.issuable(reportId), 0);
        _refused(
            registrar,
            abi.encodeWithSelector(
                P.ProjectStatusWrong.selector, bridgedProject, ProjectStatus.Recorded, ProjectStatus.Deregistered
            ),
            _recordReport(bridgedProject, 1, 2, 1, EVIDENCE)
        );
    }

    // ------------------------------------------------------------------------------------------------- report

    function test_only_the_proponent_reports() public {
        bytes memory call = _report(nativeProject, 1, 2, 3, EVIDENCE);
        _refused(stranger, abi.encodeWithSelector(P.NotAMember.selector, stranger), call);
        _refused(
            validator, abi.encodeWithSelector(P.NotTheProponent.selector, nativeProject, proponents, validators), call
        );
    }

    function test_a_report_belongs_to_a_registered_project_and_says_something() public {
        _refused(proponent, abi.encodeWithSelector(P.ProjectUnknown.selector, 99), _report(99, 1, 2, 3, EVIDENCE));
        _refused(
            proponent,
            abi.encodeWithSelector(
                P.ProjectStatusWrong.selector, validated, ProjectStatus.Registered, ProjectStatus.Validated
            ),
            _report(validated, 1, 2, 3, EVIDENCE)
        );
        bytes memory why = abi.encodeWithSelector(P.PeriodInvalid.selector, 2, 2);
        _refused(proponent, why, _report(nativeProject, 2, 2, 3, EVIDENCE));
        why = abi.encodeWithSelector(P.PeriodInvalid.selector, 3, 2);
        _refused(proponent, why, _report(nativeProject, 3, 2, 3, EVIDENCE));
        why = abi.encodeWithSelector(P.TonnesInvalid.selector, 0, 0);
        _refused(proponent, why, _report(nativeProject, 1, 2, 0, EVIDENCE));
        why = abi.encodeWithSelector(P.DocumentMissing.selector);
        _refused(proponent, why, _report(nativeProject, 1, 2, 3, 0));
    }

    function test_a_report_is_filed() public {
        bytes32 prior = projects.historyHash();
        vm.expectEmit(true, true, true, true, address(projects));
        emit P.ReportFiled(4, nativeProject, 1, 2, 3, proponents, proponent, EVIDENCE, prior);
        vm.assertEq(_filed(nativeProject, 1, 2, 3), 4);
        Report memory r = projects.reportOf(4);
        vm.assertEq(r.project, nativeProject);
        vm.assertEq(r.fromDay, 1);
        vm.assertEq(r.endDay, 2);
        vm.assertEq(r.tonnes, 3);
        vm.assertEq(uint256(r.status), uint256(ReportStatus.Filed));
        vm.assertEq(r.verifier, 0);
        vm.assertEq(r.attestor, address(0));
        vm.assertEq(projects.issuable(4), 0);
    }

    // ------------------------------------------------------------------------------------------ verify, reject

    function test_only_an_accredited_organisation_judges_a_report() public {
        bytes[2] memory calls = [_verify(filed, 1, EVIDENCE), abi.encodeCall(projects.reject, (filed, EVIDENCE))];
        for (uint256 i = 0; i < 2; ++i) {
            _refused(stranger, abi.encodeWithSelector(P.NotAMember.selector, stranger), calls[i]);
            _refused(validator, _notAccredited(validators, Accreditation.Verification, 0, 0, NOW), calls[i]);
        }
        vm.prank(registrar);
        projects.withdrawAccreditation(verifiers, Accreditation.Verification, EVIDENCE);
        for (uint256 i = 0; i < 2; ++i) {
            _refused(
                verifier,
                _notAccredited(verifiers, Accreditation.Verification, uint64(NOW - 365 days), uint64(NOW), NOW),
                calls[i]
            );
        }
    }

    function test_the_verifier_neither_validated_nor_proposed_the_project() public {
        uint32[2] memory organisations = [validators, proponents];
        address[2] memory members = [validator, proponent];
        for (uint256 i = 0; i < 2; ++i) {
            vm.prank(registrar);
            projects.accredit(organisations[i], Accreditation.Verification, 0, uint64(NOW + 1), EVIDENCE);
            bytes memory why = abi.encodeWithSelector(P.NotIndependent.selector, nativeProject, organisations[i]);
            _refused(members[i], why, _verify(filed, 1, EVIDENCE));
            _refused(members[i], why, abi.encodeCall(projects.reject, (filed, EVIDENCE)));
        }
    }

    function test_only_a_filed_report_is_judged() public {
        bytes memory unknown = abi.encodeWithSelector(P.ReportUnknown.selector, 99);
        _refused(verifier, unknown, _verify(99, 1, EVIDENCE));
        _refused(verifier, unknown, abi.encodeCall(projects.reject, (99, EVIDENCE)));
        bytes memory why = abi.encodeWithSelector(
            P.ReportStatusWrong.selector, nativeReport, ReportStatus.Filed, ReportStatus.Verified
        );
        _refused(verifier, why, _verify(nativeReport, 1, EVIDENCE));
        _refused(verifier, why, abi.encodeCall(projects.reject, (nativeReport, EVIDENCE)));
        why = abi.encodeWithSelector(P.ReportStatusWrong.selector, reportId, ReportStatus.Filed, ReportStatus.Recorded);
        _refused(verifier, why, _verify(reportId, 1, EVIDENCE));
        why = abi.encodeWithSelector(P.DocumentMissing.selector);
        _refused(verifier, why, _verify(filed, 1, 0));
        _refused(verifier, why, abi.encodeCall(projects.reject, (filed, 0)));
    }

    function test_verified_tonnes_are_some_and_not_more_than_reported() public {
        _refused(verifier, abi.encodeWithSelector(P.TonnesInvalid.selector, 0, 1000), _verify(filed, 0, EVIDENCE));
        _refused(verifier, abi.encodeWithSelector(P.TonnesInvalid.selector, 1001, 1000), _verify(filed, 1001, EVIDENCE));
    }

    function test_a_verification_is_recorded_with_what_was_verified() public {
        bytes32 prior = projects.historyHash();
        vm.expectEmit(true, true, true, true, address(projects));
        emit P.ReportVerified(filed, 999, verifiers, verifier, EVIDENCE, prior);
        vm.prank(verifier);
        projects.verify(filed, 999, EVIDENCE, HEAD);
        Report memory r = projects.reportOf(filed);
        vm.assertEq(r.tonnes, 999);
        vm.assertEq(uint256(r.status), uint256(ReportStatus.Verified));
        vm.assertEq(r.verifier, verifiers);
        vm.assertEq(r.attestor, verifier);
        vm.assertEq(projects.issuable(filed), 999);
    }

    function test_verified_periods_of_a_project_never_overlap() public {
        vm.prank(verifier);
        projects.verify(filed, 1000, EVIDENCE, HEAD);
        uint64 meets = _filed(nativeProject, 20_099, 20_200, 10);
        bytes memory why =
            abi.encodeWithSelector(P.PeriodsOverlap.selector, nativeProject, 20_099, 20_200, 20_000, 20_100);
        _refused(verifier, why, _verify(meets, 10, EVIDENCE));
        uint64 around = _filed(nativeProject, 1, 30_000, 10);
        why = abi.encodeWithSelector(P.PeriodsOverlap.selector, nativeProject, 1, 30_000, 19_000, 19_365);
        _refused(verifier, why, _verify(around, 10, EVIDENCE));
        _refused(
            verifier,
            abi.encodeWithSelector(RangeList.HintInvalid.selector, 777),
            abi.encodeCall(projects.verify, (around, 10, EVIDENCE, 777))
        );
        _verified(nativeProject, 20_100, 20_200, 10); // touches
        _verified(nativeProject, 19_365, 20_000, 10); // fills the gap
        _verified(_registered("P-7"), 20_000, 20_100, 10); // another project
        _verified(nativeProject, 0, 1, 1);
        _verified(nativeProject, type(uint32).max - 1, type(uint32).max, 1);
    }

    function test_a_rejected_report_stays_and_leaves_its_period_free() public {
        bytes32 prior = projects.historyHash();
        vm.expectEmit(true, true, true, true, address(projects));
        emit P.ReportRejected(filed, verifiers, verifier, EVIDENCE, prior);
        vm.prank(verifier);
        projects.reject(filed, EVIDENCE);
        Report memory r = projects.reportOf(filed);
        vm.assertEq(uint256(r.status), uint256(ReportStatus.Rejected));
        vm.assertEq(r.verifier, verifiers);
        vm.assertEq(r.attestor, verifier);
        vm.assertEq(projects.issuable(filed), 0);
        _refused(
            verifier,
            abi.encodeWithSelector(P.ReportStatusWrong.selector, filed, ReportStatus.Filed, ReportStatus.Rejected),
            _verify(filed, 1, EVIDENCE)
        );
        _verified(nativeProject, 20_000, 20_100, 10);
    }

    // ------------------------------------------------------------------------------------------------- bridged

    function test_a_project_is_recorded_in_a_bridged_programme_without_inventing_anybody() public {
        _refused(registrar, abi.encodeWithSelector(P.ProgrammeUnknown.selector, 9), _record(9, "X", EVIDENCE));
        _refused(
            registrar, abi.encodeWithSelector(P.ProgrammeIsNative.selector, native), _record(native, "X", EVIDENCE)
        );
        _refused(registrar, abi.encodeWithSelector(P.DocumentMissing.selector), _record(bridged, "X", 0));
        bytes32 prior = projects.historyHash();
        vm.expectEmit(true, true, true, true, address(projects));
        emit P.ProjectRecorded(5, bridged, "X", registrar, EVIDENCE, prior);
        vm.prank(registrar);
        Project memory p = projects.projectOf(projects.recordProject(bridged, "X", EVIDENCE));
        vm.assertEq(uint256(p.status), uint256(ProjectStatus.Recorded));
        vm.assertTrue(p.bridged);
        vm.assertEq(p.proponent, 0);
        vm.assertEq(p.validator, 0);
        vm.assertEq(p.registrar, registrar);
    }

    function test_a_period_is_recorded_for_a_bridged_project_only() public {
        _refused(registrar, abi.encodeWithSelector(P.ProjectUnknown.selector, 99), _recordReport(99, 1, 2, 3, EVIDENCE));
        _refused(
            registrar,
            abi.encodeWithSelector(
                P.ProjectStatusWrong.selector, nativeProject, ProjectStatus.Recorded, ProjectStatus.Registered
            ),
            _recordReport(nativeProject, 1, 2, 3, EVIDENCE)
        );
        bytes memory why = abi.encodeWithSelector(P.PeriodInvalid.selector, 2, 2);
        _refused(registrar, why, _recordReport(bridgedProject, 2, 2, 3, EVIDENCE));
        why = abi.encodeWithSelector(P.TonnesInvalid.selector, 0, 0);
        _refused(registrar, why, _recordReport(bridgedProject, 1, 2, 0, EVIDENCE));
        why = abi.encodeWithSelector(P.DocumentMissing.selector);
        _refused(registrar, why, _recordReport(bridgedProject, 1, 2, 3, 0));
        why = abi.encodeWithSelector(P.PeriodsOverlap.selector, bridgedProject, 18_627, 18_700, 18_262, 18_628);
        _refused(registrar, why, _recordReport(bridgedProject, 18_627, 18_700, 3, EVIDENCE));

        bytes32 prior = projects.historyHash();
        vm.expectEmit(true, true, true, true, address(projects));
        emit P.ReportRecorded(4, bridgedProject, 18_628, 18_700, 3, registrar, EVIDENCE, prior);
        vm.prank(registrar);
        uint64 recorded = projects.recordExternal(bridgedProject, 18_628, 18_700, 3, EVIDENCE, 18_262);
        Report memory r = projects.reportOf(recorded);
        vm.assertEq(uint256(r.status), uint256(ReportStatus.Recorded));
        vm.assertEq(r.verifier, 0);
        vm.assertEq(r.attestor, registrar);
        vm.assertEq(projects.issuable(recorded), 3);
    }

    function test_a_proponent_reports_nothing_for_a_bridged_project() public {
        _refused(
            proponent,
            abi.encodeWithSelector(
                P.ProjectStatusWrong.selector, bridgedProject, ProjectStatus.Registered, ProjectStatus.Recorded
            ),
            _report(bridgedProject, 1, 2, 3, EVIDENCE)
        );
    }

    // ------------------------------------------------------------------------------------------------- helpers

    function _refused(address account, bytes memory why, bytes memory call) private {
        vm.prank(account);
        (bool done, bytes memory found) = address(projects).call(call);
        vm.assertFalse(done, "not refused");
        vm.assertEq(found, why);
    }

    function _notAccredited(uint32 organisation, Accreditation kind, uint64 from, uint64 until, uint256 time)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(P.NotAccredited.selector, organisation, kind, from, until, time);
    }

    function _propose(uint32 programme, string memory id, bytes32 document) private view returns (bytes memory) {
        return abi.encodeCall(projects.propose, (programme, id, document));
    }

    function _record(uint32 programme, string memory id, bytes32 evidence) private view returns (bytes memory) {
        return abi.encodeCall(projects.recordProject, (programme, id, evidence));
    }

    function _validate(uint64 project, bytes32 document) private view returns (bytes memory) {
        return abi.encodeCall(projects.validate, (project, document));
    }

    function _report(uint64 project, uint32 from, uint32 end, uint32 tonnes, bytes32 document)
        private
        view
        returns (bytes memory)
    {
        return abi.encodeCall(projects.report, (project, from, end, tonnes, document));
    }

    function _recordReport(uint64 project, uint32 from, uint32 end, uint32 tonnes, bytes32 evidence)
        private
        view
        returns (bytes memory)
    {
        return abi.encodeCall(projects.recordExternal, (project, from, end, tonnes, evidence, HEAD));
    }

    function _verify(uint64 report, uint32 tonnes, bytes32 document) private view returns (bytes memory) {
        return abi.encodeCall(projects.verify, (report, tonnes, document, HEAD));
    }
}
