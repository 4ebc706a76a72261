// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IProjectRegistry } from "../interfaces/IProjectRegistry.sol";
import { Accreditation, Period } from "../types/Projects.sol";
import { ProjectHistory } from "./ProjectHistory.sol";

/// @dev Who may attest: organisations, the accounts that act for them, what they are accredited for and when.
abstract contract Attestors is ProjectHistory {
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
        _recordOrganisationAdded(organisation, evidence);
    }

    /// @inheritdoc IProjectRegistry
    function setMember(address member, uint32 organisation) external onlyRole(REGISTRAR_ROLE) {
        // Check
        if (organisation > _organisationCount) revert OrganisationUnknown(organisation);

        // Effect
        _members[member] = organisation;
        _recordMemberSet(member, organisation);
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
        _recordAccredited(organisation, kind, from, until, evidence);
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
        _recordAccreditationWithdrawn(organisation, kind, evidence);
    }

    // ------------------------------------------------------------------------------------------------ reading

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

    // ------------------------------------------------------------------------------------------------- checks

    function _requireMember() internal view returns (uint32 organisation) {
        organisation = _members[msg.sender];
        if (organisation == 0) revert NotAMember(msg.sender);
    }

    function _requireAccredited(Accreditation kind) internal view returns (uint32 organisation) {
        organisation = _requireMember();
        Period storage period = _accreditations[organisation][kind];
        if (block.timestamp < period.from || block.timestamp >= period.until) {
            revert NotAccredited(organisation, kind, period.from, period.until, uint64(block.timestamp));
        }
    }
}
