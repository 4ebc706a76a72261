// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IDepositToken as D } from "../../../contracts/interfaces/IDepositToken.sol";
import { MarketWorld } from "../base/MarketWorld.sol";
import { vm } from "../base/Vm.sol";

/// @dev Money comes in against a receipt, once, and leaves by its holder's own hand.
contract DepositTokenTest is MarketWorld {
    bytes32 private constant RECEIPT = keccak256("another receipt");

    function test_the_operator_mints_once_for_each_receipt() public {
        vm.assertEq(cny.decimals(), 2);
        vm.startPrank(operator);
        cny.deposit(bob, 3200, RECEIPT);
        vm.assertEq(cny.balanceOf(bob), 3200);
        vm.assertTrue(cny.isUsed(RECEIPT));
        vm.expectRevert(abi.encodeWithSelector(D.ReceiptUsed.selector, RECEIPT));
        cny.deposit(alice, 1, RECEIPT);
        vm.expectRevert(D.ReceiptMissing.selector);
        cny.deposit(alice, 1, 0);
        vm.expectRevert(D.NoUnits.selector);
        cny.deposit(alice, 0, EVIDENCE);
        vm.assertEq(cny.totalSupply(), MONEY + 3200);
    }

    function test_nobody_else_mints() public {
        address[6] memory others = [stranger, alice, registrar, admin, pauser, platform];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.prank(others[i]);
            vm.expectRevert(_unauthorised(others[i], keccak256("OPERATOR_ROLE")));
            cny.deposit(others[i], 1, RECEIPT);
        }
    }

    function test_a_holder_redeems_its_own_and_names_the_order() public {
        vm.startPrank(platform);
        cny.redeem(100, RECEIPT);
        vm.assertEq(cny.totalSupply(), MONEY - 100);
        vm.expectRevert(D.ReceiptMissing.selector);
        cny.redeem(1, 0);
        vm.expectRevert(D.NoUnits.selector);
        cny.redeem(0, RECEIPT);
        vm.expectRevert();
        cny.redeem(MONEY, RECEIPT);
    }
}
