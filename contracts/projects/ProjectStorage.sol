// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { Governed } from "../base/Governed.sol";
import { RangeList } from "../libraries/RangeList.sol";
import { Accreditation, Period, Programme, Project, Report } from "../types/Projects.sol";

/// @dev All state of the ProjectRegistry in the order of its slots, so that what a verifier reads stays where
/// docs/spec/storage.md says. Each is written by the one contract named beside it.
abstract contract ProjectStorage is Governed {
    // Slot 4, beside the pause.
    uint32 internal _programmeCount; // Projects
    uint32 internal _organisationCount; // Attestors
    uint64 internal _projectCount; // Projects
    uint64 internal _reportCount; // Reports

    // Slots 5 to 8 are read from outside.
    mapping(uint64 project => Project) internal _projects; // Projects
    mapping(uint64 report => Report) internal _reports; // Reports
    mapping(uint64 project => string) internal _sourceIds; // Projects
    mapping(uint32 programme => Programme) internal _programmes; // Projects

    mapping(bytes32 code => uint32 programme) internal _programmeByCode; // Projects
    mapping(bytes32 programmeAndSourceId => uint64 project) internal _projectBySource; // Projects
    mapping(address member => uint32 organisation) internal _members; // Attestors
    mapping(uint32 organisation => mapping(Accreditation kind => Period)) internal _accreditations; // Attestors
    mapping(uint64 project => RangeList.List) internal _periods; // Reports
}
