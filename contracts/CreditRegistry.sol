// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {
    AccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import { ERC721 } from "solady/tokens/ERC721.sol";
import { Multicallable } from "solady/utils/Multicallable.sol";
import { Governed } from "./base/Governed.sol";
import { ICreditRegistry } from "./interfaces/ICreditRegistry.sol";
import { IProjectRegistry } from "./interfaces/IProjectRegistry.sol";
import { IdText } from "./libraries/IdText.sol";
import { LotUri } from "./libraries/LotUri.sol";
import { RangeList } from "./libraries/RangeList.sol";
import { Standing } from "./libraries/Standing.sol";
import { Batch, GRAMS_PER_CREDIT, Lot, Marks, Segment, Trouble } from "./types/Credits.sol";

/// @title CreditRegistry
/// @notice The manual is in ICreditRegistry.
contract CreditRegistry is Governed, ICreditRegistry, ERC721, Multicallable {
    using RangeList for RangeList.List;
    using Standing for Segment[];

    /// @dev The upper 96 bits of a lot's ERC-721 slot: count 32 | retired 32 | flags 32, from the lowest bit.
    struct Tape {
        uint32 count;
        uint32 retired;
        uint32 flags;
    }

    uint32 private constant REQUESTED = 1; // withdrawal asked for
    uint32 private constant WITHDRAWN = 2;
    uint32 private constant CLAIMANT = 4; // _claimants holds somebody, named by the present owner

    /// @dev SHA256("tranche/1")
    bytes32 private constant TRANCHE_TAG = 0x0bf4cda55b312bb52b7603a98cc197e7259bb0addaf493961136b5a3b0e4aba2;

    /// @notice Where reports are verified. Can never change.
    IProjectRegistry public immutable projects;

    bool private _closed;
    uint64 private _batchCount;
    uint32 private _seriesCount;
    address private _successor;

    // Slots that a verifier reads; fixed in docs/spec/storage.md.
    mapping(uint256 lot => Marks) private _marks;
    mapping(uint256 lot => mapping(uint32 tranche => bytes32)) private _anchors;
    mapping(uint64 batch => Batch) private _batches;
    mapping(uint64 batch => Segment[]) private _segments;
    mapping(uint32 series => string) private _series;
    mapping(uint256 lot => address) private _confirmedBy;

    mapping(uint256 lot => address) private _claimants;
    mapping(uint64 report => uint256) private _issued;
    mapping(bytes32 idHash => uint32 series) private _seriesByHash;
    mapping(uint32 series => RangeList.List) private _serials;

    modifier whenOpen() {
        _requireOpen();
        _;
    }

    constructor(IProjectRegistry projects_, address admin, uint48 adminDelay)
        AccessControlDefaultAdminRules(adminDelay, admin)
    {
        projects = projects_;
    }

    // ------------------------------------------------------------------------------------- registrar, operator

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

        bytes32 prior = historyHash();
        emit SeriesRegistered(series, id, msg.sender, prior);
        _fold(prior, bytes.concat(abi.encode(SeriesRegistered.selector, series), abi.encode(id, msg.sender, prior)));
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

        bytes32 prior = historyHash();
        emit Issued(batch, report, series, firstSerial, count, to, msg.sender, evidence, prior);
        _fold(
            prior,
            abi.encode(Issued.selector, batch, report, series, firstSerial, count, to, msg.sender, evidence, prior)
        );
        lot = uint256(batch) << 32;
        _mintAndSetExtraDataUnchecked(to, lot, _pack(Tape({ count: count, retired: 0, flags: 0 })));
    }

    /// @inheritdoc ICreditRegistry
    function confirmSourceCancellation(uint256 lot, uint32 expectedFirstIndex, uint32 count, bytes32 evidence)
        external
        onlyRole(OPERATOR_ROLE)
    {
        // Check
        (, Tape memory tape) = _tapeOf(lot);
        Marks storage marks = _marks[lot];
        uint32 confirmed = marks.confirmed;
        uint32 firstIndex = uint32(lot) + confirmed;
        if (firstIndex != expectedFirstIndex) revert UnexpectedIndex(lot, expectedFirstIndex, firstIndex);
        if (count == 0) revert CountInvalid(count, 1, tape.retired - confirmed);
        if (uint256(confirmed) + count > tape.retired) {
            revert BeyondMark(lot, uint256(confirmed) + count, tape.retired);
        }
        _requireEvidence(evidence);

        // Effect
        marks.confirmed = confirmed + count;
        _confirmedBy[lot] = msg.sender;

        bytes32 prior = historyHash();
        emit SourceCancellationConfirmed(lot, firstIndex, count, msg.sender, evidence, prior);
        _fold(
            prior, abi.encode(SourceCancellationConfirmed.selector, lot, firstIndex, count, msg.sender, evidence, prior)
        );
    }

    /// @inheritdoc ICreditRegistry
    function confirmWithdrawal(uint256 lot, bytes32 evidence) external onlyRole(OPERATOR_ROLE) {
        // Check
        (, Tape memory tape) = _tapeOf(lot);
        if (tape.flags & REQUESTED == 0) revert NoWithdrawalPending(lot);
        _requireGoodStanding(lot, uint32(lot), tape.count);
        _requireEvidence(evidence);

        // Effect
        tape.flags = WITHDRAWN;
        _setExtraData(lot, _pack(tape));

        bytes32 prior = historyHash();
        emit Withdrawn(lot, msg.sender, evidence, prior);
        _fold(prior, abi.encode(Withdrawn.selector, lot, msg.sender, evidence, prior));
    }

    /// @inheritdoc ICreditRegistry
    function forceWithdraw(uint256 lot, bytes32 evidence)
        external
        onlyRole(REGISTRAR_ROLE)
        returns (uint256 withdrawnLot)
    {
        // Check
        (address holder, Tape memory tape) = _tapeOf(lot);
        if (tape.flags & WITHDRAWN != 0) revert LotIsWithdrawn(lot);
        uint32 live = tape.count - tape.retired;
        if (live == 0) revert NothingLive(lot);
        _requireEvidence(evidence);

        // Effect
        withdrawnLot = tape.retired == 0 ? lot : _splitOff(lot, tape, live, holder, 0);
        _setExtraData(withdrawnLot, _pack(Tape({ count: live, retired: 0, flags: WITHDRAWN })));

        bytes32 prior = historyHash();
        emit ForceWithdrawn(lot, withdrawnLot, live, tape.retired, msg.sender, evidence, prior);
        _fold(
            prior,
            abi.encode(ForceWithdrawn.selector, lot, withdrawnLot, live, tape.retired, msg.sender, evidence, prior)
        );
    }

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

        bytes32 prior = historyHash();
        emit Suspended(batch, firstIndex, endIndex, msg.sender, evidence, prior);
        _fold(prior, abi.encode(Suspended.selector, batch, firstIndex, endIndex, msg.sender, evidence, prior));
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

        bytes32 prior = historyHash();
        emit Reinstated(batch, firstIndex, endIndex, msg.sender, evidence, prior);
        _fold(prior, abi.encode(Reinstated.selector, batch, firstIndex, endIndex, msg.sender, evidence, prior));
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

        bytes32 prior = historyHash();
        emit Invalidated(batch, firstIndex, endIndex, msg.sender, evidence, prior);
        _fold(prior, abi.encode(Invalidated.selector, batch, firstIndex, endIndex, msg.sender, evidence, prior));
    }

    /// @inheritdoc ICreditRegistry
    function close(address successor) external onlyRole(DEFAULT_ADMIN_ROLE) {
        // Check
        if (_closed) revert RegistryClosed(_successor);

        // Effect
        _closed = true;
        _successor = successor;

        bytes32 prior = historyHash();
        emit Closed(successor, msg.sender, prior);
        _fold(prior, abi.encode(Closed.selector, successor, msg.sender, prior));
    }

    // ------------------------------------------------------------------------------------------------- owners

    /// @inheritdoc ICreditRegistry
    function split(uint256 lot, uint32 count) external whenOpen returns (uint256 tail) {
        // Check
        (address holder, Tape memory tape) = _tapeOf(lot);
        if (!_isApprovedOrOwner(msg.sender, lot)) revert NotTheOwner(lot, msg.sender);
        _requireResting(lot, tape.flags);
        uint32 least = tape.retired == 0 ? 1 : tape.retired;
        if (count < least || count >= tape.count) revert CountInvalid(count, least, tape.count - 1);

        // Effect
        return _splitOff(lot, tape, tape.count - count, holder, 0);
    }

    /// @inheritdoc ICreditRegistry
    function splitTo(uint256 lot, uint32 tailCount, address to, bool retireThem)
        external
        whenOpen
        returns (uint256 tail)
    {
        // Check
        (address holder, Tape memory tape) = _tapeOf(lot);
        bool allowed = retireThem ? msg.sender == holder : _isApprovedOrOwner(msg.sender, lot);
        if (!allowed) revert NotTheOwner(lot, msg.sender);
        _requireResting(lot, tape.flags);
        _requireRecipient(to);
        uint32 live = tape.count - tape.retired;
        if (tailCount == 0 || tailCount > live) revert CountInvalid(tailCount, 1, live);
        uint32 firstIndex = uint32(lot) + tape.count - tailCount;
        if (retireThem) _requireGoodStanding(lot, firstIndex, tailCount);

        // Effect
        uint32 retired = retireThem ? tailCount : 0;
        if (tailCount == tape.count) {
            tail = lot;
            _transfer(address(0), holder, to, lot);
            if (retireThem) _setExtraData(lot, _pack(Tape({ count: tailCount, retired: retired, flags: 0 })));
        } else {
            tail = _splitOff(lot, tape, tailCount, to, retired);
        }
        if (retireThem) _recordRetired(tail, firstIndex, tailCount);
    }

    /// @inheritdoc ICreditRegistry
    function nameClaimant(uint256 lot, address claimant) external {
        // Check
        (address holder, Tape memory tape) = _tapeOf(lot);
        if (msg.sender != holder) revert NotTheOwner(lot, msg.sender);
        if (tape.flags & WITHDRAWN != 0) revert LotIsWithdrawn(lot);

        // Effect
        _claimants[lot] = claimant;
        tape.flags = claimant == address(0) ? tape.flags & ~CLAIMANT : tape.flags | CLAIMANT;
        _setExtraData(lot, _pack(tape));

        bytes32 prior = historyHash();
        emit ClaimantNamed(lot, claimant, prior);
        _fold(prior, abi.encode(ClaimantNamed.selector, lot, claimant, prior));
    }

    /// @inheritdoc ICreditRegistry
    function retire(uint256 lot, uint32 expectedFirstIndex, uint32 count) external whenOpen {
        // Check
        (address holder, Tape memory tape) = _tapeOf(lot);
        _requireClaimRight(lot, holder, tape.flags);
        _requireResting(lot, tape.flags);
        uint32 firstIndex = uint32(lot) + tape.retired;
        if (firstIndex != expectedFirstIndex) revert UnexpectedIndex(lot, expectedFirstIndex, firstIndex);
        uint32 live = tape.count - tape.retired;
        if (count == 0 || count > live) revert CountInvalid(count, 1, live);
        _requireGoodStanding(lot, firstIndex, count);

        // Effect
        tape.retired += count;
        _setExtraData(lot, _pack(tape));
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
        // Check
        (address holder, Tape memory tape) = _tapeOf(lot);
        _requireClaimRight(lot, holder, tape.flags);
        Marks memory marks = _marks[lot];
        if (marks.tranches != expectedTranche) revert UnexpectedTranche(lot, expectedTranche, marks.tranches);
        if (marks.claimedGrams != expectedStart) revert UnexpectedStart(lot, expectedStart, marks.claimedGrams);
        if (leafCount == 0 || leafCount > total) revert LeafCountInvalid(leafCount, total);
        uint256 end = uint256(expectedStart) + total;
        uint256 retiredGrams = tape.retired * GRAMS_PER_CREDIT;
        if (end > retiredGrams) revert BeyondRetired(lot, end, retiredGrams);
        uint256 firstCredit = expectedStart / GRAMS_PER_CREDIT;
        uint256 endCredit = (end + GRAMS_PER_CREDIT - 1) / GRAMS_PER_CREDIT;
        _requireNotSuspended(lot, uint32(uint32(lot) + firstCredit), uint32(endCredit - firstCredit));

        // Effect
        anchored = sha256(
            abi.encodePacked(
                bytes1(0x02),
                TRANCHE_TAG,
                block.chainid,
                address(this),
                lot,
                expectedTranche,
                expectedStart,
                total,
                leafCount,
                root
            )
        );
        _anchors[lot][expectedTranche] = anchored;
        marks.claimedGrams = uint64(end);
        marks.tranches = expectedTranche + 1;
        _marks[lot] = marks;

        bytes32 prior = historyHash();
        emit Anchored(lot, expectedTranche, expectedStart, total, leafCount, root, anchored, msg.sender, prior);
        _fold(
            prior,
            abi.encode(
                Anchored.selector,
                lot,
                expectedTranche,
                expectedStart,
                total,
                leafCount,
                root,
                anchored,
                msg.sender,
                prior
            )
        );
    }

    /// @inheritdoc ICreditRegistry
    function requestWithdrawal(uint256 lot) external whenNotPaused {
        // Check
        (address holder, Tape memory tape) = _tapeOf(lot);
        if (msg.sender != holder) revert NotTheOwner(lot, msg.sender);
        _requireResting(lot, tape.flags);
        if (tape.retired != 0) revert LotHasRetiredCredits(lot, tape.retired);
        _requireGoodStanding(lot, uint32(lot), tape.count);

        // Effect
        tape.flags |= REQUESTED;
        _setExtraData(lot, _pack(tape));

        bytes32 prior = historyHash();
        emit WithdrawalRequested(lot, prior);
        _fold(prior, abi.encode(WithdrawalRequested.selector, lot, prior));
    }

    /// @inheritdoc ICreditRegistry
    function cancelWithdrawal(uint256 lot) external {
        // Check
        (address holder, Tape memory tape) = _tapeOf(lot);
        if (msg.sender != holder) revert NotTheOwner(lot, msg.sender);
        if (tape.flags & REQUESTED == 0) revert NoWithdrawalPending(lot);

        // Effect
        tape.flags &= ~REQUESTED;
        _setExtraData(lot, _pack(tape));

        bytes32 prior = historyHash();
        emit WithdrawalCancelled(lot, prior);
        _fold(prior, abi.encode(WithdrawalCancelled.selector, lot, prior));
    }

    /// @dev ERC-721's approvals are not folded and not mirrored: they move no credit.
    function approve(address account, uint256 id) public payable override {
        if (msg.value != 0) revert EtherRefused();
        super.approve(account, id);
    }

    // ------------------------------------------------------------------------------------------------ reading

    /// @inheritdoc ICreditRegistry
    function lotOf(uint256 lot) external view returns (Lot memory) {
        Tape memory tape = _unpack(_getExtraData(lot));
        return Lot({
            owner: _ownerOf(lot),
            count: tape.count,
            retired: tape.retired,
            withdrawalRequested: tape.flags & REQUESTED != 0,
            withdrawn: tape.flags & WITHDRAWN != 0,
            claimant: tape.flags & CLAIMANT != 0 ? _claimants[lot] : address(0)
        });
    }

    /// @inheritdoc ICreditRegistry
    function marksOf(uint256 lot) external view returns (Marks memory) {
        return _marks[lot];
    }

    /// @inheritdoc ICreditRegistry
    function confirmedBy(uint256 lot) external view returns (address) {
        return _confirmedBy[lot];
    }

    /// @inheritdoc ICreditRegistry
    function anchorOf(uint256 lot, uint32 tranche) external view returns (bytes32) {
        return _anchors[lot][tranche];
    }

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
    function segmentsOf(uint64 batch) external view returns (Segment[] memory) {
        return _segments[batch];
    }

    /// @inheritdoc ICreditRegistry
    function blockAt(uint32 series, uint256 serial)
        external
        view
        returns (bool exists, uint32 count, uint64 batch, uint256 next)
    {
        RangeList.Node storage node = _serials[series].nodes[serial];
        bool exists = node.width != 0;
        return (exists, node.width, exists ? node.tag : 0, node.hasNext ? node.next : RangeList.HEAD);
    }

    /// @inheritdoc ICreditRegistry
    function closed() external view returns (bool) {
        return _closed;
    }

    function name() public pure override returns (string memory) {
        return "Carbon credit lot";
    }

    function symbol() public pure override returns (string memory) {
        return "LOT";
    }

    /// @notice What the chain knows of a lot, as a JSON data URI. No server is asked.
    function tokenURI(uint256 lot) public view override returns (string memory) {
        (, Tape memory tape) = _tapeOf(lot);
        Batch memory batch = _batches[uint64(lot >> 32)];
        return LotUri.json(
            lot,
            _series[batch.series],
            uint256(batch.firstSerial) + uint32(lot),
            tape.count,
            tape.retired,
            tape.flags & WITHDRAWN != 0
        );
    }

    function supportsInterface(bytes4 interfaceId)
        public
        view
        override(ERC721, AccessControlDefaultAdminRules)
        returns (bool)
    {
        return ERC721.supportsInterface(interfaceId) || AccessControlDefaultAdminRules.supportsInterface(interfaceId);
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

    /// @dev The first part keeps its id and all marks; the tail is minted to `to` with `retired` credits retired.
    function _splitOff(uint256 lot, Tape memory tape, uint32 tailCount, address to, uint32 retired)
        private
        returns (uint256 tail)
    {
        uint32 count = tape.count - tailCount;
        tail = lot + count;
        _setExtraData(lot, _pack(Tape({ count: count, retired: tape.retired, flags: tape.flags & ~REQUESTED })));

        bytes32 prior = historyHash();
        emit LotSplit(lot, tail, count, prior);
        _fold(prior, abi.encode(LotSplit.selector, lot, tail, count, prior));
        _mintAndSetExtraDataUnchecked(to, tail, _pack(Tape({ count: tailCount, retired: retired, flags: 0 })));
    }

    function _recordRetired(uint256 lot, uint32 firstIndex, uint32 count) private {
        bytes32 prior = historyHash();
        emit Retired(lot, firstIndex, count, msg.sender, prior);
        _fold(prior, abi.encode(Retired.selector, lot, firstIndex, count, msg.sender, prior));
    }

    /// @dev ERC-721 moves only resting lots with nothing retired; the claimant's right ends with the move.
    function _beforeTokenTransfer(address from, address to, uint256 id) internal override {
        if (from == address(0)) return; // a new lot: its maker has checked
        _requireOpen();
        if (msg.value != 0) revert EtherRefused();
        _requireRecipient(to);
        Tape memory tape = _unpack(_getExtraData(id));
        _requireResting(id, tape.flags);
        if (tape.retired != 0) revert LotHasRetiredCredits(id, tape.retired);
        if (tape.flags & CLAIMANT != 0) {
            tape.flags &= ~CLAIMANT;
            _setExtraData(id, _pack(tape));
        }
    }

    function _afterTokenTransfer(address from, address to, uint256 id) internal override {
        _fold(historyHash(), abi.encode(Transfer.selector, from, to, id));
    }

    // ------------------------------------------------------------------------------------------------ checks

    function _tapeOf(uint256 lot) private view returns (address holder, Tape memory tape) {
        holder = _ownerOf(lot);
        if (holder == address(0)) revert LotUnknown(lot);
        tape = _unpack(_getExtraData(lot));
    }

    function _requireOpen() private view {
        _requireNotPaused();
        if (_closed) revert RegistryClosed(_successor);
    }

    function _requireClaimRight(uint256 lot, address holder, uint32 flags) private view {
        if (msg.sender == holder) return;
        if (flags & CLAIMANT == 0 || _claimants[lot] != msg.sender) revert NotOwnerNorClaimant(lot, msg.sender);
    }

    function _requireResting(uint256 lot, uint32 flags) private pure {
        if (flags & WITHDRAWN != 0) revert LotIsWithdrawn(lot);
        if (flags & REQUESTED != 0) revert WithdrawalPending(lot);
    }

    function _requireGoodStanding(uint256 lot, uint32 firstIndex, uint32 count) private view {
        uint64 batch = uint64(lot >> 32);
        Trouble trouble = _segments[batch].troubleOf(firstIndex, firstIndex + count);
        if (trouble != Trouble.None) revert NotInGoodStanding(batch, firstIndex, firstIndex + count, trouble);
    }

    /// @dev Invalidation is final, so a claim may pass over invalid credits: its certificates are compromised from the
    /// start, and the good credits behind them are not lost to their owner.
    function _requireNotSuspended(uint256 lot, uint32 firstIndex, uint32 count) private view {
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
        if (!room) revert TooManySegments(batch, Standing.MOST);
    }

    function _requireRecipient(address to) private view {
        if (to == address(0) || to == address(this)) revert RecipientInvalid(to);
    }

    function _requireEvidence(bytes32 evidence) private pure {
        if (evidence == 0) revert EvidenceMissing();
    }

    function _pack(Tape memory tape) private pure returns (uint96) {
        return uint96(tape.count) | uint96(tape.retired) << 32 | uint96(tape.flags) << 64;
    }

    function _unpack(uint96 extra) private pure returns (Tape memory) {
        return Tape({ count: uint32(extra), retired: uint32(extra >> 32), flags: uint32(extra >> 64) });
    }
}
