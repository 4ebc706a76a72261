// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { CreditRegistry } from "../../../contracts/CreditRegistry.sol";
import { ICreditRegistry } from "../../../contracts/interfaces/ICreditRegistry.sol";
import { Batch, Lot, Marks } from "../../../contracts/types/Credits.sol";
import { Vm, vm } from "../base/Vm.sol";
import { Fields } from "./Fields.sol";
import { Ledger } from "./Ledger.sol";

/// @dev Does what a history says, step by step, one block for each; `scripts/replay` explains the steps.
abstract contract Replayer is Ledger {
    using Fields for Fields.Cursor;
    using Fields for string;

    struct Gas {
        uint256 transactions;
        uint256 used;
    }

    struct Count {
        uint256 projects;
        uint256 reports;
        uint256 batches;
        uint256 rows; // steps that retire
        uint256 landed;
        uint256 acrossLots; // of them
        uint256 refusedAsRetired; // their first credit, or one behind it, was retired before
        uint256 refusedOtherwise;
        uint256 creditsRetired;
        uint256 comparisons;
    }

    uint256 private constant COMPARE_EACH = 100;

    Count internal count;
    Gas internal splitting;
    Gas internal retiring; // the transaction that retires: one call, or several lots in one multicall
    Gas internal together; // split, if needed, and retire
    Gas internal anchoring;
    Gas internal confirming;
    mapping(string id => uint64) private _projects;
    mapping(uint64 project => mapping(uint256 fromDay => uint64)) private _reports;

    function setUp() public override {
        vm.roll(10_000_000);
        vm.warp(1_199_145_600); // 2008
        vm.recordLogs();
        _deploy();
        _beginHistory(address(projects));
        _beginHistory(address(credits));
        vm.prank(registrar);
        bridged = projects.addProgramme("CAR", true, EVIDENCE);
        _foldLogs();
    }

    function _replay(string memory text, uint256 most) internal {
        Fields.Cursor memory cursor = Fields.Cursor({ text: bytes(text), position: 0 });
        while (!cursor.isAtEnd() && count.rows < most) {
            uint256 free;
            assembly ("memory-safe") {
                free := mload(0x40)
            }
            _step(cursor);
            assembly ("memory-safe") {
                mstore(0x40, free) // nothing of a step is needed after it
            }
        }
        _compare();
    }

    function _step(Fields.Cursor memory cursor) private {
        string memory kind = cursor.word();
        if (kind.is_("project")) _project(cursor.word());
        else if (kind.is_("report")) _report(cursor);
        else if (kind.is_("issue")) _issuance(cursor);
        else if (kind.is_("cut")) _cut(cursor.number(), cursor.number());
        else if (kind.is_("retire")) _retirement(cursor);
        else revert(string.concat("unknown step: ", kind));
    }

    // ------------------------------------------------------------------------------------------------ steps

    function _project(string memory id) private {
        _nextBlock(0);
        vm.prank(registrar);
        _projects[id] = projects.recordProject(bridged, id, keccak256(bytes(id)));
        ++count.projects;
        _foldLogs();
    }

    function _report(Fields.Cursor memory cursor) private {
        uint64 project = _projects[cursor.word()];
        (uint32 fromDay, uint32 endDay) = (uint32(cursor.number()), uint32(cursor.number()));
        (uint32 tonnes, uint256 hint) = (uint32(cursor.number()), cursor.number(HEAD));
        _nextBlock(0);
        vm.prank(registrar);
        _reports[project][fromDay] = projects.recordExternal(
            project, fromDay, endDay, tonnes, keccak256(abi.encode("report", project, fromDay)), hint
        );
        ++count.reports;
        _foldLogs();
    }

    function _issuance(Fields.Cursor memory cursor) private {
        uint256 number = cursor.number();
        uint64 report = _reports[_projects[cursor.word()]][cursor.number()];
        (uint128 first, uint32 width) = (uint128(cursor.number()), uint32(cursor.number()));
        Issuance storage issuance = issuances[number];
        vm.assertEq(issuance.batch, 0, "a series issued twice");

        _nextBlock(0);
        vm.prank(registrar);
        series = credits.registerSeries(_seriesId(number));
        vm.prank(registrar);
        uint256 lot = credits.issue(report, series, first, width, alice, keccak256(abi.encode(number)), HEAD);
        issuance.batch = uint64(lot >> 32);
        issuance.firstSerial = first;
        issuance.count = width;
        issuance.lots.push(0);
        _touch(number);
        ++count.batches;
        _foldLogs();
    }

    function _cut(uint256 number, uint256 serial) private {
        _nextBlock(0);
        _splitAt(issuances[number], uint32(serial - issuances[number].firstSerial));
        _touch(number);
        _foldLogs();
    }

    function _retirement(Fields.Cursor memory cursor) private {
        bytes32 evidence = keccak256(abi.encode("retirements.csv", cursor.number()));
        uint256 number = cursor.number();
        (uint256 firstSerial, uint32 width, uint256 day) = (cursor.number(), uint32(cursor.number()), cursor.number());
        Issuance storage issuance = issuances[number];
        uint32 first = uint32(firstSerial - issuance.firstSerial);

        // 1. Bring the first credit to the head of a lot.
        _nextBlock(day);
        ++count.rows;
        uint32 start = _lotAt(issuance, first);
        uint256 gas = 0;
        if (start + credits.lotOf(_lot(issuance.batch, start)).retired < first) gas = _splitAt(issuance, first);

        _foldLogs();

        // 2. Retire, in one transaction, whatever lots the serials are in.
        uint256[] memory lots = _lotsWithin(issuance, first, first + width);
        uint256 used = _retireAll(lots, first, first + width);
        _touch(number);
        if (used != 0) {
            _add(retiring, used);
            _add(together, used + gas);
            ++count.landed;
            if (lots.length > 1) ++count.acrossLots;
            count.creditsRetired += width;
            issuance.retired.push(Range({ first: first, end: first + width }));

            // 3. Believe only the events and the registry's own record of the batch.
            _requireLanded(_foldLogs(), _seriesId(number), firstSerial, width);

            // 4. One claim for all that each lot retired now, and the source registry's own retirement attested.
            for (uint256 i = 0; i < lots.length; ++i) {
                _claimAndConfirm(lots[i], evidence);
            }
        }
        _foldLogs();
        if (count.rows % COMPARE_EACH == 0) {
            _compare();
            ++count.comparisons;
        }
    }

    // ------------------------------------------------------------------------------------------------ actions

    function _splitAt(Issuance storage issuance, uint32 index) private returns (uint256 gas) {
        uint32 start = _lotAt(issuance, index);
        vm.prank(alice);
        uint256 tail = credits.split(_lot(issuance.batch, start), index - start);
        gas = _lastGas();
        vm.assertEq(tail, _lot(issuance.batch, index), "the tail's id");
        issuance.lots.push(index);
        _add(splitting, gas);
    }

    /// @return gas 0 if the registry refused; then nothing was retired.
    function _retireAll(uint256[] memory lots, uint32 first, uint32 end) private returns (uint256 gas) {
        bytes[] memory calls = new bytes[](lots.length);
        uint32 next = first;
        for (uint256 i = 0; i < lots.length; ++i) {
            uint32 lotEnd = uint32(lots[i]) + credits.lotOf(lots[i]).count;
            uint32 until = lotEnd < end ? lotEnd : end;
            calls[i] = abi.encodeCall(ICreditRegistry.retire, (lots[i], next, until - next));
            next = until;
        }
        vm.prank(alice);
        (bool done, bytes memory reason) =
            address(credits).call(calls.length == 1 ? calls[0] : abi.encodeCall(credits.multicall, (calls)));
        if (done) return _lastGas();
        vm.getRecordedLogs(); // Foundry keeps what a reverted call emitted; a chain does not
        if (bytes4(reason) == ICreditRegistry.UnexpectedIndex.selector) ++count.refusedAsRetired;
        else ++count.refusedOtherwise;
    }

    function _claimAndConfirm(uint256 lot, bytes32 evidence) private {
        Marks memory marks = credits.marksOf(lot);
        uint32 retired = credits.lotOf(lot).retired;
        uint64 grams = uint64(retired) * 1_000_000 - marks.claimedGrams;
        vm.prank(alice);
        credits.anchor(lot, marks.tranches, marks.claimedGrams, 1, grams, evidence);
        _add(anchoring, _lastGas());
        vm.prank(operator);
        credits.confirmSourceCancellation(lot, uint32(lot) + marks.confirmed, retired - marks.confirmed, evidence);
        _add(confirming, _lastGas());
    }

    /// @dev The `Retired` events among `logs` name exactly `width` serials from `firstSerial` on, in order.
    function _requireLanded(Vm.Log[] memory logs, string memory id, uint256 firstSerial, uint32 width) private view {
        uint256 next = firstSerial;
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != RETIRED) continue;
            uint256 lot = uint256(logs[i].topics[1]);
            (uint32 index, uint32 retired, address account,) =
                abi.decode(logs[i].data, (uint32, uint32, address, bytes32));
            Batch memory batch = credits.batchOf(uint64(lot >> 32));
            Lot memory tape = credits.lotOf(lot);
            vm.assertEq(credits.seriesOf(batch.series), id);
            vm.assertEq(uint256(batch.firstSerial) + index, next, "first serial retired");
            vm.assertEq(uint32(lot) + tape.retired, index + retired, "the lot's retired mark");
            vm.assertEq(account, alice, "who retired");
            next += retired;
        }
        vm.assertEq(next, firstSerial + width, "end of the serials retired");
    }

    // ------------------------------------------------------------------------------------------------ helpers

    /// @return lots Ids of the lots that `[first, end)` meets, in order.
    function _lotsWithin(Issuance storage issuance, uint32 first, uint32 end)
        private
        view
        returns (uint256[] memory lots)
    {
        uint256 n = 1;
        for (uint256 i = 0; i < issuance.lots.length; ++i) {
            if (first < issuance.lots[i] && issuance.lots[i] < end) ++n;
        }
        lots = new uint256[](n);
        uint32 before = end - 1;
        for (uint256 i = n; i > 0; --i) {
            uint32 start = _lotAt(issuance, before);
            lots[i - 1] = _lot(issuance.batch, start);
            before = start == 0 ? 0 : start - 1;
        }
    }

    function _nextBlock(uint256 day) private {
        uint256 midnight = day * 1 days;
        vm.roll(block.number + 1);
        vm.warp(midnight > block.timestamp + 12 ? midnight : block.timestamp + 12);
        vm.setBlockhash(block.number - 1, keccak256(abi.encode(block.number - 1)));
    }

    function _lastGas() private view returns (uint256) {
        return vm.lastCallGas().gasTotalUsed;
    }

    function _add(Gas storage gas, uint256 used) private {
        ++gas.transactions;
        gas.used += used;
    }

    function _seriesId(uint256 number) private pure returns (string memory) {
        return string.concat("CAR-", vm.toString(number));
    }
}
