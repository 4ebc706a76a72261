// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { ICreditRegistry as R } from "../../../contracts/interfaces/ICreditRegistry.sol";
import { IPausable } from "../../../contracts/interfaces/IPausable.sol";
import { RangeList } from "../../../contracts/libraries/RangeList.sol";
import { Batch } from "../../../contracts/types/Credits.sol";
import { vm } from "../base/Vm.sol";
import { World } from "../base/World.sol";

/// @dev Follows issue.tree.
contract IssueTest is World {
    // ------------------------------------------------------------------------------------------------- series

    function test_only_a_registrar_registers_a_series() public {
        address[6] memory others = [stranger, admin, operator, pauser, proponent, alice];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(_unauthorised(others[i], keccak256("REGISTRAR_ROLE")));
            vm.prank(others[i]);
            credits.registerSeries("X");
        }
    }

    function test_no_series_is_registered_while_paused_or_closed() public {
        _pause();
        vm.expectRevert(IPausable.EnforcedPause.selector);
        vm.prank(registrar);
        credits.registerSeries("X");
        vm.prank(admin);
        credits.unpause();
        _close(bob);
        vm.expectRevert(abi.encodeWithSelector(R.RegistryClosed.selector, bob));
        vm.prank(registrar);
        credits.registerSeries("X");
    }

    function test_a_series_id_has_one_spelling_only() public {
        string[11] memory bad = [
            "",
            "vcs-1748",
            "VCS 1748",
            unicode"VCS‑1748",
            "VCS-1748 ",
            "VCS/1748",
            "VCS@1748",
            "VCS[1748",
            "VCS:1748",
            "VCS-1748\x00",
            "A2345678901234567890123456789012345678901234567890123456789012345"
        ];
        for (uint256 i = 0; i < bad.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(R.SeriesIdInvalid.selector, bad[i]));
            vm.prank(registrar);
            credits.registerSeries(bad[i]);
        }
    }

    function test_a_series_is_registered_once() public {
        vm.expectRevert(abi.encodeWithSelector(R.SeriesExists.selector, "VCS-1748-2020", series));
        vm.prank(registrar);
        credits.registerSeries("VCS-1748-2020");
    }

    function test_a_registered_series_is_found_by_number_and_by_id() public {
        string memory id = "A23456789012345678901234567890123456789012345678901234567890._-Z"; // 64
        bytes32 prior = credits.historyHash();
        vm.expectEmit(true, true, true, true, address(credits));
        emit R.SeriesRegistered(2, id, registrar, prior);
        vm.prank(registrar);
        uint32 number = credits.registerSeries(id);
        vm.assertEq(number, 2);
        vm.assertEq(credits.seriesOf(2), id);
        vm.assertEq(credits.seriesNumber(id), 2);
        vm.assertEq(credits.seriesNumber("NONE"), 0);
        vm.assertEq(credits.seriesOf(3), "");
    }

    // -------------------------------------------------------------------------------------------------- guards

    function test_only_a_registrar_issues() public {
        address[6] memory others = [stranger, admin, operator, pauser, proponent, alice];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(_unauthorised(others[i], keccak256("REGISTRAR_ROLE")));
            vm.prank(others[i]);
            credits.issue(reportId, series, 1000, 1, alice, EVIDENCE, HEAD);
        }
    }

    function test_nothing_is_issued_while_paused_or_closed() public {
        _pause();
        _refused(abi.encodeWithSelector(IPausable.EnforcedPause.selector), series, 1000, 1, alice, EVIDENCE);
        vm.prank(admin);
        credits.unpause();
        _close(bob);
        _refused(abi.encodeWithSelector(R.RegistryClosed.selector, bob), series, 1000, 1, alice, EVIDENCE);
    }

    function test_an_issue_of_nothing_is_refused() public {
        _refused(
            abi.encodeWithSelector(R.CountInvalid.selector, 0, 1, type(uint32).max), series, 1000, 0, alice, EVIDENCE
        );
    }

    function test_an_unknown_series_is_refused() public {
        _refused(abi.encodeWithSelector(R.SeriesUnknown.selector, 0), 0, 1000, 1, alice, EVIDENCE);
        _refused(abi.encodeWithSelector(R.SeriesUnknown.selector, series + 1), series + 1, 1000, 1, alice, EVIDENCE);
    }

    function test_an_issue_needs_evidence() public {
        _refused(abi.encodeWithSelector(R.EvidenceMissing.selector), series, 1000, 1, alice, 0);
    }

    function test_a_lot_is_not_issued_to_nobody_or_to_the_registry() public {
        _refused(abi.encodeWithSelector(R.RecipientInvalid.selector, address(0)), series, 1, 1, address(0), EVIDENCE);
        _refused(
            abi.encodeWithSelector(R.RecipientInvalid.selector, address(credits)),
            series,
            1,
            1,
            address(credits),
            EVIDENCE
        );
    }

    function test_the_last_serial_is_2_to_the_128_less_1() public {
        uint128 last = type(uint128).max;
        uint256 end = 1 << 128;
        _refused(abi.encodeWithSelector(R.SerialOutOfRange.selector, end + 1), series, last, 2, alice, EVIDENCE);
        _refused(abi.encodeWithSelector(R.SerialOutOfRange.selector, end + 3), series, last - 5, 9, alice, EVIDENCE);
        uint256 lot = _issue(last, 1, alice);
        _assertTape(lot, alice, 1, 0);
        _issue(last - 5, 5, alice); // touches it from below
        _overlaps(last, 1, last, end);
        _overlaps(last - 6, 2, last - 5, last);
        _overlaps(last - 100, 101, last - 5, last);
    }

    function test_serial_zero_is_a_serial_and_not_the_head() public {
        uint256 lot = _issue(0, 5, alice);
        _assertTape(lot, alice, 5, 0);
        vm.prank(registrar);
        credits.issue(reportId, series, 5, 5, alice, EVIDENCE, 0); // hint: the block at serial 0
        _refused(abi.encodeWithSelector(R.SerialsOverlap.selector, series, 0, 1, 0, 5), series, 0, 1, alice, EVIDENCE);
        (bool exists,,, uint256 next) = credits.blockAt(series, HEAD);
        vm.assertFalse(exists);
        vm.assertEq(next, 0);
    }

    // -------------------------------------------------------------------------------------------- never more

    function test_never_more_is_issued_than_was_verified() public {
        vm.startPrank(registrar);
        vm.expectRevert(abi.encodeWithSelector(R.MoreThanVerified.selector, nativeReport, 5001, 5000));
        credits.issue(nativeReport, series, 1000, 5001, alice, EVIDENCE, HEAD);
        credits.issue(nativeReport, series, 1000, 4999, alice, EVIDENCE, HEAD);
        vm.expectRevert(abi.encodeWithSelector(R.MoreThanVerified.selector, nativeReport, 2, 1));
        credits.issue(nativeReport, series, 9000, 2, alice, EVIDENCE, HEAD);
        credits.issue(nativeReport, series, 9000, 1, alice, EVIDENCE, HEAD);
        vm.assertEq(credits.issuedOf(nativeReport), 5000);
        vm.expectRevert(abi.encodeWithSelector(R.MoreThanVerified.selector, nativeReport, 1, 0));
        credits.issue(nativeReport, series, 9001, 1, alice, EVIDENCE, HEAD);
        vm.stopPrank();
    }

    function test_the_allowance_does_not_wrap() public {
        _issue(0, type(uint32).max, alice);
        vm.expectRevert(abi.encodeWithSelector(R.MoreThanVerified.selector, reportId, type(uint32).max, 0));
        vm.prank(registrar);
        credits.issue(reportId, series, 1 << 40, type(uint32).max, alice, EVIDENCE, HEAD);
    }

    function test_a_report_that_is_not_verified_issues_nothing() public {
        uint64 filed = _filed(nativeProject, 20_000, 20_001, 10);
        uint64[3] memory reports = [uint64(0), 999, filed];
        for (uint256 i = 0; i < reports.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(R.MoreThanVerified.selector, reports[i], 1, 0));
            vm.prank(registrar);
            credits.issue(reports[i], series, 1000, 1, alice, EVIDENCE, HEAD);
        }
        vm.prank(verifier);
        projects.reject(filed, EVIDENCE);
        vm.expectRevert(abi.encodeWithSelector(R.MoreThanVerified.selector, filed, 1, 0));
        vm.prank(registrar);
        credits.issue(filed, series, 1000, 1, alice, EVIDENCE, HEAD);
    }

    function test_a_deregistered_project_issues_nothing_more() public {
        vm.startPrank(registrar);
        credits.issue(nativeReport, series, 1000, 10, alice, EVIDENCE, HEAD);
        projects.deregister(nativeProject, EVIDENCE);
        vm.expectRevert(abi.encodeWithSelector(R.MoreThanVerified.selector, nativeReport, 1, 0));
        credits.issue(nativeReport, series, 2000, 1, alice, EVIDENCE, HEAD);
        vm.stopPrank();
    }

    function test_a_withdrawal_gives_nothing_back() public {
        vm.startPrank(registrar);
        uint256 lot = credits.issue(nativeReport, series, 1000, 5000, alice, EVIDENCE, HEAD);
        credits.forceWithdraw(lot, EVIDENCE);
        vm.assertEq(credits.issuedOf(nativeReport), 5000);
        vm.expectRevert(abi.encodeWithSelector(R.MoreThanVerified.selector, nativeReport, 1, 0));
        credits.issue(nativeReport, series, 9000, 1, alice, EVIDENCE, HEAD);
        vm.expectRevert(abi.encodeWithSelector(R.SerialsOverlap.selector, series, 1000, 1001, 1000, 6000));
        credits.issue(reportId, series, 1000, 1, alice, EVIDENCE, HEAD);
        vm.stopPrank();
    }

    // ------------------------------------------------------------------------------------------------ overlap

    function test_serials_1500_to_2499_after_1000_to_1999_are_refused_with_both_ranges() public {
        _issue(1000, 1000, alice);
        _overlaps(1500, 1000, 1000, 2000);
    }

    function test_serials_1000_to_1999_after_1500_to_2499_are_refused_with_both_ranges() public {
        _issue(1500, 1000, alice);
        _overlaps(1000, 1000, 1500, 2500);
    }

    function test_every_way_to_meet_an_issued_block_is_refused() public {
        _issue(1000, 1000, alice);
        _issue(5000, 1000, alice);
        _overlaps(1000, 1000, 1000, 2000); // the same
        _overlaps(1000, 1, 1000, 2000); // its first
        _overlaps(1999, 1, 1000, 2000); // its last
        _overlaps(1400, 10, 1000, 2000); // inside
        _overlaps(999, 2, 1000, 2000); // from below
        _overlaps(0, 100_000, 1000, 2000); // around all
        _overlaps(2000, 4000, 5000, 6000); // between, too wide
        _overlaps(4999, 2, 5000, 6000);
        _overlaps(5999, 1, 5000, 6000);
    }

    function test_touching_neighbours_are_accepted_in_any_order() public {
        _issue(2000, 1000, alice);
        _issue(1000, 1000, alice);
        _issue(3000, 1000, alice);
        _issue(999, 1, alice);
        _issue(4000, 1, alice);
        (,,, uint256 next) = credits.blockAt(series, HEAD);
        uint128[5] memory firsts = [uint128(999), 1000, 2000, 3000, 4000];
        for (uint256 i = 0; i < 5; ++i) {
            vm.assertEq(next, firsts[i], "sorted");
            (,,, next) = credits.blockAt(series, next);
        }
        vm.assertEq(next, HEAD);
    }

    function test_another_series_has_its_own_numbers() public {
        _issue(1000, 1000, alice);
        vm.startPrank(registrar);
        uint32 other = credits.registerSeries("VCS-1748-2021");
        credits.issue(reportId, other, 1000, 1000, alice, EVIDENCE, HEAD);
        vm.stopPrank();
    }

    function test_a_hint_must_be_a_block_at_or_below() public {
        _issue(1000, 10, alice);
        _issue(2000, 10, alice);
        uint256[5] memory bad = [uint256(999), 1001, 0, 2000, uint256(1000) | 1 << 128];
        for (uint256 i = 0; i < bad.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(RangeList.HintInvalid.selector, bad[i]));
            vm.prank(registrar);
            credits.issue(reportId, series, 1500, 1, alice, EVIDENCE, bad[i]);
        }
    }

    function test_a_far_or_stale_hint_leads_to_the_same_place() public {
        _issue(1000, 10, alice);
        _issue(2000, 10, alice);
        _issue(3000, 10, alice);
        vm.startPrank(registrar);
        credits.issue(reportId, series, 3500, 10, alice, EVIDENCE, 1000); // far
        credits.issue(reportId, series, 3600, 10, alice, EVIDENCE, 3000); // stale: 3500 came in between
        vm.expectRevert(abi.encodeWithSelector(R.SerialsOverlap.selector, series, 2000, 2001, 2000, 2010));
        credits.issue(reportId, series, 2000, 1, alice, EVIDENCE, 2000); // equal: it is the block itself
        vm.stopPrank();
        (bool exists, uint32 count, uint64 batch, uint256 next) = credits.blockAt(series, 3500);
        vm.assertTrue(exists);
        vm.assertEq(count, 10);
        vm.assertEq(batch, 4);
        vm.assertEq(next, 3600);
    }

    // -------------------------------------------------------------------------------------------------- effect

    function test_an_issue_is_one_live_lot_of_its_recipient() public {
        bytes32 prior = credits.historyHash();
        vm.expectEmit(true, true, true, true, address(credits));
        emit R.Issued(1, reportId, series, 1000, 100, alice, registrar, EVIDENCE, prior);
        uint256 lot = _issue(1000, 100, alice);
        vm.assertEq(lot, 1 << 32);
        _assertTape(lot, alice, 100, 0);
        vm.assertEq(credits.balanceOf(alice), 1);
        Batch memory batch = credits.batchOf(1);
        vm.assertEq(batch.firstSerial, 1000);
        vm.assertEq(batch.count, 100);
        vm.assertEq(batch.series, series);
        vm.assertEq(batch.report, reportId);
        vm.assertEq(batch.registrar, registrar);
        vm.assertEq(_issue(2000, 1, alice), 2 << 32);
    }

    function _overlaps(uint128 first, uint32 count, uint256 existingFirst, uint256 existingEnd) private {
        _refused(
            abi.encodeWithSelector(
                R.SerialsOverlap.selector, series, first, uint256(first) + count, existingFirst, existingEnd
            ),
            series,
            first,
            count,
            alice,
            EVIDENCE
        );
    }

    function _refused(bytes memory why, uint32 s, uint128 first, uint32 count, address to, bytes32 evidence) private {
        vm.expectRevert(why);
        vm.prank(registrar);
        credits.issue(reportId, s, first, count, to, evidence, HEAD);
    }
}
