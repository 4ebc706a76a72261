// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { CreditRegistry } from "../../../contracts/CreditRegistry.sol";
import { ProjectRegistry } from "../../../contracts/ProjectRegistry.sol";
import { Accreditation } from "../../../contracts/types/Projects.sol";
import { Lot, Marks } from "../../../contracts/types/Credits.sol";
import { vm } from "./Vm.sol";

/// @dev Both registries, one account per role, one native project with a verified report and one bridged project.
/// Hashes and addresses are full-entropy, blocks are far from zero: like a chain that has lived.
abstract contract World {
    bool public constant IS_TEST = true;
    uint256 internal constant HEAD = type(uint256).max;
    uint256 internal constant NOW = 1_790_000_000;

    address internal admin = _account("admin");
    address internal registrar = _account("registrar");
    address internal operator = _account("operator");
    address internal pauser = _account("pauser");
    address internal proponent = _account("proponent");
    address internal validator = _account("validator");
    address internal verifier = _account("verifier");
    address internal alice = _account("alice");
    address internal bob = _account("bob");
    address internal stranger = _account("stranger");

    bytes32 internal constant EVIDENCE = keccak256("evidence");

    ProjectRegistry internal projects;
    CreditRegistry internal credits;

    uint32 internal native; // programme
    uint32 internal bridged; // programme
    uint32 internal proponents; // organisations
    uint32 internal validators;
    uint32 internal verifiers;
    uint64 internal nativeProject;
    uint64 internal nativeReport;
    uint64 internal bridgedProject;
    uint64 internal reportId; // of the bridged project, with more tonnes than any test issues
    uint32 internal series;

    function setUp() public virtual {
        vm.roll(20_000_000);
        vm.warp(NOW);
        _deploy();
        _populate();
    }

    function _deploy() internal {
        projects = new ProjectRegistry(admin, 2 days);
        credits = new CreditRegistry(projects, admin, 2 days);
        vm.startPrank(admin);
        projects.grantRole(projects.REGISTRAR_ROLE(), registrar);
        projects.grantRole(projects.PAUSER_ROLE(), pauser);
        credits.grantRole(credits.REGISTRAR_ROLE(), registrar);
        credits.grantRole(credits.OPERATOR_ROLE(), operator);
        credits.grantRole(credits.PAUSER_ROLE(), pauser);
        vm.stopPrank();
    }

    function _populate() internal {
        vm.startPrank(registrar);
        native = projects.addProgramme("CCER-2023", false, EVIDENCE);
        bridged = projects.addProgramme("VCS", true, EVIDENCE);
        proponents = projects.addOrganisation(keccak256("proponent"));
        validators = projects.addOrganisation(keccak256("validator"));
        verifiers = projects.addOrganisation(keccak256("verifier"));
        projects.setMember(proponent, proponents);
        projects.setMember(validator, validators);
        projects.setMember(verifier, verifiers);
        projects.accredit(
            validators, Accreditation.Validation, uint64(NOW - 365 days), uint64(NOW + 365 days), EVIDENCE
        );
        projects.accredit(
            verifiers, Accreditation.Verification, uint64(NOW - 365 days), uint64(NOW + 365 days), EVIDENCE
        );
        bridgedProject = projects.recordProject(bridged, "1748", EVIDENCE);
        reportId = projects.recordExternal(bridgedProject, 18_262, 18_628, type(uint32).max, EVIDENCE, HEAD);
        series = credits.registerSeries("VCS-1748-2020");
        vm.stopPrank();

        nativeProject = _registered("CN-2024-0001");
        nativeReport = _verified(nativeProject, 19_000, 19_365, 5000);
    }

    // ------------------------------------------------------------------------------------------------ helpers

    function _registered(string memory sourceId) internal returns (uint64 project) {
        vm.prank(proponent);
        project = projects.propose(native, sourceId, EVIDENCE);
        vm.prank(validator);
        projects.validate(project, EVIDENCE);
        vm.prank(registrar);
        projects.register(project, EVIDENCE);
    }

    function _filed(uint64 project, uint32 fromDay, uint32 endDay, uint32 tonnes) internal returns (uint64 filed) {
        vm.prank(proponent);
        filed = projects.report(project, fromDay, endDay, tonnes, EVIDENCE);
    }

    function _verified(uint64 project, uint32 fromDay, uint32 endDay, uint32 tonnes) internal returns (uint64 filed) {
        filed = _filed(project, fromDay, endDay, tonnes);
        vm.prank(verifier);
        projects.verify(filed, tonnes, EVIDENCE, HEAD);
    }

    function _issue(uint128 firstSerial, uint32 count, address to) internal returns (uint256 lot) {
        vm.prank(registrar);
        return credits.issue(reportId, series, firstSerial, count, to, EVIDENCE, HEAD);
    }

    function _retire(uint256 lot, uint32 count) internal {
        Lot memory l = credits.lotOf(lot);
        vm.prank(l.owner);
        credits.retire(lot, uint32(lot) + l.retired, count);
    }

    function _anchor(uint256 lot, uint64 total) internal returns (bytes32) {
        Lot memory l = credits.lotOf(lot);
        Marks memory m = credits.marksOf(lot);
        vm.prank(l.owner);
        return credits.anchor(lot, m.tranches, m.claimedGrams, 1, total, keccak256("root"));
    }

    function _pause() internal {
        vm.prank(pauser);
        credits.pause();
    }

    function _close(address successor) internal {
        vm.prank(admin);
        credits.close(successor);
    }

    function _account(string memory name) internal pure returns (address) {
        return address(uint160(uint256(keccak256(bytes(name)))));
    }

    function _lot(uint64 batch, uint32 index) internal pure returns (uint256) {
        return uint256(batch) << 32 | index;
    }

    function _unauthorised(address account, bytes32 role) internal pure returns (bytes memory) {
        return abi.encodeWithSignature("AccessControlUnauthorizedAccount(address,bytes32)", account, role);
    }

    // What an owner has and how far it is used, in one line.
    function _assertTape(uint256 lot, address owner, uint32 count, uint32 retired) internal view {
        Lot memory l = credits.lotOf(lot);
        vm.assertEq(l.owner, owner, "owner");
        vm.assertEq(l.count, count, "count");
        vm.assertEq(l.retired, retired, "retired");
    }
}
