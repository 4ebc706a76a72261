// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { vm } from "../base/Vm.sol";
import { MarketWorld } from "../base/MarketWorld.sol";

/// @notice Gas of whole transactions of the market, measured as in Gas.t.sol.
/// forge-config: default.isolate = true
/// forge-config: full.isolate = true
contract MarketGasTest is MarketWorld {
    uint256 private listed;

    function setUp() public override {
        super.setUp();
        _list(_issue(0x7b9c1d5e3f204a6d8b, 50_000, alice), address(0));
        listed = _issue(0x7b9c1d5e3f205a6d8b, 50_000, alice);
        _list(listed, address(0));
    }

    function test_listing_costs_at_most_140_000_gas() public {
        vm.prank(alice);
        market.list(lot, address(cny), PRICE, address(0), EXPIRY);
        _atMost(140_000, "list");
    }

    function test_buying_a_part_and_retiring_it_costs_at_most_230_000_gas() public {
        vm.prank(platform);
        market.buyAndRetire(listed, 2, 123, PRICE, type(uint256).max, platform);
        _atMost(230_000, "buy a part and retire it, the first sale of a seller");
    }

    function test_buying_more_and_retiring_it_is_recorded() public {
        _buy(listed, 77);
        vm.prank(platform);
        market.buyAndRetire(listed, 2, 123, PRICE, type(uint256).max, platform);
        _atMost(230_000, "buy a part and retire it");
    }

    function test_buying_a_part_is_recorded() public {
        _buy(listed, 77);
        vm.prank(platform);
        market.buy(listed, 2, 123, PRICE, type(uint256).max, platform);
        _atMost(210_000, "buy a part");
    }

    function test_cancelling_is_recorded() public {
        vm.prank(alice);
        market.cancel(listed);
        _atMost(100_000, "cancel");
    }

    function test_collecting_is_recorded() public {
        _buy(listed, 77);
        vm.prank(alice);
        market.collect(address(cny), alice);
        _atMost(80_000, "collect");
    }

    function _atMost(uint256 most, string memory what) private {
        uint256 used = vm.snapshotGasLastCall("CreditMarket", what);
        vm.assertLe(used, most, what);
    }
}
