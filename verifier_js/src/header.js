// Block headers, and the blocks that the verifier trusts. A header proves nothing by itself: anybody can write one.
import { hex0x, requireHash } from "./bytes.js";
import { MAX_GRAMS } from "./certificate.js";
import { InvalidInput, shorten } from "./errors.js";
import { keccak256 } from "./keccak.js";
import { parseDecimal, requireInteger, requireList, requireObject, requireString } from "./members.js";
import { decodeFixed, decodeInteger, decodeRlp } from "./rlp.js";
import { MAX_INTEGER, parseStrict } from "./strict_json.js";

export const MAX_HEADER = 4_096;
const FIXED = [
  ["parentHash", 32], ["sha3Uncles", 32], ["miner", 20], ["stateRoot", 32], ["transactionsRoot", 32],
  ["receiptsRoot", 32], ["logsBloom", 256],
];
const INTEGERS = [["difficulty", 32], ["number", 8], ["gasLimit", 8], ["gasUsed", 8], ["timestamp", 8]];

/** `{stateRoot, block: {number, hash, timestamp}}` of a header in strict RLP; its hash is Keccak-256 of its bytes. */
export function parseHeader(raw) {
  const fields = decodeRlp(raw, { maxBytes: MAX_HEADER, what: "header" });
  if (!Array.isArray(fields) || fields.length < 15 || fields.length > 30) {
    const found = Array.isArray(fields) ? `${fields.length} fields` : "a byte string";
    throw new InvalidInput("not a block header", { expected: "a list of 15 to 30 fields", found, place: "header" });
  }
  const read = {};
  FIXED.forEach(([name, size], i) => { read[name] = decodeFixed(fields[i], size, `header.${name}`); });
  INTEGERS.forEach(([name, size], i) => { read[name] = decodeInteger(fields[7 + i], size, `header.${name}`); });
  fields.forEach((field, i) => {
    if (Array.isArray(field)) {
      throw new InvalidInput("wrong type", { expected: "a byte string", found: "a list", place: `header field ${i}` });
    }
  });
  for (const name of ["number", "timestamp"]) {
    if (read[name] > BigInt(MAX_GRAMS)) {
      throw new InvalidInput("out of range", { expected: "below 2^53", place: `header.${name}` });
    }
  }
  const block = { number: Number(read.number), hash: hex0x(keccak256(raw)), timestamp: Number(read.timestamp) };
  return { stateRoot: hex0x(read.stateRoot), block };
}

/** Whether one of the `trusted` blocks ({hash, number or null}) is this one. */
export function isTrusted(block, trusted) {
  return trusted.some(({ hash, number }) => hash === block.hash && (number === null || number === block.number));
}

/** `{hash, number}` of `HASH` or `NUMBER:HASH` as typed, any case; raises InvalidInput. */
export function parseTrustedBlock(text) {
  const place = "trusted block";
  const colon = text.lastIndexOf(":");
  const hash = requireHash(text.slice(colon + 1).replace(/[A-F]/g, (digit) => digit.toLowerCase()), place);
  return { hash, number: colon < 0 ? null : Number(parseDecimal(text.slice(0, colon), place, 0n, BigInt(MAX_INTEGER))) };
}

/** The trusted blocks of a checkpoints file, which must be of the registry's chain; raises InvalidInput. */
export function parseCheckpoints(data, registry) {
  const members = requireObject(parseStrict(data, { what: "checkpoints file" }), "checkpoints", [
    "version", "chainId", "genesisHash", "blocks",
  ]);
  if (members.version !== "checkpoints/1") {
    throw new InvalidInput("unknown version", {
      expected: "checkpoints/1", found: shorten(members.version), place: "checkpoints.version",
    });
  }
  const chainId = parseDecimal(members.chainId, "checkpoints.chainId", 1n, (1n << 256n) - 1n);
  const genesis = requireHash(members.genesisHash, "checkpoints.genesisHash");
  if (chainId !== registry.chainId || genesis !== registry.genesisHash) {
    throw new InvalidInput("checkpoints of another chain", {
      expected: `chain ${registry.chainId} with genesis block ${registry.genesisHash}`,
      found: `chain ${chainId} with genesis block ${genesis}`,
      hint: "the checkpoints file that belongs to this registry file",
      place: "checkpoints",
    });
  }
  return requireList(members.blocks, "checkpoints.blocks", 4_096).map((value, i) => {
    const place = `checkpoints.blocks[${i}]`;
    const entry = requireObject(value, place, ["number", "hash"]);
    const number = requireInteger(entry.number, `${place}.number`, 0, MAX_INTEGER);
    return { number, hash: requireHash(requireString(entry.hash, `${place}.hash`, 66), `${place}.hash`) };
  });
}
