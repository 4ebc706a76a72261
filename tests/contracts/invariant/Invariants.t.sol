// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { ICreditRegistry as R } from "../../../contracts/interfaces/ICreditRegistry.sol";
import { vm } from "../base/Vm.sol";
import { Handler } from "./Handler.sol";

/// @notice What holds after any sequence of calls by anybody. The handler's own assertions count too: a serial issued
/// twice, a gram claimed twice, a retired credit that moved or a claim on a suspended credit fails the run. The
/// handler expects refusals itself, so that a revert of its own is a failure.
/// forge-config: default.invariant.fail-on-revert = true
/// forge-config: full.invariant.fail-on-revert = true
contract InvariantsTest {
    bool public constant IS_TEST = true;

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Handler private handler;
    address[] private targets;

    function setUp() public {
        handler = new Handler();
        handler.setUp();
        targets.push(address(handler));
    }

    function targetContracts() public view returns (address[] memory) {
        return targets;
    }

    /// @dev The calls to fuzz; the handler's checks and set-up are not among them.
    function targetSelectors() public view returns (FuzzSelector[] memory selectors) {
        selectors = new FuzzSelector[](1);
        selectors[0].addr = address(handler);
        selectors[0].selectors = handler.calls();
    }

    /// @notice Each credit is in one lot; the lots of a batch follow one another without gap or overlap. What one line
    /// per credit says of owner, retirement, claims, confirmations and withdrawals is what the registry says, so
    /// claimed ≤ retired × 10^6 and confirmed ≤ retired ≤ count. No mark ever went back, no withdrawal was undone.
    /// Never more is issued than was verified. The history hash is the fold of the events.
    function invariant_the_registry_is_the_book_of_its_credits() public {
        handler.assertLotsTileTheirBatches();
        handler.assertBookAgrees();
        handler.assertNeverMoreThanVerified();
        handler.assertHistory();
    }

    /// @notice The run did something, and no lot is left without a way on.
    function afterInvariant() public {
        vm.assertGt(handler.useful(), 5, "a run of refusals proves nothing");
        vm.assertGt(handler.events(), 10, "events");
        handler.assertNoLotIsStuck();
    }

    /// @notice The handler's choices are good ones: a fixed run of a few hundred calls succeeds in every kind of change.
    function test_a_long_run_reaches_every_change_and_keeps_the_book() public {
        bytes4[] memory calls = handler.calls();
        for (uint256 i = 0; i < 700; ++i) {
            uint256 dice = uint256(keccak256(abi.encode("run", i)));
            uint256 more = uint256(keccak256(abi.encode(dice)));
            bytes4 selector = calls[dice % calls.length];
            uint256 fourth = selector == handler.splitTo.selector ? more % 2 : more >> 96; // a bool there
            bytes memory call = abi.encodePacked(selector, dice >> 8, more, more >> 64, fourth, more >> 128);
            (bool ok, bytes memory why) = address(handler).call(call);
            vm.assertTrue(ok, string(why));
        }
        bytes4[15] memory changes = [
            R.issue.selector,
            R.split.selector,
            R.splitTo.selector,
            bytes4(keccak256("transferFrom(address,address,uint256)")),
            R.retire.selector,
            R.anchor.selector,
            R.confirmSourceCancellation.selector,
            R.nameClaimant.selector,
            R.requestWithdrawal.selector,
            R.cancelWithdrawal.selector,
            R.confirmWithdrawal.selector,
            R.forceWithdraw.selector,
            R.suspend.selector,
            R.reinstate.selector,
            R.invalidate.selector
        ];
        for (uint256 i = 0; i < changes.length; ++i) {
            vm.assertGt(handler.done(changes[i]), 0, string.concat("no success of change ", vm.toString(i)));
        }
        vm.assertGt(handler.useful(), 150, "useful calls");
        vm.assertGt(handler.refused(), 50, "refused calls");
        invariant_the_registry_is_the_book_of_its_credits();
        handler.assertNoLotIsStuck();
    }
}
