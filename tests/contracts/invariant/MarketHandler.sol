// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { ICreditMarket as M } from "../../../contracts/interfaces/ICreditMarket.sol";
import { Lot } from "../../../contracts/types/Credits.sol";
import { Listing } from "../../../contracts/types/Market.sol";
import { Fold } from "../base/Fold.sol";
import { MarketWorld } from "../base/MarketWorld.sol";
import { CallingToken, SharingToken, SilentToken } from "../base/Tokens.sol";
import { Vm, vm } from "../base/Vm.sol";

/// @notice Drives the market with mostly sensible calls, in four tokens of which three are odd: one returns nothing, one
/// takes a share, one calls back into the market while it is transferred.
contract MarketHandler is MarketWorld {
    uint256 private constant MINTED = 1_000_000_00;

    bytes32 public history;
    uint256 public useful;
    uint256 public refused;
    mapping(bytes4 => uint256) public done;

    address[4] private tokens;
    address[5] private people;
    uint256[] private lots;
    CallingToken private caller;

    function setUp() public override {
        vm.recordLogs();
        super.setUp();
        people = [alice, bob, platform, stranger, exchange];
        caller = new CallingToken();
        tokens = [address(cny), address(new SilentToken()), address(new SharingToken()), address(caller)];
        for (uint256 i = 0; i < people.length; ++i) {
            for (uint256 t = 1; t < tokens.length; ++t) {
                SilentToken(tokens[t]).mint(people[i], MINTED);
                vm.prank(people[i]);
                SilentToken(tokens[t]).approve(address(market), type(uint256).max);
            }
            vm.startPrank(people[i]);
            cny.approve(address(market), type(uint256).max);
            credits.setApprovalForAll(address(market), true);
            vm.stopPrank();
            vm.prank(operator);
            cny.deposit(people[i], MINTED, keccak256(abi.encode("receipt", i)));
        }
        lots.push(lot);
        for (uint128 i = 0; i < 6; ++i) {
            lots.push(_issue(10_000 + 100 * i, 20, people[i % 4]));
        }
        history = Fold.genesis(address(market));
        _fold();
    }

    function calls() external pure returns (bytes4[] memory selectors) {
        selectors = new bytes4[](10);
        selectors[0] = this.list.selector;
        selectors[1] = this.buy.selector;
        selectors[2] = this.buy.selector; // twice as often
        selectors[3] = this.cancel.selector;
        selectors[4] = this.collect.selector;
        selectors[5] = this.setFee.selector;
        selectors[6] = this.standing.selector;
        selectors[7] = this.pause.selector;
        selectors[8] = this.later.selector;
        selectors[9] = this.force.selector;
    }

    // -------------------------------------------------------------------------------------------------- calls

    function list(uint256 which, uint256 token, uint256 price, uint256 buyer, uint256 by) external {
        uint256 id = _choose(which, false);
        address owner = credits.lotOf(id).owner;
        address named = buyer % 4 == 0 ? people[(buyer >> 8) % people.length] : address(0);
        _plan(id, buyer);
        _try(
            by % 9 == 0 ? people[(by >> 8) % people.length] : owner,
            abi.encodeCall(
                M.list,
                (
                    id,
                    tokens[token % tokens.length],
                    uint88(price % 1000),
                    named,
                    uint32(block.timestamp + by % 50 * 1 days)
                )
            )
        );
    }

    function buy(uint256 which, uint256 count, uint256 to, bool retireThem, uint256 by) external {
        uint256 id = _choose(which, true);
        Listing memory l = market.listingOf(id);
        uint32 left = credits.lotOf(id).count;
        uint32 n = l.isBlockTrade && by % 5 != 0 ? left : uint32(count % (uint256(left) + 2));
        address named = market.buyerOf(l.number);
        address buyer = l.isBlockTrade && by % 7 != 0 ? named : people[by % people.length];
        address owner = people[to % people.length];
        _plan(id, by);
        bytes memory call = retireThem
            ? abi.encodeCall(M.buyAndRetire, (id, l.number, n, l.unitPrice, type(uint256).max, owner))
            : abi.encodeCall(M.buy, (id, l.number, n, l.unitPrice, type(uint256).max, owner));
        if (!_try(buyer, call)) return;
        uint256 bought = id + left - n;
        if (bought != id) lots.push(bought);
        Lot memory b = credits.lotOf(bought);
        vm.assertEq(b.owner, owner, "who bought owns");
        vm.assertEq(b.count, n, "what was bought");
        vm.assertEq(b.retired, retireThem ? n : 0, "retired if asked");
    }

    function cancel(uint256 which, uint256 by) external {
        uint256 id = _choose(which, true);
        address seller = market.listingOf(id).seller;
        bool own = by % 4 != 0;
        if (!_try(own ? seller : people[by % people.length], abi.encodeCall(M.cancel, (id)))) return;
        Lot memory back = credits.lotOf(id);
        vm.assertTrue(back.owner == seller || back.withdrawn, "what is unsold is back");
    }

    function collect(uint256 token, uint256 by) external {
        address who = people[by % people.length];
        address t = tokens[token % tokens.length];
        uint256 units = market.owed(who, t);
        _plan(lots[by % lots.length], by);
        if (!_try(who, abi.encodeCall(M.collect, (t, who)))) return;
        vm.assertGt(units, 0, "nothing was owed");
        vm.assertEq(market.owed(who, t), 0, "all is paid out");
    }

    function setFee(uint256 basisPoints) external {
        _try(admin, abi.encodeCall(M.setFee, (uint16(basisPoints % 600), exchange)));
    }

    /// @dev Trouble comes and goes with credits of three lots.
    function standing(uint256 which, uint256 first, uint256 kind) external {
        uint64 batch = uint64(lots[4 + which % 3] >> 32);
        uint32 from = uint32(first % 20);
        bytes memory call = kind % 8 == 0
            ? abi.encodeCall(credits.invalidate, (batch, from, from + 1, EVIDENCE))
            : kind % 2 == 0
                ? abi.encodeCall(credits.suspend, (batch, from, from + 2, EVIDENCE))
                : abi.encodeCall(credits.reinstate, (batch, from, from + 2, EVIDENCE));
        vm.prank(registrar);
        (bool ok,) = address(credits).call(call);
        if (ok) ++done[this.standing.selector];
    }

    function pause(uint256 dice) external {
        if (market.paused()) {
            vm.prank(admin);
            market.unpause();
        } else if (dice % 8 == 0) {
            vm.prank(pauser);
            market.pause();
        }
        _fold();
    }

    function later(uint256 days_) external {
        vm.warp(block.timestamp + days_ % 3 * 1 days);
    }

    function force(uint256 which, uint256 dice) external {
        if (dice % 20 != 0) return;
        vm.prank(registrar);
        (bool ok,) = address(credits).call(abi.encodeCall(credits.forceWithdraw, (lots[which % lots.length], EVIDENCE)));
        if (ok) ++done[this.force.selector];
    }

    // ------------------------------------------------------------------------------------------------- checks

    /// @notice What the market holds of a token is what it owes, and no fen is made or lost. A token that takes a share
    /// buys only what is too small for a share; what it takes when it is paid out, it takes of its own holders.
    function assertMoney() public view {
        for (uint256 t = 0; t < tokens.length; ++t) {
            SilentToken token = SilentToken(tokens[t]);
            uint256 owed = 0;
            uint256 held = token.balanceOf(address(market));
            uint256 all = held;
            for (uint256 i = 0; i < people.length; ++i) {
                owed += market.owed(people[i], tokens[t]);
                all += token.balanceOf(people[i]);
            }
            vm.assertEq(held, owed, "held is owed");
            uint256 minted = people.length * MINTED + (t == 0 ? MONEY : 0);
            if (t == 2) vm.assertLe(all, minted, "no fen is made");
            else vm.assertEq(all, minted, "no fen is made or lost");
        }
    }

    /// @notice A lot is in escrow exactly while it is listed; one that was taken out by force waits for nothing.
    function assertEscrow() public view {
        for (uint256 i = 0; i < lots.length; ++i) {
            Lot memory l = credits.lotOf(lots[i]);
            bool listed = market.listingOf(lots[i]).seller != address(0);
            if (listed) vm.assertEq(l.owner, address(market), "a listed lot is in escrow");
            else vm.assertTrue(l.owner != address(market) || l.withdrawn, "a lot is stuck");
        }
    }

    function assertHistory() public view {
        vm.assertEq(market.historyHash(), history, "history");
    }

    /// @notice Everything can leave: every lot goes back, every unit is paid out, though the market is paused.
    function assertNothingIsStuck() public {
        caller.plan(address(market), new bytes[](0));
        if (!market.paused()) {
            vm.prank(pauser);
            market.pause();
        }
        for (uint256 i = 0; i < lots.length; ++i) {
            address seller = market.listingOf(lots[i]).seller;
            if (seller == address(0)) continue;
            vm.prank(seller);
            market.cancel(lots[i]);
        }
        for (uint256 i = 0; i < people.length; ++i) {
            for (uint256 t = 0; t < tokens.length; ++t) {
                if (market.owed(people[i], tokens[t]) == 0) continue;
                vm.prank(people[i]);
                market.collect(tokens[t], people[i]);
            }
        }
        for (uint256 t = 0; t < tokens.length; ++t) {
            vm.assertEq(SilentToken(tokens[t]).balanceOf(address(market)), 0, "money is stuck");
        }
        for (uint256 i = 0; i < lots.length; ++i) {
            Lot memory l = credits.lotOf(lots[i]);
            vm.assertTrue(l.owner != address(market) || l.withdrawn, "a lot is stuck");
        }
    }

    // ------------------------------------------------------------------------------------------------ helpers

    /// @dev A lot that is listed, or is not, if there is one.
    function _choose(uint256 which, bool listed) private view returns (uint256) {
        for (uint256 i = 0; i < lots.length; ++i) {
            uint256 id = lots[(which % lots.length + i) % lots.length];
            if ((market.listingOf(id).seller != address(0)) == listed) return id;
        }
        return lots[which % lots.length];
    }

    /// @dev What the token that calls back will try: the lot in question, and another.
    function _plan(uint256 id, uint256 dice) private {
        bytes[] memory attempts = new bytes[](3);
        uint256 other = lots[dice % lots.length];
        attempts[0] = abi.encodeCall(M.cancel, (id));
        attempts[1] = abi.encodeCall(M.buy, (other, market.listingOf(other).number, 1, 999, 999, stranger));
        attempts[2] = abi.encodeCall(M.collect, (tokens[dice % 4], stranger));
        caller.plan(address(market), attempts);
    }

    function _try(address by, bytes memory call) private returns (bool ok) {
        vm.prank(by);
        (ok,) = address(market).call(call);
        if (ok) {
            ++useful;
            ++done[bytes4(call)];
        } else {
            ++refused;
            vm.getRecordedLogs(); // what was undone
        }
        vm.assertEq(caller.succeeded(), 0, "a token called back in");
        _fold();
    }

    function _fold() private {
        (history,) = Fold.extend(history, vm.getRecordedLogs(), address(market));
    }
}
