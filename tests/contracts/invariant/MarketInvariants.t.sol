// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { ICreditMarket as M } from "../../../contracts/interfaces/ICreditMarket.sol";
import { vm } from "../base/Vm.sol";
import { MarketHandler } from "./MarketHandler.sol";

/// @notice What holds of lots and money after any sequence of calls by anybody, in good and in hostile tokens.
/// forge-config: default.invariant.fail-on-revert = true
/// forge-config: full.invariant.fail-on-revert = true
/// forge-config: full.invariant.runs = 400
contract MarketInvariantsTest {
    bool public constant IS_TEST = true;

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    MarketHandler private handler;

    function setUp() public {
        handler = new MarketHandler();
        handler.setUp();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() public view returns (FuzzSelector[] memory selectors) {
        selectors = new FuzzSelector[](1);
        selectors[0] = FuzzSelector(address(handler), handler.calls());
    }

    /// @notice What the market holds is what it owes, lots and money; its history is the fold of its events.
    function invariant_the_market_holds_what_it_owes() public view {
        handler.assertMoney();
        handler.assertEscrow();
        handler.assertHistory();
    }

    function afterInvariant() public {
        vm.assertGt(handler.useful(), 2, "a run of refusals proves nothing");
        handler.assertNothingIsStuck();
    }

    /// @notice The handler's choices are good ones: a fixed run succeeds in every kind of change.
    function test_a_long_run_reaches_every_change_and_nothing_is_stuck() public {
        bytes4[] memory calls = handler.calls();
        for (uint256 i = 0; i < 600; ++i) {
            uint256 dice = uint256(keccak256(abi.encode("market", i)));
            uint256 more = uint256(keccak256(abi.encode(dice)));
            bytes4 selector = calls[dice % calls.length];
            uint256 fourth = selector == handler.buy.selector ? more % 2 : more >> 96; // a bool there
            bytes memory call = abi.encodePacked(selector, dice >> 8, more, more >> 64, fourth, more >> 128);
            (bool ok, bytes memory why) = address(handler).call(call);
            vm.assertTrue(ok, string(why));
        }
        bytes4[8] memory changes = [
            M.list.selector,
            M.buy.selector,
            M.buyAndRetire.selector,
            M.cancel.selector,
            M.collect.selector,
            M.setFee.selector,
            handler.standing.selector,
            handler.force.selector
        ];
        for (uint256 i = 0; i < changes.length; ++i) {
            vm.assertGt(handler.done(changes[i]), 0, string.concat("no success of change ", vm.toString(i)));
        }
        vm.assertGt(handler.useful(), 80, "useful calls");
        vm.assertGt(handler.refused(), 50, "refused calls");
        invariant_the_market_holds_what_it_owes();
        handler.assertNothingIsStuck();
    }
}
