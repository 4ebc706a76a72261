// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { ICreditRegistry } from "../interfaces/ICreditRegistry.sol";
import { newTape, REQUESTED, Tape, WITHDRAWN } from "../types/Tape.sol";
import { Lots } from "./Lots.sol";

/// @dev How credits leave without a claim: asked by their owner and confirmed, or taken. Terminal either way; their
/// serial numbers stay blocked and nothing returns to the report.
abstract contract Withdrawal is Lots {
    /// @inheritdoc ICreditRegistry
    function requestWithdrawal(uint256 lot) external whenNotPaused {
        // Check
        (address holder, Tape tape) = _tapeOf(lot);
        if (msg.sender != holder) revert NotTheOwner(lot, msg.sender);
        _requireResting(lot, tape);
        if (tape.retired() != 0) revert LotHasRetiredCredits(lot, tape.retired());
        _requireGoodStanding(lot, uint32(lot), tape.count());

        // Effect
        _setTape(lot, tape.set(REQUESTED));
        _recordWithdrawalRequested(lot);
    }

    /// @inheritdoc ICreditRegistry
    function cancelWithdrawal(uint256 lot) external {
        // Check
        (address holder, Tape tape) = _tapeOf(lot);
        if (msg.sender != holder) revert NotTheOwner(lot, msg.sender);
        if (!tape.has(REQUESTED)) revert NoWithdrawalPending(lot);

        // Effect
        _setTape(lot, tape.clear(REQUESTED));
        _recordWithdrawalCancelled(lot);
    }

    /// @inheritdoc ICreditRegistry
    function confirmWithdrawal(uint256 lot, bytes32 evidence) external onlyRole(OPERATOR_ROLE) {
        // Check
        (, Tape tape) = _tapeOf(lot);
        if (!tape.has(REQUESTED)) revert NoWithdrawalPending(lot);
        _requireGoodStanding(lot, uint32(lot), tape.count());
        _requireEvidence(evidence);

        // Effect
        _setTape(lot, newTape(tape.count(), tape.retired(), WITHDRAWN));
        _recordWithdrawn(lot, evidence);
    }

    /// @inheritdoc ICreditRegistry
    function forceWithdraw(uint256 lot, bytes32 evidence)
        external
        onlyRole(REGISTRAR_ROLE)
        returns (uint256 withdrawnLot)
    {
        // Check
        (address holder, Tape tape) = _tapeOf(lot);
        if (tape.has(WITHDRAWN)) revert LotIsWithdrawn(lot);
        uint32 live = tape.live();
        if (live == 0) revert NothingLive(lot);
        _requireEvidence(evidence);

        // Effect
        withdrawnLot = tape.retired() == 0 ? lot : _splitOff(lot, tape, live, holder, 0);
        _setTape(withdrawnLot, newTape(live, 0, WITHDRAWN));
        _recordForceWithdrawn(lot, withdrawnLot, live, tape.retired(), evidence);
    }
}
