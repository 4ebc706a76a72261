// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import { ICreditRegistry as R } from "../../../contracts/interfaces/ICreditRegistry.sol";
import { IProjectRegistry as P } from "../../../contracts/interfaces/IProjectRegistry.sol";
import { vm, Vm } from "./Vm.sol";

/// @dev The history hash as the specification tells it, recomputed from events alone.
library Fold {
    function genesis(address emitter) internal view returns (bytes32) {
        return sha256(abi.encodePacked("history/1", block.chainid, emitter));
    }

    /// @dev Fold the events of `emitter` among `logs`, all of the present block. Each own event must say which hash it
    /// extends.
    function extend(bytes32 hash, Vm.Log[] memory logs, address emitter)
        internal
        view
        returns (bytes32, uint256 folded)
    {
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter != emitter || !isFolded(logs[i].topics[0])) continue;
            if (isOwn(logs[i].topics[0])) vm.assertEq(prior(logs[i]), hash, "prior");
            bytes32 digest = sha256(bytes.concat(abi.encodePacked(logs[i].topics), logs[i].data));
            hash = sha256(
                bytes.concat(
                    hex"03",
                    hash,
                    digest,
                    abi.encodePacked(uint64(block.number), uint64(block.timestamp), blockhash(block.number - 1))
                )
            );
            ++folded;
        }
        return (hash, folded);
    }

    function isFolded(bytes32 topic) internal pure returns (bool) {
        return topic != keccak256("Approval(address,address,uint256)")
            && topic != keccak256("ApprovalForAll(address,address,bool)")
            && topic != keccak256("DefaultAdminTransferScheduled(address,uint48)")
            && topic != keccak256("DefaultAdminTransferCanceled()")
            && topic != keccak256("DefaultAdminDelayChangeScheduled(uint48,uint48)")
            && topic != keccak256("DefaultAdminDelayChangeCanceled()");
    }

    /// @dev The events of the base contracts carry no prior.
    function isOwn(bytes32 topic) internal pure returns (bool) {
        return topic != keccak256("Transfer(address,address,uint256)")
            && topic != keccak256("RoleGranted(bytes32,address,address)")
            && topic != keccak256("RoleRevoked(bytes32,address,address)");
    }

    /// @dev The last member: the last word, or, where a string leads the data, the word before the string's tail.
    function prior(Vm.Log memory log) internal pure returns (bytes32) {
        bytes32 topic = log.topics[0];
        bool text = topic == R.SeriesRegistered.selector || topic == P.ProjectProposed.selector
            || topic == P.ProjectRecorded.selector;
        uint256 end = text ? uint256(_word(log.data, 0)) : log.data.length;
        return _word(log.data, end - 32);
    }

    function _word(bytes memory data, uint256 offset) private pure returns (bytes32) {
        bytes memory word = new bytes(32);
        for (uint256 i = 0; i < 32; ++i) {
            word[i] = data[offset + i];
        }
        return abi.decode(word, (bytes32));
    }
}
