// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { Slots } from "../base/Slots.sol";
import { vm } from "../base/Vm.sol";
import { World } from "../base/World.sol";

/// @notice A verifier reads raw slots; each stands where docs/spec/storage.md says, bit for bit.
contract StorageTest is World {
    using Slots for uint256;

    uint256 private lot;

    function setUp() public override {
        super.setUp();
        _issue(1, 1, bob); // so that the batch is not the first
        lot = _issue(0xabcdef0123456789abcdef, 1000, alice);
    }

    function test_the_history_hash_stands_in_slot_0() public view {
        vm.assertEq(bytes32(_word(Slots.HISTORY)), credits.historyHash());
        vm.assertEq(vm.load(address(projects), bytes32(Slots.HISTORY)), projects.historyHash());
    }

    function test_owner_count_retired_and_flags_stand_in_the_slot_of_the_lot() public {
        vm.prank(alice);
        uint256 tail = credits.split(lot, 600);
        _retire(tail, 7);
        uint256 word = _word(Slots.lot(tail));
        vm.assertEq(address(uint160(word)), alice);
        vm.assertEq(word.field(32, 160), 400);
        vm.assertEq(word.field(32, 192), 7);
        vm.assertEq(word.field(32, 224), 0);

        vm.startPrank(alice);
        credits.nameClaimant(lot, bob);
        vm.assertEq(_word(Slots.lot(lot)).field(32, 224), 4, "claimant");
        credits.requestWithdrawal(lot);
        vm.assertEq(_word(Slots.lot(lot)).field(32, 224), 5, "claimant, withdrawal requested");
        vm.stopPrank();
        vm.prank(operator);
        credits.confirmWithdrawal(lot, EVIDENCE);
        vm.assertEq(_word(Slots.lot(lot)).field(32, 224), 2, "withdrawn");
        vm.assertEq(_word(Slots.lot(lot + 1)), 0, "no lot");
    }

    function testFuzz_the_slot_of_any_lot_is_found(uint64 batch, uint32 index) public {
        uint256 id = uint256(batch) << 32 | index;
        uint256 word = uint256(uint160(bob)) | uint256(9) << 160 | uint256(3) << 192;
        vm.store(address(credits), bytes32(Slots.lot(id)), bytes32(word));
        _assertTape(id, bob, 9, 3);
    }

    function test_the_marks_stand_in_one_slot() public {
        _retire(lot, 100);
        _anchor(lot, 12_345_678);
        _anchor(lot, 1);
        vm.prank(operator);
        credits.confirmSourceCancellation(lot, 0, 77, EVIDENCE);
        uint256 word = _word(Slots.MARKS.at(lot));
        vm.assertEq(word.field(64, 0), 12_345_679);
        vm.assertEq(word.field(32, 64), 2);
        vm.assertEq(word.field(32, 96), 77);
        vm.assertEq(word >> 128, 0);
        vm.assertEq(address(uint160(_word(Slots.CONFIRMED_BY.at(lot)))), operator);
    }

    function test_each_anchor_stands_in_a_slot() public {
        _retire(lot, 100);
        _anchor(lot, 5);
        bytes32 second = _anchor(lot, 6);
        vm.assertEq(bytes32(_word(Slots.ANCHORS.at(lot).at(1))), second);
        vm.assertEq(_word(Slots.ANCHORS.at(lot).at(2)), 0);
    }

    function test_a_batch_stands_in_two_slots() public view {
        uint256 slot = Slots.BATCHES.at(2);
        uint256 word = _word(slot);
        vm.assertEq(word.field(128, 0), 0xabcdef0123456789abcdef);
        vm.assertEq(word.field(32, 128), 1000);
        vm.assertEq(word.field(32, 160), series);
        vm.assertEq(word.field(64, 192), reportId);
        vm.assertEq(address(uint160(_word(slot + 1))), registrar);
    }

    function test_the_standing_of_a_batch_is_an_array_of_words() public {
        vm.startPrank(registrar);
        credits.suspend(2, 10, 20, EVIDENCE);
        credits.invalidate(2, 30, 999, EVIDENCE);
        vm.stopPrank();
        uint256 slot = Slots.SEGMENTS.at(2);
        vm.assertEq(_word(slot), 2);
        uint256 word = _word(slot.element(1));
        vm.assertEq(word.field(32, 0), 30);
        vm.assertEq(word.field(32, 32), 999);
        vm.assertEq(word.field(8, 64), 2);
        vm.assertEq(word >> 72, 0);
        vm.assertEq(_word(slot.element(0)).field(8, 64), 1);
    }

    function test_the_id_of_a_series_is_a_string() public {
        vm.assertEq(bytes32(_word(Slots.SERIES.at(series))), bytes32("VCS-1748-2020") | bytes32(uint256(13 * 2)));
        string memory id = "A234567890123456789012345678901234567890"; // 40
        vm.prank(registrar);
        uint256 slot = Slots.SERIES.at(credits.registerSeries(id));
        vm.assertEq(_word(slot), 40 * 2 + 1);
        vm.assertEq(bytes32(_word(slot.element(0))), bytes32("A2345678901234567890123456789012"));
        vm.assertEq(bytes32(_word(slot.element(1))), bytes32("34567890"));
    }

    function test_a_project_stands_in_two_slots_and_its_source_id_in_one() public view {
        uint256 slot = Slots.PROJECTS.at(nativeProject);
        uint256 word = _project(slot);
        vm.assertEq(word.field(32, 0), native);
        vm.assertEq(word.field(8, 32), 3);
        vm.assertEq(word.field(8, 40), 0);
        vm.assertEq(word.field(32, 48), proponents);
        vm.assertEq(word.field(32, 80), validators);
        vm.assertEq(word >> 112, 0);
        vm.assertEq(address(uint160(_project(slot + 1))), registrar);
        word = _project(Slots.PROJECTS.at(bridgedProject));
        vm.assertEq(word.field(8, 32), 4);
        vm.assertEq(word.field(8, 40), 1);
        vm.assertEq(
            bytes32(_project(Slots.SOURCE_IDS.at(nativeProject))), bytes32("CN-2024-0001") | bytes32(uint256(12 * 2))
        );
    }

    function test_a_report_stands_in_two_slots() public view {
        uint256 slot = Slots.REPORTS.at(nativeReport);
        uint256 word = _project(slot);
        vm.assertEq(word.field(64, 0), nativeProject);
        vm.assertEq(word.field(32, 64), 19_000);
        vm.assertEq(word.field(32, 96), 19_365);
        vm.assertEq(word.field(32, 128), 5000);
        vm.assertEq(word.field(8, 160), 2);
        vm.assertEq(word.field(32, 168), verifiers);
        vm.assertEq(word >> 200, 0);
        vm.assertEq(address(uint160(_project(slot + 1))), verifier);
    }

    function test_a_programme_stands_in_two_slots() public view {
        uint256 slot = Slots.PROGRAMMES.at(bridged);
        vm.assertEq(bytes32(_project(slot)), bytes32("VCS"));
        vm.assertEq(_project(slot + 1), 1);
        vm.assertEq(_project(Slots.PROGRAMMES.at(native) + 1), 0);
    }

    function _word(uint256 slot) private view returns (uint256) {
        return uint256(vm.load(address(credits), bytes32(slot)));
    }

    function _project(uint256 slot) private view returns (uint256) {
        return uint256(vm.load(address(projects), bytes32(slot)));
    }
}
