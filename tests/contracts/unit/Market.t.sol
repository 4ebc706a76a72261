// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { ICreditMarket as M } from "../../../contracts/interfaces/ICreditMarket.sol";
import { ICreditRegistry as R } from "../../../contracts/interfaces/ICreditRegistry.sol";
import { IPausable } from "../../../contracts/interfaces/IPausable.sol";
import { Trouble } from "../../../contracts/types/Credits.sol";
import { Listing } from "../../../contracts/types/Market.sol";
import { MarketWorld } from "../base/MarketWorld.sol";
import { CallingToken, RefusingToken, SharingToken, SilentToken } from "../base/Tokens.sol";
import { vm } from "../base/Vm.sol";

/// @dev Follows market.tree.
contract MarketTest is MarketWorld {
    uint256 private constant ANY = type(uint256).max;

    // --------------------------------------------------------------------------------------------------- list

    function test_listing_stops_while_paused_or_closed() public {
        vm.prank(pauser);
        market.pause();
        _listRefused(alice, abi.encodeWithSelector(IPausable.EnforcedPause.selector));
        vm.prank(admin);
        market.unpause();
        _pause();
        _listRefused(alice, abi.encodeWithSelector(IPausable.EnforcedPause.selector));
        vm.prank(admin);
        credits.unpause();
        _close(bob);
        _listRefused(alice, abi.encodeWithSelector(R.RegistryClosed.selector, bob));
    }

    function test_terms_that_cannot_be_met_are_refused() public {
        vm.startPrank(alice);
        vm.expectRevert(M.PriceInvalid.selector);
        market.list(lot, address(cny), 0, address(0), EXPIRY);
        vm.expectRevert(abi.encodeWithSelector(M.TokenInvalid.selector, stranger));
        market.list(lot, stranger, PRICE, address(0), EXPIRY);
        vm.expectRevert(abi.encodeWithSelector(M.ExpiryInvalid.selector, uint32(NOW), NOW));
        market.list(lot, address(cny), PRICE, address(0), uint32(NOW));
    }

    function test_credits_in_trouble_cannot_be_listed() public {
        vm.prank(registrar);
        credits.suspend(uint64(lot >> 32), 999, 1000, EVIDENCE);
        _listRefused(alice, _trouble(0, 1000, Trouble.Suspended));
        vm.prank(registrar);
        credits.invalidate(uint64(lot >> 32), 0, 1, EVIDENCE);
        _listRefused(alice, _trouble(0, 1000, Trouble.Suspended));
    }

    function test_only_an_owner_who_approved_the_market_lists() public {
        address[6] memory others = [stranger, bob, registrar, operator, pauser, admin];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.prank(others[i]);
            credits.setApprovalForAll(address(market), true);
            _listRefused(others[i], abi.encodeWithSignature("TransferFromIncorrectOwner()"));
        }
        vm.prank(alice);
        credits.setApprovalForAll(address(market), false);
        _listRefused(alice, abi.encodeWithSignature("NotOwnerNorApproved()"));
    }

    function test_a_lot_with_retired_credits_or_a_withdrawal_cannot_be_listed() public {
        vm.prank(alice);
        credits.requestWithdrawal(lot);
        _listRefused(alice, abi.encodeWithSelector(R.WithdrawalPending.selector, lot));
        vm.prank(alice);
        credits.cancelWithdrawal(lot);
        _retire(lot, 1);
        _listRefused(alice, abi.encodeWithSelector(R.LotHasRetiredCredits.selector, lot, 1));
    }

    function test_a_listed_lot_is_in_escrow_and_cannot_be_listed_again() public {
        uint64 listing = _list();
        vm.assertEq(listing, 1);
        _assertTape(lot, address(market), 1000, 0);
        Listing memory l = market.listingOf(lot);
        vm.assertEq(l.seller, alice);
        vm.assertEq(l.token, address(cny));
        vm.assertEq(l.unitPrice, PRICE);
        vm.assertEq(l.expiry, EXPIRY);
        vm.assertFalse(l.isBlockTrade);
        _listRefused(alice, abi.encodeWithSignature("TransferFromIncorrectOwner()"));
    }

    // ---------------------------------------------------------------------------------------------------- buy

    function test_a_buyer_gets_the_tail_and_seller_and_exchange_are_owed() public {
        uint64 listing = _list();
        vm.recordLogs();
        uint256 tail = _buy(lot, 40);
        vm.assertEq(tail, lot + 960);
        _assertTape(tail, platform, 40, 0);
        _assertTape(lot, address(market), 960, 0);
        vm.assertEq(market.owed(alice, address(cny)), 40 * 3200);
        vm.assertEq(market.owed(exchange, address(cny)), 40 * 32);
        vm.assertEq(cny.balanceOf(platform), MONEY - 40 * 3232);
        vm.assertEq(cny.balanceOf(address(market)), 40 * 3232);
        vm.assertEq(market.listingOf(lot).number, listing);
    }

    function test_bought_credits_are_retired_for_whom_the_buyer_names() public {
        uint64 listing = _list();
        vm.prank(platform);
        uint256 tail = market.buyAndRetire(lot, listing, 40, PRICE, 1280, bob);
        _assertTape(tail, bob, 40, 40);
        _anchor(tail, 40_000_000); // the claims are bob's
    }

    function test_buying_all_ends_the_listing() public {
        uint64 listing = _list();
        vm.prank(platform);
        market.buyAndRetire(lot, listing, 1000, PRICE, ANY, platform);
        _assertTape(lot, platform, 1000, 1000);
        vm.assertEq(market.listingOf(lot).seller, address(0));
        _buyRefused(platform, listing, 1, abi.encodeWithSelector(M.NotListed.selector, lot));
    }

    function test_a_fee_rounds_down() public {
        vm.prank(admin);
        market.setFee(1, exchange);
        _list();
        _buy(lot, 3); // 96.00 CNY, of which a hundredth of a percent is less than a fen
        vm.assertEq(market.owed(exchange, address(cny)), 0);
    }

    function test_a_buyer_is_bound_to_nothing_it_did_not_see() public {
        uint64 listing = _list();
        vm.startPrank(platform);
        vm.expectRevert(abi.encodeWithSelector(M.PriceAbove.selector, listing, PRICE, PRICE - 1));
        market.buy(lot, listing, 1, PRICE - 1, ANY, platform);
        vm.expectRevert(abi.encodeWithSelector(M.FeeAbove.selector, listing, 1280, 1279));
        market.buy(lot, listing, 40, PRICE, 1279, platform);
        vm.stopPrank();
        vm.prank(alice);
        market.cancel(lot);
        uint64 again = _list();
        _buyRefused(platform, listing, 1, abi.encodeWithSelector(M.UnexpectedListing.selector, lot, listing, again));
    }

    function test_what_cannot_be_bought_is_refused() public {
        uint64 listing = _list();
        _buyRefused(platform, listing, 0, abi.encodeWithSelector(M.CountInvalid.selector, 0, 1, 1000));
        _buyRefused(platform, listing, 1001, abi.encodeWithSelector(M.CountInvalid.selector, 1001, 1, 1000));
        vm.startPrank(platform);
        vm.expectRevert(abi.encodeWithSelector(M.RecipientInvalid.selector, address(market)));
        market.buy(lot, listing, 1, PRICE, ANY, address(market));
        vm.expectRevert(abi.encodeWithSelector(R.RecipientInvalid.selector, address(0)));
        market.buy(lot, listing, 1, PRICE, ANY, address(0));
        vm.stopPrank();
        vm.prank(pauser);
        market.pause();
        _buyRefused(platform, listing, 1, abi.encodeWithSelector(IPausable.EnforcedPause.selector));
        vm.prank(admin);
        market.unpause();
        vm.warp(EXPIRY);
        _buyRefused(platform, listing, 1, abi.encodeWithSelector(M.ListingExpired.selector, listing, EXPIRY));
    }

    function test_a_block_trade_is_for_one_and_whole() public {
        uint64 listing = _list(lot, platform);
        vm.assertEq(market.buyerOf(listing), platform);
        _buyRefused(bob, listing, 1000, abi.encodeWithSelector(M.NotTheNamedBuyer.selector, listing, bob));
        _buyRefused(platform, listing, 999, abi.encodeWithSelector(M.CountInvalid.selector, 999, 1000, 1000));
        _buy(lot, 1000);
        _assertTape(lot, platform, 1000, 0);
    }

    function test_credits_in_trouble_cannot_be_bought_and_the_others_can() public {
        uint64 listing = _list();
        vm.prank(registrar);
        credits.suspend(uint64(lot >> 32), 0, 900, EVIDENCE);
        _buyRefused(platform, listing, 101, _trouble(899, 1000, Trouble.Suspended));
        _buy(lot, 100);
        _buyRefused(platform, listing, 1, _trouble(899, 900, Trouble.Suspended));
        vm.prank(registrar);
        credits.invalidate(uint64(lot >> 32), 0, 900, EVIDENCE);
        _buyRefused(platform, listing, 1, _trouble(899, 900, Trouble.Invalidated));
    }

    function test_a_buyer_without_money_or_approval_gets_nothing() public {
        uint64 listing = _list();
        vm.prank(bob);
        vm.expectRevert();
        market.buy(lot, listing, 1, PRICE, ANY, bob);
        vm.prank(platform);
        cny.approve(address(market), 3231);
        vm.prank(platform);
        vm.expectRevert();
        market.buy(lot, listing, 1, PRICE, ANY, platform);
        _assertTape(lot, address(market), 1000, 0);
        vm.assertEq(market.owed(alice, address(cny)), 0);
    }

    // ------------------------------------------------------------------------------------------ hostile tokens

    function test_a_token_without_return_values_is_good_money() public {
        SilentToken token = new SilentToken();
        uint64 listing = _listIn(token);
        vm.prank(platform);
        market.buy(lot, listing, 40, PRICE, ANY, platform);
        vm.prank(alice);
        vm.assertEq(market.collect(address(token), bob), 40 * 3200);
        vm.assertEq(token.balanceOf(bob), 40 * 3200);
    }

    function test_a_token_that_takes_a_share_is_refused() public {
        SharingToken token = new SharingToken();
        uint64 listing = _listIn(token);
        uint256 asked = 40 * 3232;
        _buyRefused(
            platform,
            listing,
            40,
            abi.encodeWithSelector(M.PaymentDiffers.selector, address(token), asked, asked - asked / 100)
        );
    }

    function test_a_token_that_says_no_buys_nothing() public {
        RefusingToken token = new RefusingToken();
        uint64 listing = _listIn(token);
        _buyRefused(platform, listing, 1, abi.encodeWithSignature("SafeERC20FailedOperation(address)", address(token)));
    }

    function test_a_token_that_calls_back_changes_nothing() public {
        CallingToken token = new CallingToken();
        uint64 listing = _listIn(token);
        uint256 other = _issue(9000, 10, address(token));
        bytes[] memory calls = new bytes[](6);
        calls[0] = abi.encodeCall(M.buy, (lot, listing, 1, ANY, ANY, platform));
        calls[1] = abi.encodeCall(M.buyAndRetire, (lot, listing, 1, ANY, ANY, platform));
        calls[2] = abi.encodeCall(M.cancel, (lot));
        calls[3] = abi.encodeCall(M.collect, (address(cny), address(token)));
        calls[4] = abi.encodeCall(M.list, (other, address(cny), PRICE, address(0), EXPIRY));
        calls[5] = abi.encodeCall(M.withdrawUnsold, (lot));
        token.plan(address(market), calls);
        vm.prank(platform);
        market.buy(lot, listing, 40, PRICE, ANY, platform);
        vm.prank(alice);
        market.collect(address(token), alice);
        vm.assertEq(token.tried(), 12);
        vm.assertEq(token.succeeded(), 0);
        _assertTape(lot, address(market), 960, 0);
    }

    // ------------------------------------------------------------------------------------------------- cancel

    function test_a_seller_takes_back_what_is_unsold() public {
        _list();
        _buy(lot, 40);
        vm.prank(bob);
        vm.expectRevert(abi.encodeWithSelector(M.NotTheSeller.selector, lot, bob));
        market.cancel(lot);
        vm.prank(alice);
        market.cancel(lot);
        _assertTape(lot, alice, 960, 0);
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(M.NotListed.selector, lot));
        market.cancel(lot);
    }

    function test_anybody_sends_back_what_expired() public {
        _list();
        vm.warp(EXPIRY);
        vm.prank(stranger);
        market.cancel(lot);
        _assertTape(lot, alice, 1000, 0);
    }

    function test_neither_pause_nor_standing_keeps_a_lot() public {
        _list();
        vm.prank(pauser);
        market.pause();
        vm.prank(registrar);
        credits.suspend(uint64(lot >> 32), 0, 1000, EVIDENCE);
        vm.prank(alice);
        market.cancel(lot);
        _assertTape(lot, alice, 1000, 0);
    }

    function test_a_lot_taken_out_by_force_only_ends_its_listing() public {
        _list();
        vm.prank(registrar);
        credits.forceWithdraw(lot, EVIDENCE);
        vm.prank(alice);
        market.cancel(lot);
        vm.assertEq(market.listingOf(lot).seller, address(0));
        vm.assertTrue(credits.lotOf(lot).withdrawn);
    }

    function test_what_is_unsold_leaves_a_closed_registry() public {
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(M.NotListed.selector, lot));
        market.withdrawUnsold(lot);
        _list();
        vm.prank(alice);
        vm.expectRevert(M.RegistryOpen.selector);
        market.withdrawUnsold(lot);
        _close(bob);
        vm.prank(bob);
        vm.expectRevert(abi.encodeWithSelector(M.NotTheSeller.selector, lot, bob));
        market.withdrawUnsold(lot);
        vm.prank(alice);
        market.withdrawUnsold(lot);
        vm.prank(operator);
        credits.confirmWithdrawal(lot, EVIDENCE);
        vm.assertTrue(credits.lotOf(lot).withdrawn);
    }

    // ------------------------------------------------------------------------------------------------ collect

    function test_everyone_collects_what_is_owed_once_paused_or_not() public {
        _list();
        _buy(lot, 40);
        vm.prank(pauser);
        market.pause();
        vm.startPrank(alice);
        vm.expectRevert(abi.encodeWithSelector(M.RecipientInvalid.selector, address(0)));
        market.collect(address(cny), address(0));
        vm.expectRevert(abi.encodeWithSelector(M.RecipientInvalid.selector, address(market)));
        market.collect(address(cny), address(market));
        vm.assertEq(market.collect(address(cny), alice), 40 * 3200);
        vm.expectRevert(abi.encodeWithSelector(M.NothingToCollect.selector, alice, address(cny)));
        market.collect(address(cny), alice);
        vm.stopPrank();
        vm.prank(exchange);
        market.collect(address(cny), exchange);
        vm.assertEq(cny.balanceOf(address(market)), 0);
        vm.assertEq(cny.balanceOf(alice) + cny.balanceOf(exchange) + cny.balanceOf(platform), MONEY);
    }

    // ------------------------------------------------------------------------------------------ administrator

    function test_only_the_administrator_sets_a_fee_and_none_above_five_percent() public {
        address[6] memory others = [stranger, alice, registrar, operator, pauser, exchange];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.prank(others[i]);
            vm.expectRevert(_unauthorised(others[i], bytes32(0)));
            market.setFee(0, others[i]);
        }
        vm.startPrank(admin);
        vm.expectRevert(abi.encodeWithSelector(M.FeeInvalid.selector, 501, 500));
        market.setFee(501, exchange);
        vm.expectRevert(abi.encodeWithSelector(M.RecipientInvalid.selector, address(0)));
        market.setFee(500, address(0));
        market.setFee(500, bob);
        (uint16 basisPoints, address recipient) = market.fee();
        vm.assertEq(basisPoints, 500);
        vm.assertEq(recipient, bob);
    }

    function test_a_stray_lot_goes_back_and_a_listed_one_does_not() public {
        uint256 stray = _issue(9000, 10, alice);
        vm.prank(alice);
        credits.transferFrom(alice, address(market), stray);
        uint64 listing = _list();
        vm.prank(registrar);
        vm.expectRevert(_unauthorised(registrar, bytes32(0)));
        market.returnStray(stray, alice);
        vm.startPrank(admin);
        vm.expectRevert(abi.encodeWithSelector(M.AlreadyListed.selector, lot, listing));
        market.returnStray(lot, admin);
        market.returnStray(stray, alice);
        _assertTape(stray, alice, 10, 0);
    }

    // ------------------------------------------------------------------------------------------------ helpers

    function _listIn(SilentToken token) private returns (uint64) {
        token.mint(platform, 1_000_000_00);
        vm.prank(platform);
        token.approve(address(market), ANY);
        vm.prank(alice);
        return market.list(lot, address(token), PRICE, address(0), EXPIRY);
    }

    function _listRefused(address by, bytes memory why) private {
        vm.prank(by);
        vm.expectRevert(why);
        market.list(lot, address(cny), PRICE, address(0), EXPIRY);
    }

    function _buyRefused(address by, uint64 listing, uint32 count, bytes memory why) private {
        vm.prank(by);
        vm.expectRevert(why);
        market.buy(lot, listing, count, PRICE, ANY, by);
        vm.prank(by);
        vm.expectRevert(why);
        market.buyAndRetire(lot, listing, count, PRICE, ANY, by);
    }

    function _trouble(uint32 first, uint32 end, Trouble trouble) private view returns (bytes memory) {
        return abi.encodeWithSelector(M.NotInGoodStanding.selector, uint64(lot >> 32), first, end, trouble);
    }
}
