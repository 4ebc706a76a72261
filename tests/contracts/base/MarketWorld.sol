// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { CreditMarket } from "../../../contracts/CreditMarket.sol";
import { DepositToken } from "../../../contracts/DepositToken.sol";
import { vm } from "./Vm.sol";
import { World } from "./World.sol";

/// @dev A market beside both registries, money in CNY, a seller with a lot and a buyer with a deposit.
abstract contract MarketWorld is World {
    uint88 internal constant PRICE = 3200; // 32.00 CNY
    uint32 internal constant EXPIRY = uint32(NOW + 30 days);
    uint256 internal constant MONEY = 1_000_000_00;

    address internal exchange = _account("exchange");
    address internal platform = _account("platform");

    CreditMarket internal market;
    DepositToken internal cny;
    uint256 internal lot; // of alice, 1,000 credits

    function setUp() public virtual override {
        super.setUp();
        market = new CreditMarket(credits, admin, 2 days);
        cny = new DepositToken("Deposit in CNY", "CNY", 2, admin, 2 days);
        vm.startPrank(admin);
        market.grantRole(market.PAUSER_ROLE(), pauser);
        market.setFee(100, exchange);
        cny.grantRole(cny.OPERATOR_ROLE(), operator);
        vm.stopPrank();
        vm.prank(operator);
        cny.deposit(platform, MONEY, keccak256("bank receipt"));
        lot = _issue(1000, 1000, alice);
        vm.prank(platform);
        cny.approve(address(market), type(uint256).max);
        vm.prank(alice);
        credits.setApprovalForAll(address(market), true);
    }

    function _list(uint256 lot_, address buyer) internal returns (uint64 listing) {
        address seller = credits.ownerOf(lot_);
        vm.prank(seller);
        return market.list(lot_, address(cny), PRICE, buyer, EXPIRY);
    }

    function _list() internal returns (uint64 listing) {
        return _list(lot, address(0));
    }

    function _buy(uint256 lot_, uint32 count) internal returns (uint256 tail) {
        uint64 listing = market.listingOf(lot_).number;
        vm.prank(platform);
        return market.buy(lot_, listing, count, PRICE, type(uint256).max, platform);
    }
}
