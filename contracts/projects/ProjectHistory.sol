// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IProjectRegistry } from "../interfaces/IProjectRegistry.sol";
import { Accreditation } from "../types/Projects.sol";
import { ProjectStorage } from "./ProjectStorage.sol";

/// @dev The only place where the events of IProjectRegistry are emitted. Each is folded beside its emission, from the same
/// values in the same order; `account` is always the caller of the registry.
abstract contract ProjectHistory is ProjectStorage, IProjectRegistry {
    function _recordProgrammeAdded(uint32 programme, bytes32 code, bool bridged, bytes32 evidence) internal {
        bytes32 prior = historyHash();
        emit ProgrammeAdded(programme, code, bridged, msg.sender, evidence, prior);
        _fold(prior, abi.encode(ProgrammeAdded.selector, programme, code, bridged, msg.sender, evidence, prior));
    }

    function _recordOrganisationAdded(uint32 organisation, bytes32 evidence) internal {
        bytes32 prior = historyHash();
        emit OrganisationAdded(organisation, msg.sender, evidence, prior);
        _fold(prior, abi.encode(OrganisationAdded.selector, organisation, msg.sender, evidence, prior));
    }

    function _recordMemberSet(address member, uint32 organisation) internal {
        bytes32 prior = historyHash();
        emit MemberSet(member, organisation, msg.sender, prior);
        _fold(prior, abi.encode(MemberSet.selector, member, organisation, msg.sender, prior));
    }

    function _recordAccredited(uint32 organisation, Accreditation kind, uint64 from, uint64 until, bytes32 evidence)
        internal
    {
        bytes32 prior = historyHash();
        emit Accredited(organisation, kind, from, until, msg.sender, evidence, prior);
        _fold(prior, abi.encode(Accredited.selector, organisation, kind, from, until, msg.sender, evidence, prior));
    }

    function _recordAccreditationWithdrawn(uint32 organisation, Accreditation kind, bytes32 evidence) internal {
        bytes32 prior = historyHash();
        emit AccreditationWithdrawn(organisation, kind, msg.sender, evidence, prior);
        _fold(prior, abi.encode(AccreditationWithdrawn.selector, organisation, kind, msg.sender, evidence, prior));
    }

    function _recordProjectProposed(
        uint64 project,
        uint32 programme,
        string calldata sourceId,
        uint32 organisation,
        bytes32 document
    ) internal {
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

    function _recordProjectValidated(uint64 project, uint32 organisation, bytes32 document) internal {
        bytes32 prior = historyHash();
        emit ProjectValidated(project, organisation, msg.sender, document, prior);
        _fold(prior, abi.encode(ProjectValidated.selector, project, organisation, msg.sender, document, prior));
    }

    function _recordProjectRegistered(uint64 project, bytes32 document) internal {
        bytes32 prior = historyHash();
        emit ProjectRegistered(project, msg.sender, document, prior);
        _fold(prior, abi.encode(ProjectRegistered.selector, project, msg.sender, document, prior));
    }

    function _recordProjectRecorded(uint64 project, uint32 programme, string calldata sourceId, bytes32 evidence)
        internal
    {
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

    function _recordProjectDeregistered(uint64 project, bytes32 evidence) internal {
        bytes32 prior = historyHash();
        emit ProjectDeregistered(project, msg.sender, evidence, prior);
        _fold(prior, abi.encode(ProjectDeregistered.selector, project, msg.sender, evidence, prior));
    }

    function _recordReportFiled(
        uint64 report,
        uint64 project,
        uint32 fromDay,
        uint32 endDay,
        uint32 tonnes,
        uint32 organisation,
        bytes32 document
    ) internal {
        bytes32 prior = historyHash();
        emit ReportFiled(report, project, fromDay, endDay, tonnes, organisation, msg.sender, document, prior);
        _fold(
            prior,
            abi.encode(
                ReportFiled.selector,
                report,
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

    function _recordReportVerified(uint64 report, uint32 tonnes, uint32 organisation, bytes32 document) internal {
        bytes32 prior = historyHash();
        emit ReportVerified(report, tonnes, organisation, msg.sender, document, prior);
        _fold(prior, abi.encode(ReportVerified.selector, report, tonnes, organisation, msg.sender, document, prior));
    }

    function _recordReportRejected(uint64 report, uint32 organisation, bytes32 document) internal {
        bytes32 prior = historyHash();
        emit ReportRejected(report, organisation, msg.sender, document, prior);
        _fold(prior, abi.encode(ReportRejected.selector, report, organisation, msg.sender, document, prior));
    }

    function _recordReportRecorded(
        uint64 report,
        uint64 project,
        uint32 fromDay,
        uint32 endDay,
        uint32 tonnes,
        bytes32 evidence
    ) internal {
        bytes32 prior = historyHash();
        emit ReportRecorded(report, project, fromDay, endDay, tonnes, msg.sender, evidence, prior);
        _fold(
            prior,
            abi.encode(ReportRecorded.selector, report, project, fromDay, endDay, tonnes, msg.sender, evidence, prior)
        );
    }

    /// @dev What an account attests rests on a document, and its event names the document's hash.
    function _requireDocument(bytes32 document) internal pure {
        if (document == 0) revert DocumentMissing();
    }
}
