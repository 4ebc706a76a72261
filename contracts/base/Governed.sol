// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IAccessControl } from "@openzeppelin/contracts/access/IAccessControl.sol";
import {
    AccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import { IPausable } from "../interfaces/IPausable.sol";
import { History } from "./History.sol";

/// @dev Roles and the pause, folded into the history like everything else.
abstract contract Governed is History, AccessControlDefaultAdminRules, IPausable {
    /// @notice Attests projects and reports to the chain, issues, suspends, invalidates.
    bytes32 public constant REGISTRAR_ROLE = keccak256("REGISTRAR_ROLE");
    /// @notice Confirms withdrawals and cancellations in the source registry.
    bytes32 public constant OPERATOR_ROLE = keccak256("OPERATOR_ROLE");
    /// @notice Can stop new business, and nothing else.
    bytes32 public constant PAUSER_ROLE = keccak256("PAUSER_ROLE");

    bool private _paused;

    modifier whenNotPaused() {
        _requireNotPaused();
        _;
    }

    /// @inheritdoc IPausable
    function pause() external onlyRole(PAUSER_ROLE) whenNotPaused {
        _paused = true;
        bytes32 prior = historyHash();
        emit Paused(msg.sender, prior);
        _fold(prior, abi.encode(Paused.selector, msg.sender, prior));
    }

    /// @inheritdoc IPausable
    function unpause() external onlyRole(DEFAULT_ADMIN_ROLE) {
        if (!_paused) revert ExpectedPause();
        _paused = false;
        bytes32 prior = historyHash();
        emit Unpaused(msg.sender, prior);
        _fold(prior, abi.encode(Unpaused.selector, msg.sender, prior));
    }

    /// @inheritdoc IPausable
    function paused() public view returns (bool) {
        return _paused;
    }

    function _requireNotPaused() internal view {
        if (_paused) revert EnforcedPause();
    }

    function _grantRole(bytes32 role, address account) internal override returns (bool granted) {
        granted = super._grantRole(role, account);
        if (granted) {
            _fold(historyHash(), abi.encode(IAccessControl.RoleGranted.selector, role, account, msg.sender));
        }
    }

    function _revokeRole(bytes32 role, address account) internal override returns (bool revoked) {
        revoked = super._revokeRole(role, account);
        if (revoked) {
            _fold(historyHash(), abi.encode(IAccessControl.RoleRevoked.selector, role, account, msg.sender));
        }
    }
}
