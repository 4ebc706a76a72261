// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { IHistory } from "./IHistory.sol";
import { IPausable } from "./IPausable.sol";
import { Batch, Lot, Marks, Segment, Trouble } from "../types/Credits.sol";

/// @title ICreditRegistry: credits by serial number, their retirement, and who claims which gram of them
/// @notice A lot is an ERC-721 token with the id `batch << 32 | index of its first credit in the batch`. Lots tile
/// their batch, so no credit is ever in two lots. A lot is a tape, `[claimed grams … | retired … | live …]`: retiring
/// moves the retired mark forward, anchoring a tranche moves the claimed mark forward and never past the retired mark.
/// Nothing moves a mark back. The owner of a lot in which anything is retired is final.
/// @dev Credits are whole (u32), claims are grams CO2e (u64; 1 credit = 1,000,000 g). Indexes count credits from the
/// start of the batch; ranges are half-open. Evidence is the SHA-256 of a document. Nobody can undo a retirement, a
/// withdrawal, an invalidation or a closing, the administrator included.
interface ICreditRegistry is IHistory, IPausable {
    // ------------------------------------------------------------------------------------------------ events

    /// @notice A series exists: the coarsest scope in which a source registry numbers its credits uniquely.
    event SeriesRegistered(uint32 indexed series, string id, address account, bytes32 prior);
    event Issued(
        uint64 indexed batch,
        uint64 indexed report,
        uint32 indexed series,
        uint128 firstSerial,
        uint32 count,
        address owner,
        address account,
        bytes32 evidence,
        bytes32 prior
    );
    /// @notice `lot` keeps its first `count` credits; the rest is the new lot `tail`; the Transfer that
    /// follows names its owner.
    event LotSplit(uint256 indexed lot, uint256 indexed tail, uint32 count, bytes32 prior);
    event Retired(uint256 indexed lot, uint32 firstIndex, uint32 count, address account, bytes32 prior);
    event Anchored(
        uint256 indexed lot,
        uint32 indexed tranche,
        uint64 start,
        uint64 total,
        uint64 leafCount,
        bytes32 root,
        bytes32 anchor,
        address account,
        bytes32 prior
    );
    /// @notice `claimant` may retire and claim beside the owner (zero: nobody may).
    event ClaimantNamed(uint256 indexed lot, address claimant, bytes32 prior);
    event WithdrawalRequested(uint256 indexed lot, bytes32 prior);
    event WithdrawalCancelled(uint256 indexed lot, bytes32 prior);
    /// @notice The whole lot left the registry without a claim. Its serials stay blocked.
    event Withdrawn(uint256 indexed lot, address account, bytes32 evidence, bytes32 prior);
    /// @notice The registrar took the live credits of `lot`; `retired` of them stay retired. When some were retired,
    /// a LotSplit and its Transfer stand just before this event, and `withdrawnLot` is the tail; else it is `lot` itself.
    event ForceWithdrawn(
        uint256 indexed lot,
        uint256 indexed withdrawnLot,
        uint32 count,
        uint32 retired,
        address account,
        bytes32 evidence,
        bytes32 prior
    );
    /// @notice `account` attests that the source registry holds these credits as cancelled.
    event SourceCancellationConfirmed(
        uint256 indexed lot, uint32 firstIndex, uint32 count, address account, bytes32 evidence, bytes32 prior
    );
    event Suspended(
        uint64 indexed batch, uint32 firstIndex, uint32 endIndex, address account, bytes32 evidence, bytes32 prior
    );
    event Reinstated(
        uint64 indexed batch, uint32 firstIndex, uint32 endIndex, address account, bytes32 evidence, bytes32 prior
    );
    event Invalidated(
        uint64 indexed batch, uint32 firstIndex, uint32 endIndex, address account, bytes32 evidence, bytes32 prior
    );
    event Closed(address successor, address account, bytes32 prior);

    // ------------------------------------------------------------------------------------------------ errors

