// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { ICreditRegistry } from "../interfaces/ICreditRegistry.sol";
import { Tranche } from "../types/Tranche.sol";
import { CreditStorage } from "./CreditStorage.sol";

/// @dev The only place where the events of ICreditRegistry are emitted. Each is folded beside its emission, from the same
/// values in the same order; `account` is always the caller of the registry.
abstract contract CreditHistory is CreditStorage, ICreditRegistry {
    function _recordSeriesRegistered(uint32 series, string calldata id) internal {
        bytes32 prior = historyHash();
        emit SeriesRegistered(series, id, msg.sender, prior);
        _fold(prior, bytes.concat(abi.encode(SeriesRegistered.selector, series), abi.encode(id, msg.sender, prior)));
    }

    function _recordIssued(
        uint64 batch,
        uint64 report,
        uint32 series,
        uint128 firstSerial,
        uint32 count,
        address owner,
        bytes32 evidence
    ) internal {
        bytes32 prior = historyHash();
        emit Issued(batch, report, series, firstSerial, count, owner, msg.sender, evidence, prior);
        _fold(
            prior,
            abi.encode(Issued.selector, batch, report, series, firstSerial, count, owner, msg.sender, evidence, prior)
        );
    }

    function _recordLotSplit(uint256 lot, uint256 tail, uint32 count) internal {
        bytes32 prior = historyHash();
        emit LotSplit(lot, tail, count, prior);
        _fold(prior, abi.encode(LotSplit.selector, lot, tail, count, prior));
    }

    function _recordRetired(uint256 lot, uint32 firstIndex, uint32 count) internal {
        bytes32 prior = historyHash();
        emit Retired(lot, firstIndex, count, msg.sender, prior);
        _fold(prior, abi.encode(Retired.selector, lot, firstIndex, count, msg.sender, prior));
    }

    function _recordAnchored(Tranche memory t, bytes32 anchor) internal {
        bytes32 prior = historyHash();
        emit Anchored(t.lot, t.number, t.start, t.total, t.leafCount, t.root, anchor, msg.sender, prior);
        _fold(
            prior,
            abi.encode(
                Anchored.selector, t.lot, t.number, t.start, t.total, t.leafCount, t.root, anchor, msg.sender, prior
            )
        );
    }

    function _recordClaimantNamed(uint256 lot, address claimant) internal {
        bytes32 prior = historyHash();
        emit ClaimantNamed(lot, claimant, prior);
        _fold(prior, abi.encode(ClaimantNamed.selector, lot, claimant, prior));
    }

    function _recordWithdrawalRequested(uint256 lot) internal {
        bytes32 prior = historyHash();
        emit WithdrawalRequested(lot, prior);
        _fold(prior, abi.encode(WithdrawalRequested.selector, lot, prior));
    }

    function _recordWithdrawalCancelled(uint256 lot) internal {
        bytes32 prior = historyHash();
        emit WithdrawalCancelled(lot, prior);
        _fold(prior, abi.encode(WithdrawalCancelled.selector, lot, prior));
    }

    function _recordWithdrawn(uint256 lot, bytes32 evidence) internal {
        bytes32 prior = historyHash();
        emit Withdrawn(lot, msg.sender, evidence, prior);
        _fold(prior, abi.encode(Withdrawn.selector, lot, msg.sender, evidence, prior));
    }

    function _recordForceWithdrawn(uint256 lot, uint256 withdrawnLot, uint32 count, uint32 retired, bytes32 evidence)
        internal
    {
        bytes32 prior = historyHash();
        emit ForceWithdrawn(lot, withdrawnLot, count, retired, msg.sender, evidence, prior);
        _fold(
            prior, abi.encode(ForceWithdrawn.selector, lot, withdrawnLot, count, retired, msg.sender, evidence, prior)
        );
    }

    function _recordSourceCancellationConfirmed(uint256 lot, uint32 firstIndex, uint32 count, bytes32 evidence)
        internal
    {
        bytes32 prior = historyHash();
        emit SourceCancellationConfirmed(lot, firstIndex, count, msg.sender, evidence, prior);
        _fold(
            prior, abi.encode(SourceCancellationConfirmed.selector, lot, firstIndex, count, msg.sender, evidence, prior)
        );
    }

    function _recordSuspended(uint64 batch, uint32 firstIndex, uint32 endIndex, bytes32 evidence) internal {
        bytes32 prior = historyHash();
        emit Suspended(batch, firstIndex, endIndex, msg.sender, evidence, prior);
        _fold(prior, abi.encode(Suspended.selector, batch, firstIndex, endIndex, msg.sender, evidence, prior));
    }

    function _recordReinstated(uint64 batch, uint32 firstIndex, uint32 endIndex, bytes32 evidence) internal {
        bytes32 prior = historyHash();
        emit Reinstated(batch, firstIndex, endIndex, msg.sender, evidence, prior);
        _fold(prior, abi.encode(Reinstated.selector, batch, firstIndex, endIndex, msg.sender, evidence, prior));
    }

    function _recordInvalidated(uint64 batch, uint32 firstIndex, uint32 endIndex, bytes32 evidence) internal {
        bytes32 prior = historyHash();
        emit Invalidated(batch, firstIndex, endIndex, msg.sender, evidence, prior);
        _fold(prior, abi.encode(Invalidated.selector, batch, firstIndex, endIndex, msg.sender, evidence, prior));
    }

    function _recordClosed(address successor) internal {
        bytes32 prior = historyHash();
        emit Closed(successor, msg.sender, prior);
        _fold(prior, abi.encode(Closed.selector, successor, msg.sender, prior));
    }

    /// @dev What an account attests rests on a document, and its event names the document's hash.
    function _requireEvidence(bytes32 evidence) internal pure {
        if (evidence == 0) revert EvidenceMissing();
    }
}
