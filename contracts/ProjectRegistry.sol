// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {
    AccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import { Multicallable } from "solady/utils/Multicallable.sol";
import { Reports } from "./projects/Reports.sol";

/// @title ProjectRegistry
/// @notice The manual is in IProjectRegistry. The code is in projects/, one noun a file, each standing on those before
/// it: ProjectStorage (every slot), ProjectHistory (every event), Attestors, Projects, Reports.
contract ProjectRegistry is Reports, Multicallable {
    constructor(address admin, uint48 adminDelay) AccessControlDefaultAdminRules(adminDelay, admin) { }
}
