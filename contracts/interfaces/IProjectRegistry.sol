// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IHistory } from "./IHistory.sol";
import { IPausable } from "./IPausable.sol";
import { Accreditation, ProjectStatus, ReportStatus, Project, Report } from "../types/Projects.sol";

/// @title IProjectRegistry: who may attest, and the path project → report → verified tonnes
/// @notice A programme is native (its credits are born here) or bridged (its credits live in a source registry, and
/// the chain mirrors them). That is fixed with the programme. In a native programme a project is proposed, validated
/// and registered, a report is filed and verified, each step by another hand and each with the hash of its document.
/// In a bridged programme the registrar may record what the source registry says; no validator is invented for it.
/// @dev Times are seconds since 1970 (u64), periods are days since 1970 and half-open `[fromDay, endDay)` (u32),
/// reductions are whole tonnes CO2e (u32), documents and evidence are SHA-256 hashes of the files.
interface IProjectRegistry is IHistory, IPausable {
    // ------------------------------------------------------------------------------------------------ events

    /// @notice A programme exists; `code` is its name in ASCII, right-padded (for example "VCS", "CCER-2023").
    event ProgrammeAdded(
        uint32 indexed programme, bytes32 code, bool bridged, address account, bytes32 evidence, bytes32 prior
    );
    /// @notice An organisation exists; `evidence` is the hash of the document that names it.
    event OrganisationAdded(uint32 indexed organisation, address account, bytes32 evidence, bytes32 prior);
    /// @notice `member` acts for `organisation` from now on (0: for none).
    event MemberSet(address indexed member, uint32 indexed organisation, address account, bytes32 prior);
    /// @notice `organisation` may attest in the role `kind` from `from` until `until`, both inclusive of `from` only.
    event Accredited(
        uint32 indexed organisation,
        Accreditation indexed kind,
        uint64 from,
        uint64 until,
        address account,
        bytes32 evidence,
        bytes32 prior
    );
    /// @notice The accreditation ended at the time of this block. What was attested before stands.
    event AccreditationWithdrawn(
        uint32 indexed organisation, Accreditation indexed kind, address account, bytes32 evidence, bytes32 prior
    );

    event ProjectProposed(
        uint64 indexed project,
        uint32 indexed programme,
        string sourceId,
        uint32 organisation,
        address account,
        bytes32 document,
        bytes32 prior
    );
    event ProjectValidated(
        uint64 indexed project, uint32 organisation, address account, bytes32 document, bytes32 prior
    );
    event ProjectRegistered(uint64 indexed project, address account, bytes32 document, bytes32 prior);
    /// @notice A project of a bridged programme, as its source registry lists it.
    event ProjectRecorded(
        uint64 indexed project,
        uint32 indexed programme,
        string sourceId,
        address account,
        bytes32 evidence,
        bytes32 prior
    );
    event ProjectDeregistered(uint64 indexed project, address account, bytes32 evidence, bytes32 prior);

    event ReportFiled(
        uint64 indexed report,
        uint64 indexed project,
        uint32 fromDay,
        uint32 endDay,
        uint32 tonnes,
        uint32 organisation,
        address account,
        bytes32 document,
        bytes32 prior
    );
    event ReportVerified(
        uint64 indexed report, uint32 tonnes, uint32 organisation, address account, bytes32 document, bytes32 prior
    );
    event ReportRejected(uint64 indexed report, uint32 organisation, address account, bytes32 document, bytes32 prior);
    /// @notice A monitoring period of a bridged project with the tonnes its source registry issued for it.
    event ReportRecorded(
        uint64 indexed report,
        uint64 indexed project,
        uint32 fromDay,
        uint32 endDay,
        uint32 tonnes,
        address account,
        bytes32 evidence,
        bytes32 prior
    );

    // ------------------------------------------------------------------------------------------------ errors

