// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IHistory } from "../interfaces/IHistory.sol";

/// @dev First in every inheritance list: its hash must stand in slot 0, and must exist before any constructor folds.
abstract contract History is IHistory {
    bytes32 private _history;

    constructor() {
        _history = sha256(abi.encodePacked("history/1", block.chainid, address(this)));
    }

    /// @inheritdoc IHistory
    function historyHash() public view returns (bytes32) {
        return _history;
    }

    /// @dev Fold one event. With only static members, `abi.encode(selector, indexed …, others …)` is topics ‖ data.
    /// @param prior The hash to extend: what `historyHash()` gave before the event.
    function _fold(bytes32 prior, bytes memory topicsAndData) internal {
        _history = sha256(
            abi.encodePacked(
                bytes1(0x03),
                prior,
                sha256(topicsAndData),
                uint64(block.number),
                uint64(block.timestamp),
                blockhash(block.number - 1)
            )
        );
    }
}
