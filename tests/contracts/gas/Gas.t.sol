// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { ICreditRegistry } from "../../../contracts/interfaces/ICreditRegistry.sol";
import { vm } from "../base/Vm.sol";
import { World } from "../base/World.sol";

/// @notice Gas of whole transactions (isolated: 21,000 and calldata included, slots cold, refunds subtracted), with
/// full-entropy arguments, on a registry that has lived. The figures stand in `snapshots/`; the limits stand here.
/// forge-config: default.isolate = true
/// forge-config: full.isolate = true
contract GasTest is World {
    uint128 private constant FIRST = 0x7b9c1d5e3f204a6d8b;
    bytes32 private constant ROOT = keccak256("root of a tranche");

    uint256 private lot;

    function setUp() public override {
        super.setUp();
        _issue(FIRST, 50_000, registrar);
        _issue(FIRST + 50_000, 50_000, bob);
        lot = _issue(FIRST + 100_000, 50_000, alice);
    }

    function test_retiring_at_the_head_costs_at_most_46_000_gas() public {
        vm.prank(alice);
        credits.retire(lot, 0, 12_345);
        _atMost(46_000, "retire at the head");
    }

    function test_retiring_again_costs_at_most_46_000_gas() public {
        _retire(lot, 12_345);
        vm.prank(alice);
        credits.retire(lot, 12_345, 23_456);
        _atMost(46_000, "retire more of the same lot");
    }

    function test_retiring_and_anchoring_a_fresh_lot_costs_at_most_105_000_gas() public {
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(ICreditRegistry.retire, (lot, 0, 12_345));
        calls[1] = abi.encodeCall(ICreditRegistry.anchor, (lot, 0, 0, 1_000_003, 12_344_999_999, ROOT));
        vm.prank(alice);
        credits.multicall(calls);
        _atMost(105_000, "retire and anchor a fresh lot");
    }

    function test_anchoring_the_next_tranche_is_recorded() public {
        _retire(lot, 12_345);
        _anchor(lot, 1_234_567_890);
        vm.prank(alice);
        credits.anchor(lot, 1, 1_234_567_890, 1_000_003, 9_876_543_210, ROOT);
        _atMost(80_000, "anchor a further tranche");
    }

    function test_transferring_a_last_lot_costs_at_most_52_000_gas() public {
        vm.prank(alice);
        credits.transferFrom(alice, bob, lot);
        _atMost(52_000, "transfer a sender's last lot"); // clearing the sender's balance earns a refund
    }

    function test_transferring_one_of_several_lots_costs_at_most_52_000_gas() public {
        _issue(FIRST + 150_000, 50_000, alice);
        vm.prank(alice);
        credits.transferFrom(alice, bob, lot);
        _atMost(52_000, "transfer to an account with lots");
    }

    function test_transferring_to_a_fresh_account_is_recorded() public {
        _issue(FIRST + 150_000, 50_000, alice);
        vm.prank(alice);
        credits.transferFrom(alice, stranger, lot);
        _atMost(70_000, "transfer to a fresh account");
    }

    function test_splitting_costs_at_most_75_000_gas() public {
        vm.prank(alice);
        credits.split(lot, 12_345);
        _atMost(75_000, "split");
    }

    function test_issuing_costs_at_most_210_000_gas() public {
        vm.prank(registrar);
        credits.issue(reportId, series, FIRST + 150_000, 50_000, alice, EVIDENCE, FIRST + 100_000);
        _atMost(210_000, "issue to an account with lots");
    }

    function test_issuing_the_first_lot_of_a_report_costs_at_most_210_000_gas() public {
        vm.prank(registrar);
        credits.issue(nativeReport, series, FIRST + 150_000, 5000, stranger, EVIDENCE, FIRST + 100_000);
        _atMost(210_000, "issue first of a report to a fresh account");
    }

    function test_issuing_the_first_lot_of_a_series_costs_no_more_than_its_limit() public {
        vm.prank(registrar);
        uint32 fresh = credits.registerSeries("CN-2024");
        vm.prank(registrar);
        credits.issue(nativeReport, fresh, FIRST, 5000, stranger, EVIDENCE, HEAD);
        _atMost(210_000, "issue first of a series and a report to a fresh account");
    }

    function test_buying_a_tail_and_retiring_it_is_recorded() public {
        vm.prank(alice);
        credits.splitTo(lot, 345, bob, true);
        _atMost(110_000, "splitTo and retire");
    }

    function _atMost(uint256 most, string memory what) private {
        uint256 used = vm.snapshotGasLastCall("CreditRegistry", what);
        vm.assertLe(used, most, what);
    }
}
