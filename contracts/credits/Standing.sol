// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { ICreditRegistry } from "../interfaces/ICreditRegistry.sol";
import { Segments } from "../libraries/Segments.sol";
import { Segment, Trouble } from "../types/Credits.sol";
import { Closing } from "./Closing.sol";

/// @dev Trouble that comes after the issue: credits of a batch that are suspended or invalid.
abstract contract Standing is Closing {
    using Segments for Segment[];

    /// @inheritdoc ICreditRegistry
    function suspend(uint64 batch, uint32 firstIndex, uint32 endIndex, bytes32 evidence)
        external
        onlyRole(REGISTRAR_ROLE)
    {
        // Check
        Segment[] storage segments = _requireRange(batch, firstIndex, endIndex, evidence);
        Trouble trouble = segments.troubleOf(firstIndex, endIndex);
        if (trouble != Trouble.None) revert NotInGoodStanding(batch, firstIndex, endIndex, trouble);

        // Effect
        _requireRoom(batch, segments.add(firstIndex, endIndex, Trouble.Suspended));
        _recordSuspended(batch, firstIndex, endIndex, evidence);
    }

    /// @inheritdoc ICreditRegistry
    function reinstate(uint64 batch, uint32 firstIndex, uint32 endIndex, bytes32 evidence)
        external
        onlyRole(REGISTRAR_ROLE)
    {
        // Check
        Segment[] storage segments = _requireRange(batch, firstIndex, endIndex, evidence);

        // Effect
        (bool found, bool room) = segments.lift(firstIndex, endIndex);
        if (!found) revert NotSuspended(batch, firstIndex, endIndex);
        _requireRoom(batch, room);
        _recordReinstated(batch, firstIndex, endIndex, evidence);
    }

    /// @inheritdoc ICreditRegistry
    function invalidate(uint64 batch, uint32 firstIndex, uint32 endIndex, bytes32 evidence)
        external
        onlyRole(REGISTRAR_ROLE)
    {
        // Check
        Segment[] storage segments = _requireRange(batch, firstIndex, endIndex, evidence);

        // Effect
        (uint32 from, uint32 to) = segments.absorb(firstIndex, endIndex);
        bool room = segments.liftAll(firstIndex, endIndex);
        _requireRoom(batch, segments.add(from, to, Trouble.Invalidated) && room);
        _recordInvalidated(batch, firstIndex, endIndex, evidence);
    }

    /// @inheritdoc ICreditRegistry
    function segmentsOf(uint64 batch) external view returns (Segment[] memory) {
        return _segments[batch];
    }

    function _requireGoodStanding(uint256 lot, uint32 firstIndex, uint32 count) internal view {
        uint64 batch = uint64(lot >> 32);
        Trouble trouble = _segments[batch].troubleOf(firstIndex, firstIndex + count);
        if (trouble != Trouble.None) revert NotInGoodStanding(batch, firstIndex, firstIndex + count, trouble);
    }

    /// @dev Invalidation is final, so a claim may pass over invalid credits: its certificates are compromised from the
    /// start, and the good credits behind them are not lost to their owner.
    function _requireNotSuspended(uint256 lot, uint32 firstIndex, uint32 count) internal view {
        uint64 batch = uint64(lot >> 32);
        if (_segments[batch].meets(firstIndex, firstIndex + count, Trouble.Suspended)) {
            revert NotInGoodStanding(batch, firstIndex, firstIndex + count, Trouble.Suspended);
        }
    }

    function _requireRange(uint64 batch, uint32 firstIndex, uint32 endIndex, bytes32 evidence)
        private
        view
        returns (Segment[] storage)
    {
        uint32 count = _batches[batch].count;
        if (count == 0) revert BatchUnknown(batch);
        if (firstIndex >= endIndex || endIndex > count) revert RangeInvalid(batch, firstIndex, endIndex, count);
        _requireEvidence(evidence);
        return _segments[batch];
    }

    function _requireRoom(uint64 batch, bool room) private pure {
        if (!room) revert TooManySegments(batch, Segments.MOST);
    }
}
