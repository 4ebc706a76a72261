// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { Base64 } from "solady/utils/Base64.sol";
import { ICreditRegistry as R } from "../../../contracts/interfaces/ICreditRegistry.sol";
import { Lot } from "../../../contracts/types/Credits.sol";
import { vm } from "../base/Vm.sol";
import { World } from "../base/World.sol";

contract ReadTest is World {
    bytes private constant PREFIX = "data:application/json;base64,";

    function test_the_uri_of_a_lot_is_json_that_names_its_serials() public {
        uint256 lot = _issue(1000, 100, alice);
        vm.prank(alice);
        uint256 tail = credits.split(lot, 40);
        _retire(tail, 7);
        string memory json = _json(tail);
        vm.assertEq(vm.parseJsonString(json, ".name"), "VCS-1748-2020 1040-1099");
        _assertAttribute(json, 0, "lot", vm.toString(tail));
        _assertAttribute(json, 1, "credits", "60");
        _assertAttribute(json, 2, "retired", "7");
        _assertAttribute(json, 3, "withdrawn", "0");
        vm.prank(registrar);
        credits.forceWithdraw(lot, EVIDENCE);
        _assertAttribute(_json(lot), 3, "withdrawn", "1");
        vm.assertEq(vm.parseJsonString(_json(lot), ".name"), "VCS-1748-2020 1000-1039");
    }

    function test_the_uri_holds_serials_of_128_bits() public {
        uint256 lot = _issue(type(uint128).max - 10, 11, alice);
        vm.assertEq(
            vm.parseJsonString(_json(lot), ".name"),
            "VCS-1748-2020 340282366920938463463374607431768211445-340282366920938463463374607431768211455"
        );
    }

    function test_an_unknown_lot_has_no_uri_and_reads_as_nothing() public {
        vm.expectRevert(abi.encodeWithSelector(R.LotUnknown.selector, 77));
        credits.tokenURI(77);
        Lot memory l = credits.lotOf(77);
        vm.assertEq(l.owner, address(0));
        vm.assertEq(l.count, 0);
    }

    function test_the_registries_say_which_interfaces_they_have() public view {
        bytes4[5] memory have =
            [bytes4(0x01ffc9a7), bytes4(0x80ac58cd), bytes4(0x5b5e139f), bytes4(0x7965db0b), bytes4(0x31498786)];
        for (uint256 i = 0; i < have.length; ++i) {
            vm.assertTrue(credits.supportsInterface(have[i]));
        }
        vm.assertFalse(credits.supportsInterface(0xffffffff));
        vm.assertFalse(credits.supportsInterface(0x12345678));
        vm.assertTrue(projects.supportsInterface(0x7965db0b));
        vm.assertFalse(projects.supportsInterface(0x80ac58cd));
    }

    function test_the_token_has_a_name_and_the_registry_its_projects() public view {
        vm.assertEq(credits.name(), "Carbon credit lot");
        vm.assertEq(credits.symbol(), "LOT");
        vm.assertEq(address(credits.projects()), address(projects));
    }

    function _json(uint256 lot) private view returns (string memory) {
        bytes memory uri = bytes(credits.tokenURI(lot));
        bytes memory rest = new bytes(uri.length - PREFIX.length);
        for (uint256 i = 0; i < uri.length; ++i) {
            if (i < PREFIX.length) vm.assertEq(uint8(uri[i]), uint8(PREFIX[i]), "prefix");
            else rest[i - PREFIX.length] = uri[i];
        }
        return string(Base64.decode(string(rest)));
    }

    function _assertAttribute(string memory json, uint256 i, string memory trait, string memory value) private pure {
        string memory at = string.concat(".attributes[", vm.toString(i), "]");
        vm.assertEq(vm.parseJsonString(json, string.concat(at, ".trait_type")), trait);
        vm.assertEq(vm.parseJsonString(json, string.concat(at, ".value")), value);
    }
}
