// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { Lot, Marks, Segment } from "../../../contracts/types/Credits.sol";
import { Fold } from "../base/Fold.sol";
import { Vm, vm } from "../base/Vm.sol";
import { World } from "../base/World.sol";
import { Credit, Ghost } from "./Ghost.sol";

/// @notice Drives the registry with mostly sensible calls and writes each success into the book. The numbers of the
/// fuzzer choose among what exists; a share of the calls is wrong on purpose.
contract Handler is World, Ghost {
    bytes32 public history;
    uint256 public events;
    uint256 public useful; // calls that succeeded
    uint256 public refused;
    mapping(bytes4 => uint256) public done;

    mapping(uint256 lot => Marks) internal lastMarks;
    mapping(uint256 lot => Lot) internal lastLots;
    uint64[3] internal reports;
    uint32[2] internal seriesOf;

    function setUp() public override {
        vm.recordLogs();
        super.setUp();
        vm.startPrank(registrar);
        reports = [nativeReport, projects.recordExternal(bridgedProject, 1, 2, 60, EVIDENCE, HEAD), uint64(0)];
        reports[2] = projects.recordExternal(bridgedProject, 2, 3, 30, EVIDENCE, HEAD);
        seriesOf = [series, credits.registerSeries("VCS-1748-2021")];
        vm.stopPrank();
        history = Fold.genesis(address(credits));
        _fold();
        for (uint256 i = 0; i < 3; ++i) {
            issue(i, i, 100 * i, 20, i);
        }
    }

    // -------------------------------------------------------------------------------------------------- calls

    function issue(uint256 report, uint256 which, uint256 first, uint256 count, uint256 to) public {
        if (batches == MOST_BATCHES) return;
        uint64 r = reports[report % 3];
        uint32 s = seriesOf[which % 2];
        uint128 f = uint128(first % 300);
        uint32 n = uint32(count % (MOST_CREDITS + 1)); // 0 too
        address owner = _somebody(to);
        if (!_try(registrar, abi.encodeCall(credits.issue, (r, s, f, n, owner, EVIDENCE, HEAD)))) return;

        uint64 batch = ++batches;
        issued[r] += n;
        blocks[batch] = Block({ series: s, firstSerial: f, count: n, report: r });
        uint256 lot = uint256(batch) << 32;
        lots.push(lot);
        for (uint32 i = 0; i < n; ++i) {
            bytes32 serial = keccak256(abi.encode(s, uint256(f) + i));
            vm.assertFalse(serialIssued[serial], "a serial was issued twice");
            serialIssued[serial] = true;
        }
        _reassign(lot, lot, 0, n, owner);
    }

    function split(uint256 which, uint256 count, uint256 by) public {
        uint256 lot = _lotOf(which);
        uint32 n = _countIf(lot, false);
        uint32 keep = uint32(count % (uint256(n) + 2));
        address owner = _first(lot).owner;
        if (!_try(_mostly(owner, by), abi.encodeCall(credits.split, (lot, keep)))) return;
        lots.push(lot + keep);
        _reassign(lot, lot + keep, uint32(lot) + keep, uint32(lot) + n, owner);
    }

    function splitTo(uint256 which, uint256 count, uint256 to, bool retireThem, uint256 by) public {
        uint256 lot = _lotOf(which);
        uint32 n = _countIf(lot, false);
        uint32 tail = uint32(count % (uint256(n) + 2));
        address owner = _somebody(to);
        bytes memory call = abi.encodeCall(credits.splitTo, (lot, tail, owner, retireThem));
        if (!_try(_mostly(_first(lot).owner, by), call)) return;
        uint256 moved = lot + n - tail;
        if (moved != lot) lots.push(moved);
        uint32 from = uint32(lot) + n - tail;
        for (uint32 i = from; i < from + tail; ++i) {
            vm.assertFalse(book[lot >> 32][i].retired, "a retired credit moved");
        }
        _reassign(lot, moved, from, from + tail, owner);
        if (retireThem) _retired(lot, from, tail);
    }

    function transfer(uint256 which, uint256 to, uint256 by) public {
        uint256 lot = _lotOf(which);
        address owner = _first(lot).owner;
        address next = _somebody(to);
        if (!_try(_mostly(owner, by), abi.encodeCall(credits.transferFrom, (owner, next, lot)))) return;
        vm.assertEq(_countIf(lot, true), 0, "a retired credit moved");
        _reassign(lot, lot, uint32(lot), uint32(lot) + _countIf(lot, false), next);
    }

    function retire(uint256 which, uint256 count, uint256 by) public {
        uint256 lot = _lotOf(which);
        uint32 mark = _countIf(lot, true);
        uint32 n = uint32(count % (uint256(_countIf(lot, false)) + 2));
        uint32 from = uint32(lot) + mark;
        if (!_try(_mostly(_first(lot).owner, by), abi.encodeCall(credits.retire, (lot, from, n)))) return;
        _retired(lot, from, n);
    }

    function anchor(uint256 which, uint256 grams, uint256 leaves, uint256 by) public {
        uint256 lot = _lotOf(which);
        Marks memory m = credits.marksOf(lot);
        uint256 left = uint256(_countIf(lot, true)) * 1_000_000 - m.claimedGrams;
        uint64 total = uint64(grams % (left + left / 8 + 2));
        uint64 n = uint64(leaves % (uint256(total) + 2));
        bytes memory call = abi.encodeCall(credits.anchor, (lot, m.tranches, m.claimedGrams, n, total, EVIDENCE));
        if (!_try(_mostly(_first(lot).owner, by), call)) return;
        uint256 gram = m.claimedGrams;
        uint256 end = gram + total;
        while (gram < end) {
            uint32 i = uint32(lot) + uint32(gram / 1_000_000);
            uint256 until = (gram / 1_000_000 + 1) * 1_000_000;
            if (until > end) until = end;
            Credit storage c = book[lot >> 32][i];
            vm.assertTrue(c.retired, "a claim on a credit that is not retired");
            vm.assertEq(c.lot, lot, "a claim on a credit of another lot");
            vm.assertTrue(c.trouble != 1, "a claim on a suspended credit");
            c.claimedGrams += uint32(until - gram);
            vm.assertLe(c.claimedGrams, 1_000_000, "a gram was claimed twice");
            gram = until;
        }
    }

    function confirm(uint256 which, uint256 count) public {
        uint256 lot = _lotOf(which);
        uint32 mark = credits.marksOf(lot).confirmed;
        uint32 n = uint32(count % (uint256(_countIf(lot, true)) + 2));
        uint32 from = uint32(lot) + mark;
        if (!_try(operator, abi.encodeCall(credits.confirmSourceCancellation, (lot, from, n, EVIDENCE)))) return;
        for (uint32 i = from; i < from + n; ++i) {
            vm.assertTrue(book[lot >> 32][i].retired, "confirmed what is not retired");
            vm.assertFalse(book[lot >> 32][i].confirmed, "confirmed twice");
            book[lot >> 32][i].confirmed = true;
        }
    }

    function nameClaimant(uint256 which, uint256 to, uint256 by) public {
        uint256 lot = _lotOf(which);
        _try(_mostly(_first(lot).owner, by), abi.encodeCall(credits.nameClaimant, (lot, _somebody(to))));
    }

    function requestWithdrawal(uint256 which, uint256 by) public {
        uint256 lot = _untouchedOr(which);
        _try(_mostly(_first(lot).owner, by), abi.encodeCall(credits.requestWithdrawal, (lot)));
    }

    function cancelWithdrawal(uint256 which, uint256 by) public {
        if (by % 3 != 0) return; // seldom: so that the operator finds some to confirm
        uint256 lot = _pendingOr(which);
        _try(_mostly(_first(lot).owner, by), abi.encodeCall(credits.cancelWithdrawal, (lot)));
    }

    function confirmWithdrawal(uint256 which) public {
        uint256 lot = _pendingOr(which);
        if (!_try(operator, abi.encodeCall(credits.confirmWithdrawal, (lot, EVIDENCE)))) return;
        _withdrawn(lot, uint32(lot), uint32(lot) + _countIf(lot, false));
    }

    function forceWithdraw(uint256 which, uint256 dice) public {
        if (dice % 4 != 0) return; // seldom: it ends a lot
        uint256 lot = _lotOf(which);
        if (!_try(registrar, abi.encodeCall(credits.forceWithdraw, (lot, EVIDENCE)))) return;
        uint32 end = uint32(lot) + _countIf(lot, false);
        uint32 mark = _countIf(lot, true);
        uint256 tail = lot + mark;
        if (mark != 0) {
            lots.push(tail);
            _reassign(lot, tail, uint32(tail), end, _first(lot).owner);
        }
        _withdrawn(lot, uint32(tail), end);
    }

    function judge(uint256 which, uint256 first, uint256 width, uint256 act) public {
        uint64 batch = uint64(which % batches + 1);
        uint32 from = uint32(first % blocks[batch].count);
        uint32 end = from + uint32(width % 4) + 1;
        bytes memory call;
        uint8 trouble;
        Segment[] memory segments = credits.segmentsOf(batch);
        if (act % 8 > 3 && act % 8 < 7 && segments.length != 0) {
            Segment memory s = segments[width % segments.length];
            (from, end) = act % 8 == 4 ? (s.first, s.first + 1) : (s.first, s.end);
        }
        if (act % 8 < 3) {
            call = abi.encodeCall(credits.suspend, (batch, from, end, EVIDENCE));
            trouble = 1;
        } else if (act % 8 < 7) {
            call = abi.encodeCall(credits.reinstate, (batch, from, end, EVIDENCE));
        } else {
            call = abi.encodeCall(credits.invalidate, (batch, from, end, EVIDENCE));
            trouble = 2;
        }
        if (!_try(registrar, call)) return;
        for (uint32 i = from; i < end; ++i) {
            vm.assertTrue(book[batch][i].trouble != 2 || trouble == 2, "an invalidation is final");
            book[batch][i].trouble = trouble;
        }
    }

    function pauseOrUnpause(uint256 dice) public {
        if (credits.paused()) _try(admin, abi.encodeCall(credits.unpause, ()));
        else if (dice % 6 == 0) _try(pauser, abi.encodeCall(credits.pause, ()));
    }

    function approve(uint256 which, uint256 to) public {
        uint256 lot = _lotOf(which);
        _try(_first(lot).owner, abi.encodeCall(credits.approve, (_somebody(to), lot)));
    }

    function later(uint256 blocks_) public {
        vm.roll(block.number + blocks_ % 100 + 1);
        vm.warp(block.timestamp + blocks_ % 1000 + 1);
    }

    // ------------------------------------------------------------------------------------------------ checks

    /// @dev Whatever is live, good and at rest has a way on while business goes on; whatever is not has another.
    function assertNoLotIsStuck() external {
        bool paused = credits.paused();
        for (uint256 i = 0; i < lots.length; ++i) {
            Lot memory l = credits.lotOf(lots[i]);
            if (l.withdrawn || l.retired == l.count || paused) continue;
            uint32 from = uint32(lots[i]) + l.retired;
            bytes memory way = l.withdrawalRequested
                ? abi.encodeCall(credits.cancelWithdrawal, (lots[i]))
                : _anyTrouble(lots[i] >> 32, from, from + 1)
                    ? abi.encodeCall(credits.splitTo, (lots[i], l.count - l.retired, stranger, false))
                    : abi.encodeCall(credits.retire, (lots[i], from, 1));
            vm.prank(l.owner);
            (bool open,) = address(credits).call(way);
            vm.assertTrue(open, "a lot is stuck");
        }
    }

    /// @dev The book and the registry agree about every lot, and every mark.
    function assertBookAgrees() external {
        for (uint256 i = 0; i < lots.length; ++i) {
            uint256 lot = lots[i];
            Lot memory l = credits.lotOf(lot);
            Marks memory m = credits.marksOf(lot);
            vm.assertEq(l.owner, _first(lot).owner, "owner");
            vm.assertEq(l.count, _countIf(lot, false), "count");
            vm.assertEq(l.retired, _countIf(lot, true), "retired");
            vm.assertTrue(l.withdrawn == _first(lot).withdrawn, "withdrawn");
            _assertTape(lot, l, m);
            _assertNothingShrank(lot, l, m);
        }
    }

    function assertLotsTileTheirBatches() external view {
        for (uint64 batch = 1; batch <= batches; ++batch) {
            uint32 index = 0;
            while (index < blocks[batch].count) {
                Lot memory l = credits.lotOf(uint256(batch) << 32 | index);
                vm.assertGt(l.count, 0, "a gap between lots");
                index += l.count;
            }
            vm.assertEq(index, blocks[batch].count, "the last lot ends with the batch");
        }
    }

    function assertNeverMoreThanVerified() external view {
        for (uint256 i = 0; i < 3; ++i) {
            vm.assertEq(credits.issuedOf(reports[i]), issued[reports[i]], "issued");
            vm.assertLe(issued[reports[i]], projects.issuable(reports[i]), "issued beyond verified");
        }
    }

    function assertHistory() external view {
        vm.assertEq(credits.historyHash(), history, "the history is the fold of the events");
    }

    /// @dev What the fuzzer may call; frequent ones stand twice.
    function calls() external pure returns (bytes4[] memory all) {
        all = new bytes4[](18);
        all[0] = this.issue.selector;
        all[1] = this.split.selector;
        all[2] = this.splitTo.selector;
        all[3] = this.transfer.selector;
        all[4] = this.retire.selector;
        all[5] = this.anchor.selector;
        all[6] = this.confirm.selector;
        all[7] = this.nameClaimant.selector;
        all[8] = this.requestWithdrawal.selector;
        all[9] = this.cancelWithdrawal.selector;
        all[10] = this.confirmWithdrawal.selector;
        all[11] = this.forceWithdraw.selector;
        all[12] = this.judge.selector;
        all[13] = this.pauseOrUnpause.selector;
        all[14] = this.approve.selector;
        all[15] = this.later.selector;
        all[16] = this.retire.selector;
        all[17] = this.anchor.selector;
    }

    function _assertTape(uint256 lot, Lot memory l, Marks memory m) private view {
        uint256 grams;
        uint32 confirmed;
        for (uint32 i = uint32(lot); i < uint32(lot) + l.count; ++i) {
            Credit storage c = book[lot >> 32][i];
            grams += c.claimedGrams;
            if (c.confirmed) ++confirmed;
            vm.assertTrue(c.retired == (i < uint32(lot) + l.retired), "the retired come first");
        }
        vm.assertEq(m.claimedGrams, grams, "claimed");
        vm.assertEq(m.confirmed, confirmed, "confirmed");
        vm.assertLe(m.claimedGrams, uint256(l.retired) * 1_000_000, "claimed beyond retired");
        vm.assertLe(m.confirmed, l.retired, "confirmed beyond retired");
        vm.assertLe(l.retired, l.count, "retired beyond count");
    }

    function _assertNothingShrank(uint256 lot, Lot memory l, Marks memory m) private {
        Lot memory before = lastLots[lot];
        Marks memory marks = lastMarks[lot];
        vm.assertLe(before.retired, l.retired, "retired shrank");
        vm.assertLe(marks.claimedGrams, m.claimedGrams, "claimed shrank");
        vm.assertLe(marks.confirmed, m.confirmed, "confirmed shrank");
        vm.assertLe(marks.tranches, m.tranches, "tranches shrank");
        vm.assertTrue(!before.withdrawn || l.withdrawn, "a withdrawal was undone");
        if (before.retired != 0) vm.assertEq(before.owner, l.owner, "the owner of retired credits changed");
        lastLots[lot] = l;
        lastMarks[lot] = m;
    }

    // ------------------------------------------------------------------------------------------------ helpers

    function _retired(uint256 lot, uint32 from, uint32 n) private {
        for (uint32 i = from; i < from + n; ++i) {
            Credit storage c = book[lot >> 32][i];
            vm.assertFalse(c.retired, "retired twice");
            vm.assertFalse(c.withdrawn, "retired after withdrawal");
            vm.assertEq(c.trouble, 0, "retired in trouble");
            c.retired = true;
        }
    }

    function _withdrawn(uint256 lot, uint32 from, uint32 end) private {
        for (uint32 i = from; i < end; ++i) {
            vm.assertFalse(book[lot >> 32][i].retired, "withdrew a retired credit");
            book[lot >> 32][i].withdrawn = true;
        }
    }

    function _try(address by, bytes memory call) private returns (bool ok) {
        vm.prank(by);
        (ok,) = address(credits).call(call);
        if (ok) {
            ++useful;
            ++done[bytes4(call)];
        } else {
            ++refused;
        }
        _fold();
    }

    function _fold() private {
        uint256 n;
        (history, n) = Fold.extend(history, vm.getRecordedLogs(), address(credits));
        events += n;
    }

    function _lotOf(uint256 which) private view returns (uint256) {
        return lots[which % lots.length];
    }

    /// @dev A lot whose withdrawal is asked for, if there is one.
    function _pendingOr(uint256 which) private view returns (uint256) {
        for (uint256 i = 0; i < lots.length; ++i) {
            uint256 lot = lots[(which % lots.length + i) % lots.length];
            if (credits.lotOf(lot).withdrawalRequested) return lot;
        }
        return _lotOf(which);
    }

    /// @dev A live lot with nothing retired, if there is one.
    function _untouchedOr(uint256 which) private view returns (uint256) {
        for (uint256 i = 0; i < lots.length; ++i) {
            uint256 lot = lots[(which % lots.length + i) % lots.length];
            Lot memory l = credits.lotOf(lot);
            if (!l.withdrawn && !l.withdrawalRequested && l.retired == 0) return lot;
        }
        return _lotOf(which);
    }

    function _somebody(uint256 dice) private view returns (address) {
        return dice % 3 == 0 ? alice : dice % 3 == 1 ? bob : stranger;
    }

    /// @dev The owner, but one time in eight anybody: approved, claimant, role or stranger.
    function _mostly(address owner, uint256 dice) private view returns (address) {
        address[6] memory others = [alice, bob, stranger, registrar, operator, admin];
        return dice % 8 == 0 ? others[(dice / 8) % 6] : owner;
    }
}
