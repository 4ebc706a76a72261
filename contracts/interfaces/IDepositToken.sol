// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title IDepositToken: money that lies at a bank, as a token
/// @notice One unit is the smallest unit of the currency (a fen). The operator mints against a bank receipt, once for
/// each, and a holder redeems; both events name the document by its SHA-256.
interface IDepositToken {
    event Deposited(address indexed account, uint256 units, bytes32 indexed receipt, address operator);
    /// @notice `units` left the chain; the operator owes them to `account`, as `instruction` says.
    event Redeemed(address indexed account, uint256 units, bytes32 indexed instruction);

    error ReceiptMissing();
    error ReceiptUsed(bytes32 receipt);
    error NoUnits();

    /// @notice Mint what was paid in at the bank. By the operator. @param receipt SHA-256 of the bank's receipt.
    function deposit(address account, uint256 units, bytes32 receipt) external;

    /// @notice Burn the caller's own units, to be paid out. @param instruction SHA-256 of the payment order.
    function redeem(uint256 units, bytes32 instruction) external;

    /// @notice Whether a receipt was minted against already.
    function isUsed(bytes32 receipt) external view returns (bool);
}
