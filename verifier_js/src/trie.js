// Merkle-Patricia proofs: what one key holds in the trie under a root hash, or that it holds nothing.
// Strict: a node is used only where its hash is asked for, and one that no writer of a trie would write is refused.
import { fromHex, hex0x } from "./bytes.js";
import { InvalidInput, Unavailable } from "./errors.js";
import { keccak256 } from "./keccak.js";
import { decodeRlp, encodeRlp } from "./rlp.js";

const EMPTY_ROOT = hex0x(keccak256(Uint8Array.of(0x80)));
const NOTHING = new Uint8Array(0);

/** A node that the way to a key needs is not among those given: neither presence nor absence is shown. */
export class NotProven extends Unavailable {}

/** Nodes (Uint8Array) of one or several tries, found by their hash. Roots and names are `0x` texts. */
export class TrieNodes {
  constructor(nodes = []) {
    this.raw = new Map();
    this.read = new Map();
    this.used = new Set();
    for (const node of nodes) this.add(node);
  }

  add(node) {
    this.raw.set(hex0x(keccak256(node)), node);
  }

  /** How many nodes no answer has needed so far. */
  get unused() {
    return this.raw.size - this.used.size;
  }

  /** The value at `key` (bytes) under `root`, or null if it is proven that there is none. */
  get(root, key) {
    if (root === EMPTY_ROOT) return null;
    const digits = hex0x(key).slice(2); // one hex digit is one nibble
    const way = [];
    const answer = (value) => {
      for (const name of way) this.used.add(name);
      return value.length ? value : null;
    };
    let at = 0;
    let atRoot = true;
    let afterExtension = false;
    let reference = fromHex(root);
    for (;;) {
      let node;
      if (Array.isArray(reference)) {
        node = nodeFrom(reference);
      } else {
        const name = hex0x(reference);
        node = this.load(name, atRoot);
        way.push(name);
      }
      atRoot = false;
      if (afterExtension && !node.children) refuse("an extension leads to something other than a branch");
      afterExtension = false;
      if (node.children) {
        if (at === digits.length) return answer(node.children[16]);
        reference = node.children[parseInt(digits[at++], 16)];
        if (!reference.length) return answer(NOTHING);
      } else if (node.child) {
        if (!digits.startsWith(node.path, at)) return answer(NOTHING);
        at += node.path.length;
        reference = node.child;
        afterExtension = true;
      } else {
        return answer(digits.slice(at) === node.path ? node.value : NOTHING);
      }
    }
  }

  load(name, atRoot) {
    const known = this.read.get(name);
    if (known) return known;
    const raw = this.raw.get(name);
    if (!raw) throw new NotProven("a trie node is missing", { expected: `the node ${name}`, found: "none" });
    if (raw.length < 32 && !atRoot) refuse("a node of less than 32 bytes does not stand inside its parent");
    const node = nodeFrom(decodeRlp(raw, { what: "trie node" }));
    this.read.set(name, node);
    return node;
  }
}

/** The value that `nodes` prove, or null for absence; refuses every list of nodes that is not exactly a proof. */
export function verifyProof(root, key, nodes) {
  const pool = new TrieNodes(nodes);
  let value;
  try {
    value = pool.get(root, key);
  } catch (error) {
    if (error instanceof NotProven) throw new InvalidInput(error.message);
    throw error;
  }
  if (pool.used.size !== nodes.length) {
    throw new InvalidInput("nodes that the proof does not need", {
      expected: String(pool.used.size), found: String(nodes.length),
    });
  }
  return value;
}

// A branch {children}, an extension {path, child} or a leaf {path, value}, if some writer could have written it.
function nodeFrom(item) {
  if (!Array.isArray(item)) refuse("it is not a list");
  if (item.length === 17) return branchFrom(item);
  if (item.length !== 2) refuse(`it has ${item.length} members, expected 2 or 17`);
  const [head, rest] = item;
  if (Array.isArray(head) || !head.length) refuse("its path is not a byte string");
  const flag = head[0] >> 4;
  const digits = hex0x(head).slice(2);
  if (flag > 3) refuse("its path has an unknown flag");
  if (!(flag & 1) && head[0] & 15) refuse("its path is padded with something other than 0");
  const path = digits.slice(flag & 1 ? 1 : 2);
  if (flag & 2) {
    if (Array.isArray(rest) || !rest.length) refuse("a leaf holds nothing");
    return { path, value: rest };
  }
  if (!path) refuse("an extension has no path");
  if (!rest.length) refuse("an extension leads nowhere");
  checkReference(rest);
  return { path, child: rest };
}

function branchFrom(items) {
  let filled = 0;
  for (const child of items.slice(0, 16)) {
    if (child.length) {
      filled++;
      checkReference(child);
    } else if (Array.isArray(child)) {
      refuse("a child is an empty list");
    }
  }
  if (Array.isArray(items[16])) refuse("the value of a branch is not a byte string");
  if (filled + (items[16].length ? 1 : 0) < 2) refuse("a branch has less than two members");
  return { children: items };
}

function checkReference(child) {
  if (!Array.isArray(child)) {
    if (child.length !== 32) refuse(`a child is named by ${child.length} bytes, expected 32`);
  } else if (encodeRlp(child).length >= 32) {
    refuse("a node of 32 bytes or more stands inside its parent");
  }
}

function refuse(why) {
  throw new InvalidInput(`not a trie node: ${why}`);
}
