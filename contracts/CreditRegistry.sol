// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {
    AccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import { Multicallable } from "solady/utils/Multicallable.sol";
import { Issuance } from "./credits/Issuance.sol";
import { Retirement } from "./credits/Retirement.sol";
import { Withdrawal } from "./credits/Withdrawal.sol";
import { IProjectRegistry } from "./interfaces/IProjectRegistry.sol";

/// @title CreditRegistry
/// @notice The manual is in ICreditRegistry. The code is in credits/, one noun a file, each standing on those before
/// it: CreditStorage (every slot), CreditHistory (every event), Closing, Standing, Lots; then Issuance, Retirement and
/// Withdrawal, what happens to lots.
contract CreditRegistry is Issuance, Retirement, Withdrawal, Multicallable {
    constructor(IProjectRegistry projects_, address admin, uint48 adminDelay)
        AccessControlDefaultAdminRules(adminDelay, admin)
        Issuance(projects_)
    { }
}
