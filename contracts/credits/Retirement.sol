// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { ICreditRegistry } from "../interfaces/ICreditRegistry.sol";
import { GRAMS_PER_CREDIT, Marks } from "../types/Credits.sol";
import { Tape } from "../types/Tape.sol";
import { Tranche } from "../types/Tranche.sol";
import { Lots } from "./Lots.sol";

/// @dev The three marks of a lot, which only move forward: claimed ≤ retired × 10^6 grams, confirmed ≤ retired.
abstract contract Retirement is Lots {
    /// @inheritdoc ICreditRegistry
    function retire(uint256 lot, uint32 expectedFirstIndex, uint32 count) external whenOpen {
        // Check
        (address holder, Tape tape) = _tapeOf(lot);
        _requireClaimRight(lot, holder, tape);
        _requireResting(lot, tape);
        uint32 firstIndex = uint32(lot) + tape.retired();
        if (firstIndex != expectedFirstIndex) revert UnexpectedIndex(lot, expectedFirstIndex, firstIndex);
        if (count == 0 || count > tape.live()) revert CountInvalid(count, 1, tape.live());
        _requireGoodStanding(lot, firstIndex, count);

        // Effect
        _setTape(lot, tape.retire(count));
        _recordRetired(lot, firstIndex, count);
    }

    /// @inheritdoc ICreditRegistry
    function anchor(
        uint256 lot,
        uint32 expectedTranche,
        uint64 expectedStart,
        uint64 leafCount,
        uint64 total,
        bytes32 root
    ) external whenNotPaused returns (bytes32 anchored) {
        return _anchor(
            Tranche({
                lot: lot, number: expectedTranche, start: expectedStart, total: total, leafCount: leafCount, root: root
            })
        );
    }

    /// @dev The arguments of `anchor` as the one value that they are.
    function _anchor(Tranche memory t) private returns (bytes32 anchored) {
        // Check
        (address holder, Tape tape) = _tapeOf(t.lot);
        _requireClaimRight(t.lot, holder, tape);
        Marks storage marks = _marks[t.lot];
        (uint64 claimed, uint32 tranches) = (marks.claimedGrams, marks.tranches);
        if (tranches != t.number) revert UnexpectedTranche(t.lot, t.number, tranches);
        if (claimed != t.start) revert UnexpectedStart(t.lot, t.start, claimed);
        if (t.leafCount == 0 || t.leafCount > t.total) revert LeafCountInvalid(t.leafCount, t.total);
        uint256 end = uint256(t.start) + t.total;
        uint256 retiredGrams = tape.retired() * GRAMS_PER_CREDIT;
        if (end > retiredGrams) revert BeyondRetired(t.lot, end, retiredGrams);
        uint256 firstCredit = t.start / GRAMS_PER_CREDIT;
        uint256 endCredit = (end + GRAMS_PER_CREDIT - 1) / GRAMS_PER_CREDIT;
        _requireNotSuspended(t.lot, uint32(uint32(t.lot) + firstCredit), uint32(endCredit - firstCredit));

        // Effect
        anchored = t.anchorIn(address(this));
        _anchors[t.lot][t.number] = anchored;
        marks.claimedGrams = uint64(end);
        marks.tranches = t.number + 1;
        _recordAnchored(t, anchored);
    }

    /// @inheritdoc ICreditRegistry
    function confirmSourceCancellation(uint256 lot, uint32 expectedFirstIndex, uint32 count, bytes32 evidence)
        external
        onlyRole(OPERATOR_ROLE)
    {
        // Check
        (, Tape tape) = _tapeOf(lot);
        Marks storage marks = _marks[lot];
        uint32 confirmed = marks.confirmed;
        uint32 firstIndex = uint32(lot) + confirmed;
        if (firstIndex != expectedFirstIndex) revert UnexpectedIndex(lot, expectedFirstIndex, firstIndex);
        if (count == 0) revert CountInvalid(count, 1, tape.retired() - confirmed);
        if (uint256(confirmed) + count > tape.retired()) {
            revert BeyondMark(lot, uint256(confirmed) + count, tape.retired());
        }
        _requireEvidence(evidence);

        // Effect
        marks.confirmed = confirmed + count;
        _confirmedBy[lot] = msg.sender;
        _recordSourceCancellationConfirmed(lot, firstIndex, count, evidence);
    }

    // ------------------------------------------------------------------------------------------------ reading

    /// @inheritdoc ICreditRegistry
    function marksOf(uint256 lot) external view returns (Marks memory) {
        return _marks[lot];
    }

    /// @inheritdoc ICreditRegistry
    function anchorOf(uint256 lot, uint32 tranche) external view returns (bytes32) {
        return _anchors[lot][tranche];
    }

    /// @inheritdoc ICreditRegistry
    function confirmedBy(uint256 lot) external view returns (address) {
        return _confirmedBy[lot];
    }
}
