// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {
    AccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import { Multicallable } from "solady/utils/Multicallable.sol";
import { Governed } from "./base/Governed.sol";
import { IProjectRegistry } from "./interfaces/IProjectRegistry.sol";
import { IdText } from "./libraries/IdText.sol";
import { RangeList } from "./libraries/RangeList.sol";
import { Accreditation, Project, ProjectStatus, Report, ReportStatus } from "./types/Projects.sol";

/// @title ProjectRegistry
/// @notice The manual is in IProjectRegistry.
contract ProjectRegistry is Governed, IProjectRegistry, Multicallable {
    using RangeList for RangeList.List;

    struct Programme {
        bytes32 code;
        bool bridged;
    }

    struct Period {
        uint64 from;
        uint64 until;
    }

    uint32 private _programmeCount;
    uint32 private _organisationCount;
    uint64 private _projectCount;
    uint64 private _reportCount;

    // Slots that a verifier reads; fixed in docs/spec/storage.md.
    mapping(uint64 project => Project) private _projects;
    mapping(uint64 report => Report) private _reports;
    mapping(uint64 project => string) private _sourceIds;
    mapping(uint32 programme => Programme) private _programmes;

    mapping(bytes32 code => uint32 programme) private _programmeByCode;
    mapping(bytes32 programmeAndSourceId => uint64 project) private _projectBySource;
    mapping(address member => uint32 organisation) private _members;
    mapping(uint32 organisation => mapping(Accreditation kind => Period)) private _accreditations;
    mapping(uint64 project => RangeList.List) private _periods;

    constructor(address admin, uint48 adminDelay) AccessControlDefaultAdminRules(adminDelay, admin) { }

    // ------------------------------------------------------------------------------------------- registrar

    /// @inheritdoc IProjectRegistry
    function addProgramme(bytes32 code, bool bridged, bytes32 evidence)
        external
        onlyRole(REGISTRAR_ROLE)
        whenNotPaused
        returns (uint32 programme)
    {
        // Check
        _requireCode(code);
        _requireDocument(evidence);
        if (_programmeByCode[code] != 0) revert ProgrammeCodeTaken(code, _programmeByCode[code]);

        // Effect
        programme = ++_programmeCount;
        _programmes[programme] = Programme({ code: code, bridged: bridged });
        _programmeByCode[code] = programme;

        bytes32 prior = historyHash();
        emit ProgrammeAdded(programme, code, bridged, msg.sender, evidence, prior);
        _fold(prior, abi.encode(ProgrammeAdded.selector, programme, code, bridged, msg.sender, evidence, prior));
    }

    /// @inheritdoc IProjectRegistry
    function addOrganisation(bytes32 evidence)
        external
        onlyRole(REGISTRAR_ROLE)
        whenNotPaused
        returns (uint32 organisation)
    {
        // Check
        _requireDocument(evidence);

        // Effect
        organisation = ++_organisationCount;

        bytes32 prior = historyHash();
        emit OrganisationAdded(organisation, msg.sender, evidence, prior);
        _fold(prior, abi.encode(OrganisationAdded.selector, organisation, msg.sender, evidence, prior));
    }

    /// @inheritdoc IProjectRegistry
    function setMember(address member, uint32 organisation) external onlyRole(REGISTRAR_ROLE) {
        // Check
        if (organisation > _organisationCount) revert OrganisationUnknown(organisation);

        // Effect
        _members[member] = organisation;

        bytes32 prior = historyHash();
        emit MemberSet(member, organisation, msg.sender, prior);
        _fold(prior, abi.encode(MemberSet.selector, member, organisation, msg.sender, prior));
    }

    /// @inheritdoc IProjectRegistry
    function accredit(uint32 organisation, Accreditation kind, uint64 from, uint64 until, bytes32 evidence)
        external
        onlyRole(REGISTRAR_ROLE)
    {
        // Check
        if (organisation == 0 || organisation > _organisationCount) revert OrganisationUnknown(organisation);
        if (from >= until) revert AccreditationPeriodInvalid(from, until);
        _requireDocument(evidence);

        // Effect
        _accreditations[organisation][kind] = Period({ from: from, until: until });

        bytes32 prior = historyHash();
        emit Accredited(organisation, kind, from, until, msg.sender, evidence, prior);
        _fold(prior, abi.encode(Accredited.selector, organisation, kind, from, until, msg.sender, evidence, prior));
    }

    /// @inheritdoc IProjectRegistry
    function withdrawAccreditation(uint32 organisation, Accreditation kind, bytes32 evidence)
        external
        onlyRole(REGISTRAR_ROLE)
    {
        // Check
        Period storage period = _accreditations[organisation][kind];
        if (period.until <= block.timestamp) {
            revert NotAccredited(organisation, kind, period.from, period.until, uint64(block.timestamp));
        }
        _requireDocument(evidence);

        // Effect
        if (period.from > block.timestamp) period.from = uint64(block.timestamp);
        period.until = uint64(block.timestamp);

        bytes32 prior = historyHash();
        emit AccreditationWithdrawn(organisation, kind, msg.sender, evidence, prior);
        _fold(prior, abi.encode(AccreditationWithdrawn.selector, organisation, kind, msg.sender, evidence, prior));
    }

    /// @inheritdoc IProjectRegistry
    function register(uint64 project, bytes32 document) external onlyRole(REGISTRAR_ROLE) whenNotPaused {
        // Check
        Project storage p = _requireStatus(project, ProjectStatus.Validated);
        _requireDocument(document);

        // Effect
        p.status = ProjectStatus.Registered;
        p.registrar = msg.sender;

        bytes32 prior = historyHash();
        emit ProjectRegistered(project, msg.sender, document, prior);
        _fold(prior, abi.encode(ProjectRegistered.selector, project, msg.sender, document, prior));
    }

    /// @inheritdoc IProjectRegistry
    function recordProject(uint32 programme, string calldata sourceId, bytes32 evidence)
        external
        onlyRole(REGISTRAR_ROLE)
        whenNotPaused
        returns (uint64 project)
    {
        // Check
        if (!_requireProgramme(programme)) revert ProgrammeIsNative(programme);
        _requireDocument(evidence);

        // Effect
        project = _addProject(programme, sourceId);
        Project storage p = _projects[project];
        p.status = ProjectStatus.Recorded;
        p.bridged = true;
        p.registrar = msg.sender;

        bytes32 prior = historyHash();
        emit ProjectRecorded(project, programme, sourceId, msg.sender, evidence, prior);
        _fold(
            prior,
            bytes.concat(
                abi.encode(ProjectRecorded.selector, project, programme),
                abi.encode(sourceId, msg.sender, evidence, prior)
            )
        );
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

        bytes32 prior = historyHash();
        emit ReportRecorded(reportId, project, fromDay, endDay, tonnes, msg.sender, evidence, prior);
        _fold(
            prior,
            abi.encode(ReportRecorded.selector, reportId, project, fromDay, endDay, tonnes, msg.sender, evidence, prior)
        );
    }

    /// @inheritdoc IProjectRegistry
    function deregister(uint64 project, bytes32 evidence) external onlyRole(REGISTRAR_ROLE) {
        // Check
        Project storage p = _projects[project];
        if (p.status == ProjectStatus.None) revert ProjectUnknown(project);
        if (p.status == ProjectStatus.Deregistered) {
            revert ProjectStatusWrong(project, ProjectStatus.Registered, p.status);
        }
        _requireDocument(evidence);

        // Effect
        if (p.status == ProjectStatus.Proposed || p.status == ProjectStatus.Validated) {
            // It never stood on the register: its id is free for the project that it belongs to.
            delete _projectBySource[keccak256(abi.encode(p.programme, _sourceIds[project]))];
        }
        p.status = ProjectStatus.Deregistered;

        bytes32 prior = historyHash();
        emit ProjectDeregistered(project, msg.sender, evidence, prior);
        _fold(prior, abi.encode(ProjectDeregistered.selector, project, msg.sender, evidence, prior));
    }

    // --------------------------------------------------------------------- proponent, validator, verifier

    /// @inheritdoc IProjectRegistry
    function propose(uint32 programme, string calldata sourceId, bytes32 document)
        external
        whenNotPaused
        returns (uint64 project)
    {
        // Check
        uint32 organisation = _requireMember();
        if (_requireProgramme(programme)) revert ProgrammeIsBridged(programme);
        _requireDocument(document);

        // Effect
        project = _addProject(programme, sourceId);
        Project storage p = _projects[project];
        p.status = ProjectStatus.Proposed;
        p.proponent = organisation;

        bytes32 prior = historyHash();
        emit ProjectProposed(project, programme, sourceId, organisation, msg.sender, document, prior);
        _fold(
            prior,
            bytes.concat(
                abi.encode(ProjectProposed.selector, project, programme),
                abi.encode(sourceId, organisation, msg.sender, document, prior)
            )
        );
    }

    /// @inheritdoc IProjectRegistry
    function validate(uint64 project, bytes32 document) external whenNotPaused {
        // Check
        uint32 organisation = _requireAccredited(Accreditation.Validation);
        Project storage p = _requireStatus(project, ProjectStatus.Proposed);
        if (organisation == p.proponent) revert NotIndependent(project, organisation);
        _requireDocument(document);

        // Effect
        p.status = ProjectStatus.Validated;
        p.validator = organisation;

        bytes32 prior = historyHash();
        emit ProjectValidated(project, organisation, msg.sender, document, prior);
        _fold(prior, abi.encode(ProjectValidated.selector, project, organisation, msg.sender, document, prior));
    }

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

        bytes32 prior = historyHash();
        emit ReportFiled(reportId, project, fromDay, endDay, tonnes, organisation, msg.sender, document, prior);
        _fold(
            prior,
            abi.encode(
                ReportFiled.selector,
                reportId,
                project,
                fromDay,
                endDay,
                tonnes,
                organisation,
                msg.sender,
                document,
                prior
            )
        );
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

        bytes32 prior = historyHash();
        emit ReportVerified(reportId, tonnes, organisation, msg.sender, document, prior);
        _fold(prior, abi.encode(ReportVerified.selector, reportId, tonnes, organisation, msg.sender, document, prior));
    }

    /// @inheritdoc IProjectRegistry
    function reject(uint64 reportId, bytes32 document) external whenNotPaused {
        // Check
        (Report storage r, uint32 organisation) = _requireVerifier(reportId, document);

        // Effect
        r.status = ReportStatus.Rejected;
        r.verifier = organisation;
        r.attestor = msg.sender;

        bytes32 prior = historyHash();
        emit ReportRejected(reportId, organisation, msg.sender, document, prior);
        _fold(prior, abi.encode(ReportRejected.selector, reportId, organisation, msg.sender, document, prior));
    }

    // ------------------------------------------------------------------------------------------------ reading

    /// @inheritdoc IProjectRegistry
    function projectOf(uint64 project) external view returns (Project memory) {
        return _projects[project];
    }

    /// @inheritdoc IProjectRegistry
    function reportOf(uint64 reportId) external view returns (Report memory) {
        return _reports[reportId];
    }

    /// @inheritdoc IProjectRegistry
    function sourceIdOf(uint64 project) external view returns (string memory) {
        return _sourceIds[project];
    }

    /// @inheritdoc IProjectRegistry
    function programmeOf(uint32 programme) external view returns (bytes32 code, bool bridged) {
        Programme storage p = _programmes[programme];
        return (p.code, p.bridged);
    }

    /// @inheritdoc IProjectRegistry
    function organisationOf(address member) external view returns (uint32) {
        return _members[member];
    }

    /// @inheritdoc IProjectRegistry
    function accreditationOf(uint32 organisation, Accreditation kind)
        external
        view
        returns (uint64 from, uint64 until)
    {
        Period storage period = _accreditations[organisation][kind];
        return (period.from, period.until);
    }

    /// @inheritdoc IProjectRegistry
    function issuable(uint64 reportId) external view returns (uint32) {
        Report storage r = _reports[reportId];
        ProjectStatus status = _projects[r.project].status;
        if (r.status == ReportStatus.Verified && status == ProjectStatus.Registered) return r.tonnes;
        if (r.status == ReportStatus.Recorded && status == ProjectStatus.Recorded) return r.tonnes;
        return 0;
    }

    // ------------------------------------------------------------------------------------------------ checks

    function _addProject(uint32 programme, string calldata sourceId) private returns (uint64 project) {
        bytes calldata id = bytes(sourceId);
        if (id.length == 0 || id.length > 31) revert SourceIdInvalid(sourceId);
        for (uint256 i = 0; i < id.length; ++i) {
            if (id[i] <= 0x20 || id[i] > 0x7e) revert SourceIdInvalid(sourceId);
        }
        bytes32 key = keccak256(abi.encode(programme, sourceId));
        if (_projectBySource[key] != 0) revert ProjectExists(programme, sourceId, _projectBySource[key]);

        project = ++_projectCount;
        _projectBySource[key] = project;
        _sourceIds[project] = sourceId;
        _projects[project].programme = programme;
    }

    function _occupy(uint64 project, uint32 fromDay, uint32 endDay, uint64 reportId, uint256 hint) private {
        (uint256 first, uint256 end) = _periods[project].insert(fromDay, endDay - fromDay, reportId, hint);
        if (end != 0) revert PeriodsOverlap(project, fromDay, endDay, first, end);
    }

    function _requireProgramme(uint32 programme) private view returns (bool bridged) {
        if (programme == 0 || programme > _programmeCount) revert ProgrammeUnknown(programme);
        return _programmes[programme].bridged;
    }

    function _requireMember() private view returns (uint32 organisation) {
        organisation = _members[msg.sender];
        if (organisation == 0) revert NotAMember(msg.sender);
    }

    function _requireAccredited(Accreditation kind) private view returns (uint32 organisation) {
        organisation = _requireMember();
        Period storage period = _accreditations[organisation][kind];
        if (block.timestamp < period.from || block.timestamp >= period.until) {
            revert NotAccredited(organisation, kind, period.from, period.until, uint64(block.timestamp));
        }
    }

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

    function _requireStatus(uint64 project, ProjectStatus expected) private view returns (Project storage p) {
        p = _projects[project];
        if (p.status == ProjectStatus.None) revert ProjectUnknown(project);
        if (p.status != expected) revert ProjectStatusWrong(project, expected, p.status);
    }

    /// @dev 1 to 31 characters of `A-Z 0-9 . _ -`, then zero bytes only.
    function _requireCode(bytes32 code) private pure {
        bool ended = false;
        for (uint256 i = 0; i < 32; ++i) {
            bytes1 c = code[i];
            if (c == 0) {
                if (i == 0) revert ProgrammeCodeInvalid(code);
                ended = true;
            } else if (ended || i == 31 || !IdText.isIdCharacter(c)) {
                revert ProgrammeCodeInvalid(code);
            }
        }
    }

    function _requirePeriod(uint32 fromDay, uint32 endDay) private pure {
        if (fromDay >= endDay) revert PeriodInvalid(fromDay, endDay);
    }

    function _requireDocument(bytes32 document) private pure {
        if (document == 0) revert DocumentMissing();
    }
}
