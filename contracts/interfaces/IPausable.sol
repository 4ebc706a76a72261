// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title IPausable: new business can be stopped for a while; reading, refunding and attesting cannot
interface IPausable {
    event Paused(address account, bytes32 prior);
    event Unpaused(address account, bytes32 prior);

    error EnforcedPause();
    error ExpectedPause();

    /// @notice Stop new business. By the pauser.
    function pause() external;

    /// @notice Allow new business again. By the administrator, so that a lost pauser key cannot undo its own alarm.
    function unpause() external;

    function paused() external view returns (bool);
}
