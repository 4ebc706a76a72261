// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { ICreditRegistry } from "../interfaces/ICreditRegistry.sol";
import { CreditHistory } from "./CreditHistory.sol";

/// @dev New business needs an open registry: not paused (that ends), not closed (that never ends).
abstract contract Closing is CreditHistory {
    modifier whenOpen() {
        _requireOpen();
        _;
    }

    /// @inheritdoc ICreditRegistry
    function close(address successor) external onlyRole(DEFAULT_ADMIN_ROLE) {
        // Check
        if (_closed) revert RegistryClosed(_successor);

        // Effect
        _closed = true;
        _successor = successor;
        _recordClosed(successor);
    }

    /// @inheritdoc ICreditRegistry
    function closed() external view returns (bool) {
        return _closed;
    }

    function _requireOpen() internal view {
        _requireNotPaused();
        if (_closed) revert RegistryClosed(_successor);
    }
}
