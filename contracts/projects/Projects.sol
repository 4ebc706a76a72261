// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IProjectRegistry } from "../interfaces/IProjectRegistry.sol";
import { IdText } from "../libraries/IdText.sol";
import { Accreditation, Programme, Project, ProjectStatus } from "../types/Projects.sol";
import { Attestors } from "./Attestors.sol";

/// @dev Programmes and their projects: proposed, validated and registered in a native one, recorded in a bridged one.
abstract contract Projects is Attestors {
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
        _recordProgrammeAdded(programme, code, bridged, evidence);
    }

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
        _recordProjectProposed(project, programme, sourceId, organisation, document);
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
        _recordProjectValidated(project, organisation, document);
    }

    /// @inheritdoc IProjectRegistry
    function register(uint64 project, bytes32 document) external onlyRole(REGISTRAR_ROLE) whenNotPaused {
        // Check
        Project storage p = _requireStatus(project, ProjectStatus.Validated);
        _requireDocument(document);

        // Effect
        p.status = ProjectStatus.Registered;
        p.registrar = msg.sender;
        _recordProjectRegistered(project, document);
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
        _recordProjectRecorded(project, programme, sourceId, evidence);
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
        _recordProjectDeregistered(project, evidence);
    }

    // ------------------------------------------------------------------------------------------------ reading

    /// @inheritdoc IProjectRegistry
    function projectOf(uint64 project) external view returns (Project memory) {
        return _projects[project];
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

    // ------------------------------------------------------------------------------------------------ effects

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

    // ------------------------------------------------------------------------------------------------- checks

    function _requireStatus(uint64 project, ProjectStatus expected) internal view returns (Project storage p) {
        p = _projects[project];
        if (p.status == ProjectStatus.None) revert ProjectUnknown(project);
        if (p.status != expected) revert ProjectStatusWrong(project, expected, p.status);
    }

    function _requireProgramme(uint32 programme) private view returns (bool bridged) {
        if (programme == 0 || programme > _programmeCount) revert ProgrammeUnknown(programme);
        return _programmes[programme].bridged;
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
}
