// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title IHistory: a contract whose every state change is folded into one hash
/// @notice `h0 = SHA256("history/1" ‖ chainId u256 ‖ contract 20)`. Each change, in the order of its events:
/// `h = SHA256(0x03 ‖ h ‖ SHA256(topics ‖ data) ‖ block.number u64 ‖ block.timestamp u64 ‖ blockhash(n-1))`.
/// Whoever holds all events up to block N recomputes this hash and so proves that none is missing, added, altered or
/// out of order, with one storage read (slot 0). Every event declared in this project carries the hash that it extends
/// as its last member, `prior`; the events of the base contracts (Transfer, RoleGranted, RoleRevoked, RoleAdminChanged)
/// are folded without carrying it. ERC-721 approvals and the schedule of an admin change are not folded and so not
/// mirrored: they give nobody a credit, and the change itself is folded when it happens.
interface IHistory {
    /// @notice The fold of all events so far.
    function historyHash() external view returns (bytes32);
}