    error RegistryClosed(address successor);
    error EtherRefused();
    error SeriesIdInvalid(string id);
    error SeriesExists(string id, uint32 series);
    error SeriesUnknown(uint32 series);
    error CountInvalid(uint256 count, uint256 least, uint256 most);
    error SerialOutOfRange(uint256 end);
    /// @notice The credits `[first, end)` meet credits `[existingFirst, existingEnd)` that are issued already.
    error SerialsOverlap(uint32 series, uint256 first, uint256 end, uint256 existingFirst, uint256 existingEnd);
    error MoreThanVerified(uint64 report, uint256 requested, uint256 left);
    error BatchUnknown(uint64 batch);
    error LotUnknown(uint256 lot);
    error NotTheOwner(uint256 lot, address account);
    error NotOwnerNorClaimant(uint256 lot, address account);
    error RecipientInvalid(address to);
    error LotHasRetiredCredits(uint256 lot, uint32 retired);
    error LotIsWithdrawn(uint256 lot);
    error WithdrawalPending(uint256 lot);
    error NoWithdrawalPending(uint256 lot);
    error NothingLive(uint256 lot);
    error UnexpectedIndex(uint256 lot, uint32 expected, uint32 found);
    error UnexpectedTranche(uint256 lot, uint32 expected, uint32 found);
    error UnexpectedStart(uint256 lot, uint64 expected, uint64 found);
    error LeafCountInvalid(uint64 leafCount, uint64 total);
    /// @notice The tranche would end at gram `end` of the lot, past its last retired gram.
    error BeyondRetired(uint256 lot, uint256 end, uint256 retiredGrams);
    error BeyondMark(uint256 lot, uint256 end, uint256 mark);
    error RangeInvalid(uint64 batch, uint32 firstIndex, uint32 endIndex, uint32 count);
    error NotInGoodStanding(uint64 batch, uint32 firstIndex, uint32 endIndex, Trouble trouble);
    error NotSuspended(uint64 batch, uint32 firstIndex, uint32 endIndex);
    error TooManySegments(uint64 batch, uint256 most);
    error EvidenceMissing();

    // ------------------------------------------------------------------------------------- registrar, operator

    /// @notice Register a series, once. @param id 1 to 64 characters of `A-Z 0-9 . _ -`.
    function registerSeries(string calldata id) external returns (uint32 series);

    /// @notice Issue credits `firstSerial … firstSerial + count - 1` of `series` as one lot of `to`, never more than
    /// the report verified, never a serial number twice.
    /// @param hint First serial of an issued block of the series below this one (the nearest costs least), or
    /// `type(uint256).max` for none.
    function issue(
        uint64 report,
        uint32 series,
        uint128 firstSerial,
        uint32 count,
        address to,
        bytes32 evidence,
        uint256 hint
    ) external returns (uint256 lot);

    /// @notice Attest that the source registry holds `count` more retired credits of `lot` as cancelled.
    /// @param expectedFirstIndex Index in the batch of the first credit not yet confirmed; makes a retry harmless.
    function confirmSourceCancellation(uint256 lot, uint32 expectedFirstIndex, uint32 count, bytes32 evidence) external;

    /// @notice Take a lot out, as its owner asked. Terminal. Confirm only what the chain holds as final.
    function confirmWithdrawal(uint256 lot, bytes32 evidence) external;

    /// @notice Take all live credits of a lot out without its owner (forced cancellation). Terminal.
    /// Retired credits are never undone; say what is wrong with them by `invalidate`.
    function forceWithdraw(uint256 lot, bytes32 evidence) external returns (uint256 withdrawnLot);

    /// @notice Suspend credits that are in good standing: they cannot be retired, claimed or withdrawn meanwhile, and
    /// every certificate of them shows it.
    function suspend(uint64 batch, uint32 firstIndex, uint32 endIndex, bytes32 evidence) external;

