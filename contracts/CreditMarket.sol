// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {
    AccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import { ICreditRegistry } from "./interfaces/ICreditRegistry.sol";
import { Fills } from "./market/Fills.sol";
import { MarketStorage } from "./market/MarketStorage.sol";

/// @title CreditMarket
/// @notice The manual is in ICreditMarket. The code is in market/, one noun a file, each standing on those before it:
/// MarketStorage (every slot), MarketHistory (every event), Payments, Listings, Fills.
contract CreditMarket is Fills {
    constructor(ICreditRegistry registry_, address admin, uint48 adminDelay)
        AccessControlDefaultAdminRules(adminDelay, admin)
        MarketStorage(registry_)
    { }
}
