// Level 3 from a node that need not be trusted: it gives header and storage proofs, the trusted block hash judges them.
import { fromHex, hex0x, unsigned } from "./bytes.js";
import { Contradiction, InvalidInput, Unavailable } from "./errors.js";
import { isTrusted, parseHeader } from "./header.js";
import { Node } from "./node.js";
import { ProofReader, provenAt } from "./proven.js";
import { encodeRlp } from "./rlp.js";
import { readFacts } from "./slots.js";
import { TrieNodes } from "./trie.js";

// The header's fields in order; integers lose their leading zeros. Forks add to the end.
const FIELDS = [
  "parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom", "difficulty*",
  "number*", "gasLimit*", "gasUsed*", "timestamp*", "extraData", "mixHash", "nonce",
];
const LATER_FIELDS = [
  "baseFeePerGas*", "withdrawalsRoot", "blobGasUsed*", "excessBlobGas*", "parentBeaconBlockRoot", "requestsHash",
];

/**
 * The facts of a tranche at a block that the verifier trusts, `{hash, number or null}`, proven by what the node at
 * `url` gives. Throws Unavailable if it gives no proof of this block, Contradiction if it names another block.
 */
export async function readFactsByProof(fetchLike, url, registry, { lot, tranche }, trusted) {
  const node = new Node(fetchLike, url);
  const header = await readHeader(node, trusted);
  const nodes = new TrieNodes();
  const proofs = new ProofReader(header, nodes, registry, provenAt(header));
  const at = `0x${header.block.number.toString(16)}`;
  const reader = {
    seen: proofs.seen,
    async read(contract, slots) {
      const keys = slots.map((slot) => hex0x(unsigned(slot, 32)));
      const answer = await node.request("eth_getProof", [contract, keys, at]);
      for (const raw of proofNodes(node, answer)) nodes.add(raw);
      return proofs.read(contract, slots);
    },
  };
  try {
    return await readFacts(registry.projectRegistry.address, registry.creditRegistry.address, lot, tranche, reader);
  } catch (error) {
    if (error instanceof InvalidInput) throw new Unavailable(`the node at ${node.name} gave no proof: ${error.message}`);
    throw error;
  }
}

async function readHeader(node, trusted) {
  const answer = await node.request("eth_getBlockByHash", [trusted.hash, false]);
  if (answer === null || typeof answer !== "object") throw node.unusable(`block ${trusted.hash}`, "none");
  const later = LATER_FIELDS.filter((name) => answer[name.replace("*", "")] !== undefined);
  const fields = [...FIELDS, ...later].map((name) => {
    const isInteger = name.endsWith("*");
    const text = String(answer[name.replace("*", "")]);
    const bytes = fromHex(node.hex(isInteger && text.length % 2 ? text.replace("0x", "0x0") : text));
    const first = bytes.findIndex((byte) => byte !== 0);
    return isInteger ? bytes.slice(first < 0 ? bytes.length : first) : bytes;
  });
  let header = null;
  try {
    header = parseHeader(encodeRlp(fields));
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
  }
  if (header !== null && isTrusted(header.block, [trusted])) return header;
  throw new Contradiction(`the node at ${node.name} gave a header that is not the trusted block's`, {
    expected: trusted.hash, found: header === null ? "no header" : header.block.hash,
    hint: "check hash and number of the trusted block, or ask another node",
  });
}

function proofNodes(node, answer) {
  const lists = [answer?.accountProof, ...(Array.isArray(answer?.storageProof) ? answer.storageProof : []).map((one) => one?.proof)];
  if (lists.some((list) => !Array.isArray(list))) throw node.unusable("proofs of an account and its storage");
  return lists.flat().map((raw) => fromHex(node.hex(raw)));
}
