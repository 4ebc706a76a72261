// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { SumTree } from "../base/SumTree.sol";
import { vm } from "../base/Vm.sol";
import { Slots } from "../base/Slots.sol";
import { World } from "../base/World.sol";

/// @notice The files that Python and JavaScript read too. Here the deployed contract answers, and a tree written down
/// from the specification a second time.
contract VectorsTest is World {
    struct Tranche {
        uint256 chain;
        address registry;
        uint256 lot;
        uint256 number;
        uint256 start;
        uint256 total;
        uint256 leaves;
        bytes32 root;
    }

    function test_the_contract_computes_the_anchors_of_the_vectors() public {
        string memory json = _file("anchor.json");
        uint256 byContract;
        uint256 n;
        for (; vm.keyExistsJson(json, _at(".anchors", n, "")); ++n) {
            Tranche memory t = _tranche(json, n);
            bytes32 expected = vm.parseJsonBytes32(json, _at(".anchors", n, ".anchor"));
            vm.assertEq(_sha(t), expected, "the formula");
            uint256 end = t.start + t.total;
            bool reachable = t.chain <= type(uint64).max && t.number < type(uint32).max
                && end <= uint256(type(uint32).max) * 1_000_000;
            if (!reachable) continue;
            vm.assertEq(_byContract(t), expected, "the contract");
            ++byContract;
        }
        vm.assertGt(n, 9, "vectors");
        vm.assertGt(byContract, 8, "vectors that a chain can hold");
    }

    function test_the_tree_of_the_specification_gives_the_roots_of_the_vectors() public view {
        string memory json = _file("sumtree.json");
        uint256 n;
        for (; vm.keyExistsJson(json, _at(".trees", n, "")); ++n) {
            SumTree.Node memory root = SumTree.root(
                vm.parseJsonUintArray(json, _at(".trees", n, ".grams")),
                vm.parseJsonBytes32Array(json, _at(".trees", n, ".certHashes"))
            );
            vm.assertEq(root.hash, vm.parseJsonBytes32(json, _at(".trees", n, ".root")));
            vm.assertEq(root.grams, vm.parseJsonUint(json, _at(".trees", n, ".total")));
        }
        vm.assertGt(n, 9, "trees");
    }

    function test_the_paths_of_the_vectors_lead_to_their_roots() public view {
        string memory json = _file("sumtree.json");
        uint256 n;
        for (; vm.keyExistsJson(json, _at(".paths", n, "")); ++n) {
            (bool ok, uint256 leftGrams) = _leads(json, _at(".paths", n, ""));
            vm.assertTrue(ok, vm.parseJsonString(json, _at(".paths", n, ".why")));
            vm.assertEq(leftGrams, vm.parseJsonUint(json, _at(".paths", n, ".leftGrams")));
        }
        vm.assertGt(n, 19, "paths");
    }

    function test_the_forged_paths_of_the_vectors_do_not() public view {
        string memory json = _file("sumtree.json");
        uint256 n;
        for (; vm.keyExistsJson(json, _at(".refuse", n, "")); ++n) {
            (bool ok,) = _leads(json, _at(".refuse", n, ""));
            vm.assertFalse(ok, vm.parseJsonString(json, _at(".refuse", n, ".why")));
        }
        vm.assertGt(n, 9, "forgeries");
    }

    function test_the_history_of_the_vectors_folds() public {
        string memory json = _file("history.json");
        vm.chainId(vm.parseUint(vm.parseJsonString(json, ".chainId")));
        bytes32 hash = sha256(abi.encodePacked("history/1", block.chainid, vm.parseJsonAddress(json, ".contract")));
        vm.assertEq(hash, vm.parseJsonBytes32(json, ".genesis"));
        uint256 n;
        for (; vm.keyExistsJson(json, _at(".steps", n, "")); ++n) {
            vm.assertEq(vm.parseJsonBytes32(json, _at(".steps", n, ".prior")), hash, "chained");
            bytes32[] memory topics = vm.parseJsonBytes32Array(json, _at(".steps", n, ".topics"));
            bytes32 digest =
                sha256(bytes.concat(abi.encodePacked(topics), vm.parseJsonBytes(json, _at(".steps", n, ".data"))));
            vm.assertEq(vm.parseJsonBytes32(json, _at(".steps", n, ".digest")), digest);
            hash = sha256(
                abi.encodePacked(
                    hex"03",
                    hash,
                    digest,
                    uint64(vm.parseJsonUint(json, _at(".steps", n, ".blockNumber"))),
                    uint64(vm.parseJsonUint(json, _at(".steps", n, ".blockTimestamp"))),
                    vm.parseJsonBytes32(json, _at(".steps", n, ".parentHash"))
                )
            );
            vm.assertEq(vm.parseJsonBytes32(json, _at(".steps", n, ".folded")), hash);
        }
        vm.assertGt(n, 2, "steps");
    }

    function test_the_ranges_of_the_vectors_overlap_on_chain_exactly_when_they_should() public {
        string memory json = _file("serials.json");
        uint256 tried;
        for (uint256 n = 0; vm.keyExistsJson(json, _at(".ranges", n, "")); ++n) {
            (uint256 aFirst, uint256 aEnd) = _range(json, n, "a");
            (uint256 bFirst, uint256 bEnd) = _range(json, n, "b");
            if (aEnd - aFirst > type(uint32).max || bEnd - bFirst > type(uint32).max) continue; // not one issue
            string memory why = vm.parseJsonString(json, _at(".ranges", n, ".why"));
            vm.startPrank(registrar);
            uint32 fresh = credits.registerSeries(string.concat("S-", vm.toString(n)));
            bool first = _issued(fresh, aFirst, aEnd);
            bool second = _issued(fresh, bFirst, bEnd);
            vm.stopPrank();
            vm.assertTrue(first, why);
            vm.assertTrue(second != vm.parseJsonBool(json, _at(".ranges", n, ".overlaps")), why);
            ++tried;
        }
        vm.assertGt(tried, 4, "ranges");
    }

    // ------------------------------------------------------------------------------------------------ helpers

    function _range(string memory json, uint256 n, string memory which) private pure returns (uint256, uint256) {
        return (
            vm.parseUint(vm.parseJsonString(json, _at(".ranges", n, string.concat(".", which, "First")))),
            vm.parseUint(vm.parseJsonString(json, _at(".ranges", n, string.concat(".", which, "End"))))
        );
    }

    function _issued(uint32 fresh, uint256 first, uint256 end) private returns (bool done) {
        string memory sourceId = vm.toString(uint256(projects.historyHash())); // one that is new
        uint64 project = projects.recordProject(bridged, string.concat("P", _head(sourceId)), EVIDENCE);
        uint64 report = projects.recordExternal(project, 1, 2, type(uint32).max, EVIDENCE, HEAD);
        (done,) = address(credits)
            .call(
                abi.encodeCall(
                    credits.issue, (report, fresh, uint128(first), uint32(end - first), alice, EVIDENCE, HEAD)
                )
            );
    }

    function _head(string memory text) private pure returns (string memory) {
        bytes memory head = new bytes(20);
        for (uint256 i = 0; i < 20; ++i) {
            head[i] = bytes(text)[i];
        }
        return string(head);
    }

    function _leads(string memory json, string memory at) private pure returns (bool, uint256) {
        bytes32[] memory hashes = vm.parseJsonBytes32Array(json, string.concat(at, ".pathHashes"));
        uint256[] memory grams = vm.parseJsonUintArray(json, string.concat(at, ".pathGrams"));
        SumTree.Node[] memory path = new SumTree.Node[](hashes.length);
        for (uint256 i = 0; i < hashes.length; ++i) {
            path[i] = SumTree.Node(hashes[i], grams[i]);
        }
        uint256 index = vm.parseJsonUint(json, string.concat(at, ".index"));
        SumTree.Node memory leaf = SumTree.leaf(
            index,
            vm.parseJsonUint(json, string.concat(at, ".grams")),
            vm.parseJsonBytes32(json, string.concat(at, ".certHash"))
        );
        (bool ok, SumTree.Node memory folded, uint256 leftGrams) =
            SumTree.fold(index, vm.parseJsonUint(json, string.concat(at, ".leafCount")), leaf, path);
        return (
            ok && folded.hash == vm.parseJsonBytes32(json, string.concat(at, ".root"))
                && folded.grams == vm.parseJsonUint(json, string.concat(at, ".total")),
            leftGrams
        );
    }

    /// @dev Put the runtime code at the vector's address on the vector's chain, with a lot that is ready for it.
    function _byContract(Tranche memory t) private returns (bytes32 anchored) {
        uint256 here = block.chainid;
        vm.chainId(t.chain);
        vm.etch(t.registry, address(credits).code);
        uint256 tape = uint256(uint160(alice)) | uint256(type(uint32).max) << 160 | uint256(type(uint32).max) << 192;
        vm.store(t.registry, bytes32(Slots.lot(t.lot)), bytes32(tape));
        vm.store(t.registry, bytes32(Slots.at(Slots.MARKS, t.lot)), bytes32(t.start | t.number << 64));
        vm.prank(alice);
        (bool done, bytes memory result) = t.registry
            .call(
                abi.encodeCall(
                    credits.anchor,
                    (t.lot, uint32(t.number), uint64(t.start), uint64(t.leaves), uint64(t.total), t.root)
                )
            );
        vm.assertTrue(done, "anchored");
        anchored = abi.decode(result, (bytes32));
        vm.assertEq(
            vm.load(t.registry, bytes32(Slots.at(Slots.at(Slots.ANCHORS, t.lot), t.number))), anchored, "stored"
        );
        vm.chainId(here);
    }

    function _sha(Tranche memory t) private pure returns (bytes32) {
        bytes memory place = abi.encodePacked(t.chain, t.registry, t.lot, uint32(t.number));
        bytes memory sums = abi.encodePacked(uint64(t.start), uint64(t.total), uint64(t.leaves));
        return sha256(bytes.concat(hex"02", sha256("tranche/1"), place, sums, t.root));
    }

    function _tranche(string memory json, uint256 n) private pure returns (Tranche memory t) {
        t.chain = vm.parseUint(vm.parseJsonString(json, _at(".anchors", n, ".chainId")));
        t.registry = vm.parseJsonAddress(json, _at(".anchors", n, ".contract"));
        t.lot = vm.parseUint(vm.parseJsonString(json, _at(".anchors", n, ".lot")));
        t.number = vm.parseJsonUint(json, _at(".anchors", n, ".tranche"));
        t.start = vm.parseJsonUint(json, _at(".anchors", n, ".start"));
        t.total = vm.parseJsonUint(json, _at(".anchors", n, ".total"));
        t.leaves = vm.parseJsonUint(json, _at(".anchors", n, ".leafCount"));
        t.root = vm.parseJsonBytes32(json, _at(".anchors", n, ".root"));
    }

    function _file(string memory name) private view returns (string memory) {
        return vm.readFile(string.concat("tests/vectors/", name));
    }

    function _at(string memory list, uint256 n, string memory member) private pure returns (string memory) {
        return string.concat(list, "[", vm.toString(n), "]", member);
    }
}
