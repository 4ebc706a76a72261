// Facts from storage proofs: evidence read under a header that somebody vouches for.
import { fromHex, hex0x, unsigned } from "./bytes.js";
import { Contradiction, InvalidInput } from "./errors.js";
import { isTrusted } from "./header.js";
import { keccak256 } from "./keccak.js";
import { decodeFixed, decodeInteger, decodeRlp } from "./rlp.js";
import { readFacts, unreadFacts } from "./slots.js";
import { TrieNodes } from "./trie.js";

/** Storage words of the two pinned contracts, from trie nodes under a header's state root: a reader for `readFacts`. */
export class ProofReader {
  constructor(header, nodes, registry, seen) {
    this.header = header;
    this.nodes = nodes;
    this.seen = seen;
    const pinned = [registry.projectRegistry, registry.creditRegistry];
    this.codeHashes = new Map(pinned.map(({ address, codeHash }) => [address, codeHash]));
    this.storageRoots = new Map();
  }

  read(contract, slots) {
    const known = this.storageRoots.get(contract) ?? this.storageRoot(contract);
    this.storageRoots.set(contract, known);
    return slots.map((slot) => this.word(known, slot));
  }

  storageRoot(contract) {
    const expected = this.codeHashes.get(contract);
    const { number } = this.header.block;
    const raw = this.nodes.get(this.header.stateRoot, keccak256(fromHex(contract)));
    if (raw === null) {
      throw new Contradiction(`block ${number} has no contract at ${contract}`, {
        expected: `code ${expected}`, found: "no account", hint: "a later block of the registry's own chain",
      });
    }
    const account = decodeRlp(raw, { maxBytes: 128, what: "account" });
    if (!Array.isArray(account) || account.length !== 4) {
      throw new InvalidInput("not an account", { expected: "nonce, balance, storage root and code hash" });
    }
    decodeInteger(account[0], 8, "account.nonce");
    decodeInteger(account[1], 32, "account.balance");
    const code = hex0x(decodeFixed(account[3], 32, "account.codeHash"));
    if (code !== expected) {
      throw new Contradiction(`block ${number} holds other code at ${contract}`, {
        expected, found: code, hint: "a block of the registry's own chain",
      });
    }
    return hex0x(decodeFixed(account[2], 32, "account.storageRoot"));
  }

  word(root, slot) {
    const raw = this.nodes.get(root, keccak256(unsigned(slot, 32)));
    if (raw === null) return 0n;
    // A stored zero is as good as absence: the root commits to it (anvil writes them, chains do not).
    return decodeInteger(decodeRlp(raw, { maxBytes: 33, what: "storage word" }), 32, "storage word");
  }
}

/** What one entry proves of a tranche, known as `seen` says. An entry with anything malformed or extra is not used. */
export async function readEvidence(entry, registry, { lot, tranche }, seen) {
  const nodes = new TrieNodes(entry.nodes);
  const reader = new ProofReader(entry.header, nodes, registry, seen);
  const refused = (why) => unreadFacts(`the evidence under block ${entry.header.block.number} is refused: ${why}`, false);
  let facts;
  try {
    facts = await readFacts(registry.projectRegistry.address, registry.creditRegistry.address, lot, tranche, reader);
  } catch (error) {
    if (error instanceof InvalidInput) return refused(error.message);
    throw error;
  }
  if (!nodes.unused) return facts;
  return refused(`${nodes.unused} of ${entry.nodes.length} trie nodes belong to no proof that is needed`);
}

/** Level 3: a list with the facts of each entry under a block that the verifier trusts. Other entries say nothing. */
export function provenFacts(entries, registry, anchor, trusted) {
  const counted = entries.filter(({ header }) => isTrusted(header.block, trusted));
  return Promise.all(counted.map((entry) => readEvidence(entry, registry, anchor, provenAt(entry.header))));
}

/** How a fact is known that is proven under a header that the verifier trusts: final by definition. */
export function provenAt({ block }) {
  return { level: 3, block, final: true, sources: `storage proofs under trusted block ${block.number}` };
}

/** No fact, with the reason: nobody that the verifier trusts has named the headers of the evidence. */
export function untrustedFacts(entries) {
  if (!entries.length) return unreadFacts("the file carries no evidence under a trusted block");
  const named = entries.map(({ header: { block } }) => `${block.number}:${block.hash}`).join(", ");
  return unreadFacts(
    `the evidence rests on block ${named}, which is not among the trusted ones; ` +
    "trust it only if you know this hash from another source than this file",
  );
}