    /// @notice End the suspension of credits that are all suspended, by one earlier call.
    function reinstate(uint64 batch, uint32 firstIndex, uint32 endIndex, bytes32 evidence) external;

    /// @notice Declare credits invalid. Final. Ranges that meet or touch become one; suspensions inside end.
    function invalidate(uint64 batch, uint32 firstIndex, uint32 endIndex, bytes32 evidence) external;

    /// @notice Stop new business for ever, so that a successor never holds a serial that is live here. Claims on
    /// credits that are retired already can still be anchored, and live lots can still be withdrawn. Irrevocable.
    function close(address successor) external;

    // ------------------------------------------------------------------------------------------------- owners

    /// @notice Split a lot: it keeps its first `count` credits and all its marks; the rest is a new lot.
    /// max(1, retired) ≤ count < the lot's count. By its owner or an account approved for it.
    function split(uint256 lot, uint32 count) external returns (uint256 tail);

    /// @notice Split off the last `tailCount` credits (all of an untouched lot: no split), move them to `to`, and
    /// retire them if `retireThem`, in one step. By the owner; an approved account may not retire.
    function splitTo(uint256 lot, uint32 tailCount, address to, bool retireThem) external returns (uint256 tail);

    /// @notice Let `claimant` retire and claim beside the owner; ends when the lot moves. Zero: nobody.
    function nameClaimant(uint256 lot, address claimant) external;

    /// @notice Retire `count` credits at the head of the live part. Nobody can undo this, the owner included.
    /// By the owner or the claimant, never by an ERC-721 approval.
    /// @param expectedFirstIndex Index in the batch of the first credit to retire; makes a retry harmless.
    function retire(uint256 lot, uint32 expectedFirstIndex, uint32 count) external;

    /// @notice Claim the next `total` grams of the lot for `leafCount` certificates, whose Merkle-sum root is `root`.
    /// By the owner or the claimant, never by an ERC-721 approval. Suspended credits cannot be claimed; invalidated ones
    /// can, so that the credits behind them are not lost: certificates of them are compromised from the start.
    /// @param expectedTranche The number this tranche must get. @param expectedStart The gram it must start at.
    function anchor(
        uint256 lot,
        uint32 expectedTranche,
        uint64 expectedStart,
        uint64 leafCount,
        uint64 total,
        bytes32 root
    ) external returns (bytes32 anchored);

    /// @notice Ask that a whole lot with nothing retired be taken out without a claim. Until the operator confirms,
    /// the lot rests; the owner may cancel.
    function requestWithdrawal(uint256 lot) external;

    function cancelWithdrawal(uint256 lot) external;

    // ------------------------------------------------------------------------------------------------ reading

    function lotOf(uint256 lot) external view returns (Lot memory);

    function marksOf(uint256 lot) external view returns (Marks memory);

    /// @notice The account that attested the last source cancellation of the lot.
    function confirmedBy(uint256 lot) external view returns (address);

    function anchorOf(uint256 lot, uint32 tranche) external view returns (bytes32);

    function batchOf(uint64 batch) external view returns (Batch memory);

    function seriesOf(uint32 series) external view returns (string memory);

    /// @notice The number of a series by its id; 0 if it is not registered.
    function seriesNumber(string calldata id) external view returns (uint32);

    function issuedOf(uint64 report) external view returns (uint256 tonnes);

    /// @notice All ranges of the batch that are not in good standing; disjoint, in no order.
    function segmentsOf(uint64 batch) external view returns (Segment[] memory);

    /// @notice The serials issued next after `serial` in the series' list, for finding a hint.
    /// @return exists Whether a block starts at `serial`. @return next First serial of the next block, or
    /// `type(uint256).max` at the end. Ask with `type(uint256).max` for the head of the list.
    function blockAt(uint32 series, uint256 serial)
        external
        view
        returns (bool exists, uint32 count, uint64 batch, uint256 next);

    function closed() external view returns (bool);
}