    error ProgrammeUnknown(uint32 programme);
    error ProgrammeCodeTaken(bytes32 code, uint32 programme);
    error ProgrammeCodeInvalid(bytes32 code);
    error ProgrammeIsBridged(uint32 programme);
    error ProgrammeIsNative(uint32 programme);
    error OrganisationUnknown(uint32 organisation);
    error NotAMember(address account);
    error NotAccredited(uint32 organisation, Accreditation kind, uint64 from, uint64 until, uint64 time);
    error AccreditationPeriodInvalid(uint64 from, uint64 until);
    error SourceIdInvalid(string sourceId);
    error ProjectExists(uint32 programme, string sourceId, uint64 project);
    error ProjectUnknown(uint64 project);
    error ProjectStatusWrong(uint64 project, ProjectStatus expected, ProjectStatus found);
    error ReportUnknown(uint64 report);
    error ReportStatusWrong(uint64 report, ReportStatus expected, ReportStatus found);
    error NotTheProponent(uint64 project, uint32 proponent, uint32 organisation);
    error NotIndependent(uint64 project, uint32 organisation);
    error PeriodInvalid(uint32 fromDay, uint32 endDay);
    error PeriodsOverlap(uint64 project, uint32 fromDay, uint32 endDay, uint256 existingFrom, uint256 existingEnd);
    error TonnesInvalid(uint32 tonnes, uint32 reported);
    error DocumentMissing();

    // ------------------------------------------------------------------------------------------- registrar

    /// @notice Add a programme. Whether it is bridged can never change.
    function addProgramme(bytes32 code, bool bridged, bytes32 evidence) external returns (uint32 programme);

    /// @notice Add an organisation that may propose projects or be accredited.
    function addOrganisation(bytes32 evidence) external returns (uint32 organisation);

    /// @notice Let `member` act for `organisation`; 0 ends its membership.
    function setMember(address member, uint32 organisation) external;

    /// @notice Accredit `organisation` for `kind` in `[from, until)`; replaces the accreditation it had for `kind`.
    function accredit(uint32 organisation, Accreditation kind, uint64 from, uint64 until, bytes32 evidence) external;

    /// @notice End an accreditation now.
    function withdrawAccreditation(uint32 organisation, Accreditation kind, bytes32 evidence) external;

    /// @notice Register a validated project of a native programme.
    function register(uint64 project, bytes32 document) external;

    /// @notice Record a project of a bridged programme as its source registry lists it.
    function recordProject(uint32 programme, string calldata sourceId, bytes32 evidence)
        external
        returns (uint64 project);

    /// @notice Record a monitoring period of a bridged project and the tonnes that its source registry issued for it.
    /// @param hint Start of the recorded period just before this one, or `type(uint256).max` for none.
    function recordExternal(
        uint64 project,
        uint32 fromDay,
        uint32 endDay,
        uint32 tonnes,
        bytes32 evidence,
        uint256 hint
    ) external returns (uint64 report);

    /// @notice Take a project off the register, or turn a proposal down. Nothing new can be reported or issued for it;
    /// nobody can undo this. The source id of a project that was never registered may be proposed again.
    function deregister(uint64 project, bytes32 evidence) external;

    // ------------------------------------------------------------------------------- proponent, validator, verifier

    /// @notice Propose a project of a native programme, for the caller's organisation.
    /// @param sourceId The project's id in its programme: 1 to 31 printable ASCII characters without spaces.
    function propose(uint32 programme, string calldata sourceId, bytes32 document) external returns (uint64 project);

    /// @notice Attest a proposed project, as an organisation accredited for validation that is not its proponent.
    function validate(uint64 project, bytes32 document) external;

    /// @notice File a monitoring report, as the project's proponent.
    function report(uint64 project, uint32 fromDay, uint32 endDay, uint32 tonnes, bytes32 document)
        external
        returns (uint64 reportId);

    /// @notice Attest a report, as an organisation accredited for verification that neither validated nor proposed
    /// the project. Periods of verified reports of one project never overlap.
    /// @param tonnes What was verified; never more than was reported.
    /// @param hint Start of the verified period just before this one, or `type(uint256).max` for none.
    function verify(uint64 reportId, uint32 tonnes, bytes32 document, uint256 hint) external;

    /// @notice Refuse a report. It stays on record, its period stays free.
    function reject(uint64 reportId, bytes32 document) external;

    // ------------------------------------------------------------------------------------------------ reading

    function projectOf(uint64 project) external view returns (Project memory);

    function reportOf(uint64 reportId) external view returns (Report memory);

    function sourceIdOf(uint64 project) external view returns (string memory);

    function programmeOf(uint32 programme) external view returns (bytes32 code, bool bridged);

    function organisationOf(address member) external view returns (uint32 organisation);

    function accreditationOf(uint32 organisation, Accreditation kind) external view returns (uint64 from, uint64 until);

    /// @notice The tonnes that may be issued from a report: 0 unless it is verified or recorded and its project stands.
    /// @return tonnes Verified tonnes, or what the source registry issued.
    function issuable(uint64 reportId) external view returns (uint32 tonnes);
}
