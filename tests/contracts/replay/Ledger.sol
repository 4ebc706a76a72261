// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IHistory } from "../../../contracts/interfaces/IHistory.sol";
import { Lot, Marks } from "../../../contracts/types/Credits.sol";
import { Vm, vm } from "../base/Vm.sol";
import { World } from "../base/World.sol";

/// @dev What the replay believes, from the history's text and the recorded events alone, and the comparison of the
/// contracts with it.
abstract contract Ledger is World {
    struct Range {
        uint32 first; // indexes in the batch, half-open
        uint32 end;
    }

    struct Issuance {
        uint64 batch; // 0: none yet
        uint128 firstSerial;
        uint32 count;
        bool touched;
        uint32[] lots; // where each lot begins, in no order
        Range[] retired; // as the history names them, in its order
    }

    struct Tape {
        uint32 retired;
        uint32 confirmed;
        uint64 claimedGrams;
    }

    mapping(uint256 series => Issuance) internal issuances;
    uint256[] internal touched; // series retired from, cut or issued since the last comparison
    mapping(uint256 lot => Tape) private _seen;
    mapping(address emitter => bytes32) private _folded;
    bytes32 internal constant RETIRED = keccak256("Retired(uint256,uint32,uint32,address,bytes32)");

    function _touch(uint256 number) internal {
        if (issuances[number].touched) return;
        issuances[number].touched = true;
        touched.push(number);
    }

    /// @return The first index of the lot that holds `index`.
    function _lotAt(Issuance storage issuance, uint32 index) internal view returns (uint32) {
        uint32 start = 0;
        for (uint256 i = 0; i < issuance.lots.length; ++i) {
            if (issuance.lots[i] <= index && issuance.lots[i] > start) start = issuance.lots[i];
        }
        return start;
    }

    // ------------------------------------------------------------------------------------------------ history

    function _beginHistory(address registry) internal {
        _folded[registry] = sha256(abi.encodePacked("history/1", block.chainid, registry));
    }

    /// @dev All logs must be of the present block. Returns them.
    function _foldLogs() internal returns (Vm.Log[] memory logs) {
        logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            bytes memory topics;
            for (uint256 t = 0; t < logs[i].topics.length; ++t) {
                topics = bytes.concat(topics, logs[i].topics[t]);
            }
            _folded[logs[i].emitter] = sha256(
                abi.encodePacked(
                    bytes1(0x03),
                    _folded[logs[i].emitter],
                    sha256(bytes.concat(topics, logs[i].data)),
                    uint64(block.number),
                    uint64(block.timestamp),
                    blockhash(block.number - 1)
                )
            );
        }
    }

    // ------------------------------------------------------------------------------------------------ comparing

    /// @dev Every batch touched since the last comparison, and both histories.
    function _compare() internal {
        vm.assertEq(IHistory(projects).historyHash(), _folded[address(projects)], "history of projects");
        vm.assertEq(IHistory(credits).historyHash(), _folded[address(credits)], "history of credits");
        for (uint256 i = 0; i < touched.length; ++i) {
            _compareBatch(issuances[touched[i]]);
            issuances[touched[i]].touched = false;
        }
        delete touched;
    }

    /// @dev The lots tile the batch; what is retired in them is what the history retired; no mark shrank or overtook.
    function _compareBatch(Issuance storage issuance) private {
        Range[] memory tapes = new Range[](issuance.lots.length);
        uint256 lots = 0;
        uint256 retired = 0;
        for (uint32 index = 0; index < issuance.count; ++lots) {
            uint256 id = _lot(issuance.batch, index);
            Lot memory lot = credits.lotOf(id);
            vm.assertEq(lot.owner, alice, "owner");
            vm.assertGt(lot.count, 0, "an empty lot");
            _compareMarks(id, lot);
            tapes[lots] = Range({ first: index, end: index + lot.retired });
            retired += lot.retired;
            index += lot.count;
            vm.assertLe(index, issuance.count, "a lot reaches beyond its batch");
        }
        vm.assertEq(lots, issuance.lots.length, "lots of the batch");

        uint256 expected = 0;
        for (uint256 i = 0; i < issuance.retired.length; ++i) {
            Range memory range = issuance.retired[i];
            expected += range.end - range.first;
            vm.assertEq(_covered(tapes, range), range.end - range.first, "credits named that are not retired");
        }
        vm.assertEq(retired, expected, "retired credits of the batch");
    }

    function _compareMarks(uint256 id, Lot memory lot) private {
        Marks memory marks = credits.marksOf(id);
        Tape storage seen = _seen[id];
        vm.assertLe(seen.retired, lot.retired, "the retired mark shrank");
        vm.assertLe(seen.confirmed, marks.confirmed, "the confirmed mark shrank");
        vm.assertLe(seen.claimedGrams, marks.claimedGrams, "the claimed mark shrank");
        vm.assertLe(lot.retired, lot.count, "retired beyond the lot");
        vm.assertEq(marks.confirmed, lot.retired, "confirmed");
        vm.assertEq(marks.claimedGrams, uint256(lot.retired) * 1_000_000, "claimed grams");
        _seen[id] = Tape({ retired: lot.retired, confirmed: marks.confirmed, claimedGrams: marks.claimedGrams });
    }

    function _covered(Range[] memory tapes, Range memory range) private pure returns (uint256 covered) {
        for (uint256 i = 0; i < tapes.length; ++i) {
            uint256 from = tapes[i].first > range.first ? tapes[i].first : range.first;
            uint256 to = tapes[i].end < range.end ? tapes[i].end : range.end;
            if (from < to) covered += to - from;
        }
    }
}
