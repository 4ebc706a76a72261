// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {
    AccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import { ERC721 } from "solady/tokens/ERC721.sol";
import { ICreditRegistry } from "../interfaces/ICreditRegistry.sol";
import { LotUri } from "../libraries/LotUri.sol";
import { Batch, Lot } from "../types/Credits.sol";
import { CLAIMANT, newTape, REQUESTED, Tape, WITHDRAWN } from "../types/Tape.sol";
import { Standing } from "./Standing.sol";

/// @dev Lots as tokens: who holds them, who may claim from them, how they split and move.
abstract contract Lots is Standing, ERC721 {
    // ------------------------------------------------------------------------------------------------- owners

    /// @inheritdoc ICreditRegistry
    function split(uint256 lot, uint32 count) external whenOpen returns (uint256 tail) {
        // Check
        (address holder, Tape tape) = _tapeOf(lot);
        if (!_isApprovedOrOwner(msg.sender, lot)) revert NotTheOwner(lot, msg.sender);
        _requireResting(lot, tape);
        uint32 least = tape.retired() == 0 ? 1 : tape.retired();
        if (count < least || count >= tape.count()) revert CountInvalid(count, least, tape.count() - 1);

        // Effect
        return _splitOff(lot, tape, tape.count() - count, holder, 0);
    }

    /// @inheritdoc ICreditRegistry
    function splitTo(uint256 lot, uint32 tailCount, address to, bool retireThem)
        external
        whenOpen
        returns (uint256 tail)
    {
        // Check
        (address holder, Tape tape) = _tapeOf(lot);
        bool allowed = retireThem ? msg.sender == holder : _isApprovedOrOwner(msg.sender, lot);
        if (!allowed) revert NotTheOwner(lot, msg.sender);
        _requireResting(lot, tape);
        _requireRecipient(to);
        if (tailCount == 0 || tailCount > tape.live()) revert CountInvalid(tailCount, 1, tape.live());
        uint32 firstIndex = uint32(lot) + tape.count() - tailCount;
        if (retireThem) _requireGoodStanding(lot, firstIndex, tailCount);

        // Effect
        uint32 retired = retireThem ? tailCount : 0;
        if (tailCount == tape.count()) {
            tail = lot;
            _transfer(address(0), holder, to, lot);
            if (retireThem) _setTape(lot, newTape(tailCount, retired, 0));
        } else {
            tail = _splitOff(lot, tape, tailCount, to, retired);
        }
        if (retireThem) _recordRetired(tail, firstIndex, tailCount);
    }

    /// @inheritdoc ICreditRegistry
    function nameClaimant(uint256 lot, address claimant) external {
        // Check
        (address holder, Tape tape) = _tapeOf(lot);
        if (msg.sender != holder) revert NotTheOwner(lot, msg.sender);
        if (tape.has(WITHDRAWN)) revert LotIsWithdrawn(lot);

        // Effect
        _claimants[lot] = claimant;
        _setTape(lot, claimant == address(0) ? tape.clear(CLAIMANT) : tape.set(CLAIMANT));
        _recordClaimantNamed(lot, claimant);
    }

    /// @dev ERC-721's approvals are not folded and not mirrored: they move no credit.
    function approve(address account, uint256 id) public payable override {
        if (msg.value != 0) revert EtherRefused();
        super.approve(account, id);
    }

    // ------------------------------------------------------------------------------------------------ reading

    /// @inheritdoc ICreditRegistry
    function lotOf(uint256 lot) external view returns (Lot memory) {
        Tape tape = Tape.wrap(_getExtraData(lot));
        return Lot({
            owner: _ownerOf(lot),
            count: tape.count(),
            retired: tape.retired(),
            withdrawalRequested: tape.has(REQUESTED),
            withdrawn: tape.has(WITHDRAWN),
            claimant: tape.has(CLAIMANT) ? _claimants[lot] : address(0)
        });
    }

    function name() public pure override returns (string memory) {
        return "Carbon credit lot";
    }

    function symbol() public pure override returns (string memory) {
        return "LOT";
    }

    /// @notice What the chain knows of a lot, as a JSON data URI. No server is asked.
    function tokenURI(uint256 lot) public view override returns (string memory) {
        (, Tape tape) = _tapeOf(lot);
        Batch memory batch = _batches[uint64(lot >> 32)];
        return LotUri.json(
            lot,
            _series[batch.series],
            uint256(batch.firstSerial) + uint32(lot),
            tape.count(),
            tape.retired(),
            tape.has(WITHDRAWN)
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

    function _create(uint256 lot, address to, Tape tape) internal {
        _mintAndSetExtraDataUnchecked(to, lot, Tape.unwrap(tape));
    }

    function _setTape(uint256 lot, Tape tape) internal {
        _setExtraData(lot, Tape.unwrap(tape));
    }

    /// @dev The first part keeps its id and all marks; the tail is minted to `to` with `retired` credits retired.
    function _splitOff(uint256 lot, Tape tape, uint32 tailCount, address to, uint32 retired)
        internal
        returns (uint256 tail)
    {
        uint32 count = tape.count() - tailCount;
        tail = lot + count;
        _setTape(lot, tape.head(count));
        _recordLotSplit(lot, tail, count);
        _create(tail, to, newTape(tailCount, retired, 0));
    }

    /// @dev ERC-721 moves only resting lots with nothing retired; the claimant's right ends with the move.
    function _beforeTokenTransfer(address from, address to, uint256 id) internal override {
        if (from == address(0)) return; // a new lot: its maker has checked
        _requireOpen();
        if (msg.value != 0) revert EtherRefused();
        _requireRecipient(to);
        Tape tape = Tape.wrap(_getExtraData(id));
        _requireResting(id, tape);
        if (tape.retired() != 0) revert LotHasRetiredCredits(id, tape.retired());
        if (tape.has(CLAIMANT)) _setTape(id, tape.clear(CLAIMANT));
    }

    /// @dev ERC-721's own event, which carries no prior.
    function _afterTokenTransfer(address from, address to, uint256 id) internal override {
        _fold(historyHash(), abi.encode(Transfer.selector, from, to, id));
    }

    // ------------------------------------------------------------------------------------------------- checks

    function _tapeOf(uint256 lot) internal view returns (address holder, Tape tape) {
        holder = _ownerOf(lot);
        if (holder == address(0)) revert LotUnknown(lot);
        tape = Tape.wrap(_getExtraData(lot));
    }

    function _requireClaimRight(uint256 lot, address holder, Tape tape) internal view {
        if (msg.sender == holder) return;
        if (!tape.has(CLAIMANT) || _claimants[lot] != msg.sender) revert NotOwnerNorClaimant(lot, msg.sender);
    }

    function _requireResting(uint256 lot, Tape tape) internal pure {
        if (tape.has(WITHDRAWN)) revert LotIsWithdrawn(lot);
        if (tape.has(REQUESTED)) revert WithdrawalPending(lot);
    }

    function _requireRecipient(address to) internal view {
        if (to == address(0) || to == address(this)) revert RecipientInvalid(to);
    }
}
