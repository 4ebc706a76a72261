// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { vm } from "../base/Vm.sol";
import { Replayer } from "./Replayer.sol";

interface Environment {
    function envOr(string calldata name, uint256 otherwise) external view returns (uint256);
}

/// @notice Real histories are representable: the retirements of the Climate Action Reserve to 2021, in order of date,
/// out of the order of serials. After each 100 the lots tile their batches, exactly the serials named are retired,
/// no mark shrank, and both history hashes are the fold of the events. Gas is of whole transactions.
/// forge-config: default.isolate = true
contract ReplayTest is Replayer {
    uint256 private constant ALL = 5351;
    uint256 private constant SOME = 600;
    address private constant CONSOLE = 0x000000000000000000636F6e736F6c652e6c6f67;

    function test_each_real_retirement_lands_on_exactly_the_serials_that_it_names() public {
        // All of them need more gas than Foundry gives a test by itself: `scripts/replay` raises both.
        uint256 rows = Environment(address(vm)).envOr("OFFSETPROOF_REPLAY_ROWS", SOME);

        _replay(vm.readFile("tests/data/car/history.txt"), rows);
        _print();

        vm.assertEq(count.rows, rows, "rows");
        vm.assertEq(count.landed, rows, "landed");
        vm.assertEq(count.refusedAsRetired + count.refusedOtherwise, 0, "refused");
        vm.assertEq(count.comparisons, rows / 100, "comparisons");
        if (rows == ALL) vm.assertEq(count.creditsRetired, 49_547_885, "credits of all quantities");
    }

    function test_serials_that_were_retired_before_are_refused_and_counted() public {
        _replay(
            string.concat(
                _batchOf100(),
                "retire,2,7,31,20,18000\n", // lands
                "retire,3,7,31,20,18001\n", // the same again
                "retire,4,7,41,20,18001\n", // begins inside
                "retire,5,7,21,20,18001\n", // ends inside: has to cross into the lot whose head is retired
                "retire,6,7,51,50,18002\n" // only touches
            ),
            5
        );
        vm.assertEq(count.landed, 2, "landed");
        vm.assertEq(count.refusedAsRetired, 3, "refused as retired before");
        vm.assertEq(count.refusedOtherwise, 0, "refused otherwise");
        vm.assertEq(count.creditsRetired, 70, "credits");
    }

    function test_a_retirement_across_lots_cut_before_lands_whole() public {
        _replay(string.concat(_batchOf100(), "cut,7,40\ncut,7,50\ncut,7,60\nretire,2,7,35,30,18000\n"), 1);
        vm.assertEq(count.acrossLots, 1, "across lots");
        vm.assertEq(count.creditsRetired, 30, "credits");
        uint64 batch = issuances[7].batch;
        _assertTape(_lot(batch, 0), alice, 34, 0);
        _assertTape(_lot(batch, 34), alice, 5, 5);
        _assertTape(_lot(batch, 39), alice, 10, 10);
        _assertTape(_lot(batch, 49), alice, 10, 10);
        _assertTape(_lot(batch, 59), alice, 41, 5);
    }

    function _batchOf100() private pure returns (string memory) {
        return "project,CAR1\nreport,CAR1,17532,17897,100,\nissue,7,CAR1,17532,1,100\n";
    }

    function _print() private view {
        _log("projects ", count.projects);
        _log("reports (one a vintage) ", count.reports);
        _log("batches (one a series) ", count.batches);
        _log("rows ", count.rows);
        _log("retirements landed ", count.landed);
        _log("  of them across lots ", count.acrossLots);
        _log("  credits ", count.creditsRetired);
        _log("refused, retired before ", count.refusedAsRetired);
        _log("refused, otherwise ", count.refusedOtherwise);
        _log("comparisons, one after each 100 ", count.comparisons);
        _logMean("retire ", retiring);
        _logMean("split ", splitting);
        _logMean("a retirement with the split it needs ", together);
        _logMean("anchor ", anchoring);
        _logMean("confirmSourceCancellation ", confirming);
    }

    function _logMean(string memory what, Gas memory gas) private view {
        if (gas.transactions == 0) return;
        string memory mean = vm.toString(gas.used / gas.transactions);
        _log(string.concat("mean gas of ", what, mean, " in transactions: "), gas.transactions);
    }

    function _log(string memory what, uint256 value) private view {
        (bool done,) =
            CONSOLE.staticcall(abi.encodeWithSignature("log(string)", string.concat(what, vm.toString(value))));
        vm.assertTrue(done);
    }
}
