// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { ICreditRegistry } from "../interfaces/ICreditRegistry.sol";
import { IProjectRegistry } from "../interfaces/IProjectRegistry.sol";
import { IdText } from "../libraries/IdText.sol";
import { RangeList } from "../libraries/RangeList.sol";
import { Batch } from "../types/Credits.sol";
import { newTape } from "../types/Tape.sol";
import { Lots } from "./Lots.sol";

/// @dev Where credits come into being: never more than verified, never a serial number twice.
abstract contract Issuance is Lots {
    using RangeList for RangeList.List;

    /// @notice Where reports are verified. Can never change.
    IProjectRegistry public immutable projects;

    constructor(IProjectRegistry projects_) {
        projects = projects_;
    }

    /// @inheritdoc ICreditRegistry
    function registerSeries(string calldata id) external onlyRole(REGISTRAR_ROLE) whenOpen returns (uint32 series) {
        // Check
        if (!IdText.isId(bytes(id), 64)) revert SeriesIdInvalid(id);
        bytes32 idHash = keccak256(bytes(id));
        if (_seriesByHash[idHash] != 0) revert SeriesExists(id, _seriesByHash[idHash]);

        // Effect
        series = ++_seriesCount;
        _series[series] = id;
        _serials[series].open();
        _seriesByHash[idHash] = series;
        _recordSeriesRegistered(series, id);
    }

    /// @inheritdoc ICreditRegistry
    function issue(
        uint64 report,
        uint32 series,
        uint128 firstSerial,
        uint32 count,
        address to,
        bytes32 evidence,
        uint256 hint
    ) external onlyRole(REGISTRAR_ROLE) whenOpen returns (uint256 lot) {
        // Check
        if (count == 0) revert CountInvalid(count, 1, type(uint32).max);
        if (series == 0 || series > _seriesCount) revert SeriesUnknown(series);
        if (uint256(firstSerial) + count > 1 << 128) revert SerialOutOfRange(uint256(firstSerial) + count);
        _requireEvidence(evidence);
        _requireRecipient(to);

        // Effect
        uint64 batch = ++_batchCount;
        _draw(report, count);
        _occupy(series, firstSerial, count, batch, hint);
        _batches[batch] =
            Batch({ firstSerial: firstSerial, count: count, series: series, report: report, registrar: msg.sender });
        _recordIssued(batch, report, series, firstSerial, count, to, evidence);
        lot = uint256(batch) << 32;
        _create(lot, to, newTape(count, 0, 0));
    }

    // ------------------------------------------------------------------------------------------------ reading

    /// @inheritdoc ICreditRegistry
    function batchOf(uint64 batch) external view returns (Batch memory) {
        return _batches[batch];
    }

    /// @inheritdoc ICreditRegistry
    function seriesOf(uint32 series) external view returns (string memory) {
        return _series[series];
    }

    /// @inheritdoc ICreditRegistry
    function seriesNumber(string calldata id) external view returns (uint32) {
        return _seriesByHash[keccak256(bytes(id))];
    }

    /// @inheritdoc ICreditRegistry
    function issuedOf(uint64 report) external view returns (uint256) {
        return _issued[report];
    }

    /// @inheritdoc ICreditRegistry
    function blockAt(uint32 series, uint256 serial)
        external
        view
        returns (bool exists, uint32 count, uint64 batch, uint256 next)
    {
        RangeList.Node storage node = _serials[series].nodes[serial];
        exists = node.width != 0;
        count = node.width;
        batch = exists ? node.tag : 0;
        next = node.hasNext ? node.next : RangeList.HEAD;
    }

    // ------------------------------------------------------------------------------------------------ effects

    /// @dev Never more credits than the report verified.
    function _draw(uint64 report, uint32 count) private {
        uint256 issued = _issued[report];
        uint256 verified = projects.issuable(report);
        if (issued + count > verified) {
            revert MoreThanVerified(report, count, verified > issued ? verified - issued : 0);
        }
        _issued[report] = issued + count;
    }

    /// @dev Never a serial number twice.
    function _occupy(uint32 series, uint128 firstSerial, uint32 count, uint64 batch, uint256 hint) private {
        (uint256 first, uint256 end) = _serials[series].insert(firstSerial, count, batch, hint);
        if (end != 0) revert SerialsOverlap(series, firstSerial, uint256(firstSerial) + count, first, end);
    }
}
