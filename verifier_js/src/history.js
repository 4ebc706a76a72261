// The history hash: each contract's fold of all its state changes, in the order of its events (docs/spec/history.md).
import { concat, fromHex, hex0x, unsigned, utf8 } from "./bytes.js";
import { sha256 } from "./sha256.js";

export function historyGenesis(chainId, contract) {
  return hex0x(sha256(concat(utf8("history/1"), unsigned(chainId, 32), fromHex(contract))));
}

/** SHA-256 of one log's topics and data. */
export function eventDigest(topics, data) {
  return hex0x(sha256(concat(...topics.map(fromHex), fromHex(data))));
}

export function foldEvent({ prior, digest, blockNumber, blockTimestamp, parentHash }) {
  const block = [unsigned(blockNumber, 8), unsigned(blockTimestamp, 8), fromHex(parentHash)];
  return hex0x(sha256(concat([3], fromHex(prior), fromHex(digest), ...block)));
}
