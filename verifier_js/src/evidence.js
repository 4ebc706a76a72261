// Evidence, a member of the bundle: block headers and the trie nodes that lead from them to the slots of checks 4 to 9.
// It never raises a level by itself: its header's hash must be known from elsewhere (docs/spec/evidence.md).
import { fromHex, requireHex } from "./bytes.js";
import { InvalidInput } from "./errors.js";
import { MAX_HEADER, parseHeader } from "./header.js";
import { requireList, requireObject, requireString } from "./members.js";

const MAX_ENTRIES = 4;
const MAX_NODES = 1_024;
const MAX_NODE = 532; // a branch with 16 hashes and no value

/** The entries `{header, nodes}` of a bundle's `evidence`, each of another block; raises InvalidInput. */
export function parseEvidence(value) {
  const entries = requireList(value, "evidence", MAX_ENTRIES).map((entry, i) => entryFrom(entry, `evidence[${i}]`));
  if (new Set(entries.map(({ header }) => header.block.hash)).size !== entries.length) {
    throw new InvalidInput("two entries of one block", { expected: "one entry for each block", place: "evidence" });
  }
  return entries;
}

function entryFrom(value, place) {
  const members = requireObject(value, place, ["header", "nodes"]);
  const listed = requireList(members.nodes, `${place}.nodes`, MAX_NODES);
  const header = bytesFrom(members.header, `${place}.header`, MAX_HEADER);
  const nodes = listed.map((node, i) => bytesFrom(node, `${place}.nodes[${i}]`, MAX_NODE));
  if (new Set(listed).size !== listed.length) {
    throw new InvalidInput("a node appears twice", { expected: "each node once", place: "evidence.nodes" });
  }
  return { header: parseHeader(header), nodes };
}

function bytesFrom(value, place, most) {
  return fromHex(requireHex(requireString(value, place, 2 + 2 * most), 1, most, place));
}
