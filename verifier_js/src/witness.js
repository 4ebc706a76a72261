// Facts from JSON-RPC nodes: one node reports (level 1), k nodes that agree at one block hash witness (level 2).
// Every node must first be of the pinned chain and hold the pinned code.
import { ZERO_HASH, isRead } from "./chain_checks.js";
import { Contradiction, InvalidInput, Unavailable } from "./errors.js";
import { Node } from "./node.js";
import { readFacts, unreadFacts } from "./slots.js";

/**
 * `{facts, headFacts}` of the tranche at `anchor` ({lot, tranche} of the bundle), for `verify`.
 *
 * `urls`: the address of a node, or a list of them; `quorum` of them must agree (2 by default if there are several).
 * What nodes do not answer becomes `{unread}`; throws InvalidInput for addresses or a quorum that cannot be, and
 * Contradiction if a node is of another chain, holds other code, or the nodes disagree on the final block.
 */
export async function readFactsByRpc(fetchLike, urls, registry, anchor, { quorum = null } = {}) {
  const given = (Array.isArray(urls) ? urls : [urls]).map((url) => url.trim().replace(/\/+$/, ""));
  const distinct = [...new Set(given)];
  for (const url of distinct) {
    if (!/^https?:\/\/[^/?#]/i.test(url)) throw new InvalidInput("not the address of a node", { expected: "https://…" });
  }
  const need = quorum ?? Math.min(2, distinct.length);
  if (need < 1 || need > distinct.length) {
    throw new InvalidInput("the quorum cannot be met", { expected: `1 to ${distinct.length}`, found: String(need) });
  }
  try {
    const nodes = await connect(fetchLike, distinct, registry, need);
    const [block, able] = await finalBlock(nodes, registry, need);
    const facts = await factsAt(able, block, registry, anchor, need, distinct.length, true);
    const isAbsent = isRead(facts.anchor) && facts.anchor.value === ZERO_HASH;
    if (!isAbsent) return { facts, headFacts: null };
    const head = await nodes[0].header();
    return { facts, headFacts: await factsAt(nodes.slice(0, 1), head, registry, anchor, need, distinct.length, false) };
  } catch (error) {
    if (error instanceof Contradiction || !(error instanceof Unavailable)) throw error;
    return { facts: unreadFacts(error.message), headFacts: null };
  }
}

/** Raise Contradiction unless the node's chain id, genesis block and contract code are those of the registry file. */
export async function requireRegistry(node, registry) {
  const agree = (what, expected, found) => {
    if (expected === found) return;
    throw new Contradiction(`the node at ${node.name} is not on the registry's chain: another ${what}`, {
      expected, found, hint: "another node, or the registry file of this chain",
    });
  };
  const chainId = node.hexQuantity(await node.request("eth_chainId"));
  agree("chain id", String(registry.chainId), chainId);
  agree("genesis block", registry.genesisHash, (await node.header(0)).hash);
  for (const contract of [registry.projectRegistry, registry.creditRegistry]) {
    agree(`code at ${contract.address}`, contract.codeHash, await node.codeHash(contract.address));
  }
}

async function connect(fetchLike, urls, registry, need) {
  const nodes = [];
  const reasons = [];
  for (const url of urls) {
    const node = new Node(fetchLike, url);
    try {
      await requireRegistry(node, registry);
      nodes.push(node);
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      reasons.push(error.message);
    }
  }
  if (nodes.length >= need) return nodes;
  throw new Unavailable("too few nodes answered", {
    expected: `${need} of ${urls.length}`, found: `${nodes.length}: ${reasons.join("; ")}`, hint: "again later, or other nodes",
  });
}

// The newest block that a quorum holds as final, and the nodes that agree on its hash.
async function finalBlock(nodes, registry, need) {
  const heights = [];
  for (const node of nodes) {
    const header = await silent(() => node.finalizedHeader(registry.finality));
    if (header !== null) heights.push([header.number, node]);
  }
  if (heights.length < need) {
    throw new Unavailable("too few nodes answered", {
      expected: `${need} that agree`, found: `${heights.length} of those given`,
    });
  }
  heights.sort((one, other) => other[0] - one[0]);
  const number = heights[need - 1][0];
  const byHash = new Map();
  for (const [height, node] of heights) {
    if (height < number) continue;
    const header = await node.header(number);
    byHash.set(header.hash, [...(byHash.get(header.hash) ?? []), [header, node]]);
  }
  const [most] = [...byHash.values()].sort((one, other) => other.length - one.length);
  if (most.length < need) {
    throw new Contradiction(`the nodes disagree on final block ${number}`, {
      expected: `${need} nodes with one hash`, found: [...byHash.keys()].join(", "),
      hint: "find out which of them is on the chain that you mean",
    });
  }
  return [most[0][0], most.map(([, node]) => node)];
}

function factsAt(nodes, block, registry, { lot, tranche }, quorum, given, final) {
  const need = Math.min(quorum, nodes.length);
  const sources = need > 1 ? `${need} of ${given} nodes` : nodes[0].name;
  const reader = {
    seen: { level: need > 1 ? 2 : 1, block, final, sources },
    read: (contract, slots) => agreedWords(nodes, need, contract, slots, block),
  };
  return readFacts(registry.projectRegistry.address, registry.creditRegistry.address, lot, tranche, reader);
}

// The storage words that at least `need` of the nodes give at one block.
async function agreedWords(nodes, need, contract, slots, block) {
  const counts = new Map();
  const failures = [];
  for (const node of nodes) {
    try {
      const words = await node.storage(contract, slots, block);
      const key = words.join();
      counts.set(key, { words, votes: (counts.get(key)?.votes ?? 0) + 1 });
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      failures.push(error.message);
    }
  }
  const [best] = [...counts.values()].sort((one, other) => other.votes - one.votes);
  if (best && best.votes >= need) return best.words;
  if (counts.size > 1) {
    throw new Contradiction("the nodes disagree on storage at one block", {
      expected: `${need} equal answers`, found: `${counts.size} different ones`,
    });
  }
  throw new Unavailable("too few nodes answered", {
    expected: `${need} that agree`, found: failures.join("; ") || "none",
  });
}

async function silent(read) {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Unavailable) return null;
    throw error;
  }
}
