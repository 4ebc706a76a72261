// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IProjectRegistry } from "../interfaces/IProjectRegistry.sol";
import { RangeList } from "../libraries/RangeList.sol";
import { Accreditation, Project, ProjectStatus, Report, ReportStatus } from "../types/Projects.sol";
import { Projects } from "./Projects.sol";

/// @dev Monitoring periods of projects and the tonnes that credits may be issued from. Periods that count never overlap.
abstract contract Reports is Projects {
    using RangeList for RangeList.List;

    /// @inheritdoc IProjectRegistry
    function report(uint64 project, uint32 fromDay, uint32 endDay, uint32 tonnes, bytes32 document)
        external
        whenNotPaused
        returns (uint64 reportId)
    {
        // Check
        uint32 organisation = _requireMember();
        Project storage p = _requireStatus(project, ProjectStatus.Registered);
        if (organisation != p.proponent) revert NotTheProponent(project, p.proponent, organisation);
        _requirePeriod(fromDay, endDay);
        if (tonnes == 0) revert TonnesInvalid(tonnes, tonnes);
        _requireDocument(document);

        // Effect
        reportId = ++_reportCount;
        _reports[reportId] = Report({
            project: project,
            fromDay: fromDay,
            endDay: endDay,
            tonnes: tonnes,
            status: ReportStatus.Filed,
            verifier: 0,
            attestor: address(0)
        });
        _recordReportFiled(reportId, project, fromDay, endDay, tonnes, organisation, document);
    }

    /// @inheritdoc IProjectRegistry
    function verify(uint64 reportId, uint32 tonnes, bytes32 document, uint256 hint) external whenNotPaused {
        // Check
        (Report storage r, uint32 organisation) = _requireVerifier(reportId, document);
        _requireStatus(r.project, ProjectStatus.Registered);
        if (tonnes == 0 || tonnes > r.tonnes) revert TonnesInvalid(tonnes, r.tonnes);

        // Effect
        _occupy(r.project, r.fromDay, r.endDay, reportId, hint);
        r.tonnes = tonnes;
        r.status = ReportStatus.Verified;
        r.verifier = organisation;
        r.attestor = msg.sender;
        _recordReportVerified(reportId, tonnes, organisation, document);
    }

    /// @inheritdoc IProjectRegistry
    function reject(uint64 reportId, bytes32 document) external whenNotPaused {
        // Check
        (Report storage r, uint32 organisation) = _requireVerifier(reportId, document);

        // Effect
        r.status = ReportStatus.Rejected;
        r.verifier = organisation;
        r.attestor = msg.sender;
        _recordReportRejected(reportId, organisation, document);
    }

    /// @inheritdoc IProjectRegistry
    function recordExternal(
        uint64 project,
        uint32 fromDay,
        uint32 endDay,
        uint32 tonnes,
        bytes32 evidence,
        uint256 hint
    ) external onlyRole(REGISTRAR_ROLE) whenNotPaused returns (uint64 reportId) {
        // Check
        _requireStatus(project, ProjectStatus.Recorded);
        _requirePeriod(fromDay, endDay);
        if (tonnes == 0) revert TonnesInvalid(tonnes, tonnes);
        _requireDocument(evidence);

        // Effect
        reportId = ++_reportCount;
        _occupy(project, fromDay, endDay, reportId, hint);
        _reports[reportId] = Report({
            project: project,
            fromDay: fromDay,
            endDay: endDay,
            tonnes: tonnes,
            status: ReportStatus.Recorded,
            verifier: 0,
            attestor: msg.sender
        });
        _recordReportRecorded(reportId, project, fromDay, endDay, tonnes, evidence);
    }

    // ------------------------------------------------------------------------------------------------ reading

    /// @inheritdoc IProjectRegistry
    function reportOf(uint64 reportId) external view returns (Report memory) {
        return _reports[reportId];
    }

    /// @inheritdoc IProjectRegistry
    function issuable(uint64 reportId) external view returns (uint32) {
        Report storage r = _reports[reportId];
        ProjectStatus status = _projects[r.project].status;
        if (r.status == ReportStatus.Verified && status == ProjectStatus.Registered) return r.tonnes;
        if (r.status == ReportStatus.Recorded && status == ProjectStatus.Recorded) return r.tonnes;
        return 0;
    }

    // ------------------------------------------------------------------------------------------------ effects

    /// @dev Never a day of a project twice.
    function _occupy(uint64 project, uint32 fromDay, uint32 endDay, uint64 reportId, uint256 hint) private {
        (uint256 first, uint256 end) = _periods[project].insert(fromDay, endDay - fromDay, reportId, hint);
        if (end != 0) revert PeriodsOverlap(project, fromDay, endDay, first, end);
    }

    // ------------------------------------------------------------------------------------------------- checks

    /// @dev The verifying organisation never validated and never proposed the project (2023 measures, article 18).
    function _requireVerifier(uint64 reportId, bytes32 document)
        private
        view
        returns (Report storage r, uint32 organisation)
    {
        organisation = _requireAccredited(Accreditation.Verification);
        r = _reports[reportId];
        if (r.status == ReportStatus.None) revert ReportUnknown(reportId);
        if (r.status != ReportStatus.Filed) revert ReportStatusWrong(reportId, ReportStatus.Filed, r.status);
        Project storage p = _projects[r.project];
        if (organisation == p.validator || organisation == p.proponent) revert NotIndependent(r.project, organisation);
        _requireDocument(document);
    }

    function _requirePeriod(uint32 fromDay, uint32 endDay) private pure {
        if (fromDay >= endDay) revert PeriodInvalid(fromDay, endDay);
    }
}
