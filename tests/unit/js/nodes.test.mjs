// Reading the chain from nodes: what one says, what several agree on, and what is never held against a certificate.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  Contradiction, InvalidInput, assess, fromHex, hex0x, keccak256, parseBundle, readFactsByRpc,
} from "../../../verifier_js/src/index.js";
import { anchorSlot, elementSlot, lotSlot, memberSlot } from "../../../verifier_js/src/slots.js";
import { expectedAnchor } from "../../../verifier_js/src/verify.js";
import { registryFrom, vectors } from "./vectors.mjs";

const { bundle: value, registry: pinned, now } = vectors("verdict").verdicts[0];
const bundle = parseBundle(JSON.stringify(value));
const CODE = { projectRegistry: "0x6001", creditRegistry: "0x6002" };
for (const name of Object.keys(CODE)) pinned.contracts[name].codeHash = hex0x(keccak256(fromHex(CODE[name])));
const registry = registryFrom(pinned);
const { lot, tranche } = bundle.anchor;
const text = (letters) => BigInt(`0x${Buffer.from(letters).toString("hex").padEnd(62, "0")}${(2 * letters.length).toString(16).padStart(2, "0")}`);
const someone = (digit) => BigInt(`0x${digit.repeat(40)}`);

function words() {
  const batch = lot >> 32n;
  const credits = new Map([
    [anchorSlot(lot, tranche), BigInt(expectedAnchor(bundle, registry))],
    [lotSlot(lot), someone("a") | (20n << 160n) | (7n << 192n)],
    [memberSlot(lot, 6n), 6_000_000n | (3n << 64n) | (5n << 96n)],
    [memberSlot(lot, 11n), someone("d")],
    [memberSlot(batch, 8n), 1000n | (40n << 128n) | (2n << 160n) | (9n << 192n)],
    [memberSlot(batch, 8n) + 1n, someone("b")],
    [memberSlot(2n, 10n), text("VCS-42")],
  ]);
  const projects = new Map([
    [memberSlot(9n, 6n), 5n | (40n << 128n) | (4n << 160n)],
    [memberSlot(9n, 6n) + 1n, someone("b")],
    [memberSlot(5n, 5n), 1n | (4n << 32n) | (1n << 40n)],
    [memberSlot(5n, 5n) + 1n, someone("b")],
    [memberSlot(5n, 7n), text("1234")],
    [memberSlot(1n, 8n), BigInt(`0x${Buffer.from("VCS").toString("hex").padEnd(64, "0")}`)],
  ]);
  return { [registry.creditRegistry.address]: credits, [registry.projectRegistry.address]: projects };
}

// A node with one block of interest. `change` replaces answers of methods; `asked` lists what was asked.
function chain({ storage = words(), chainId = "0x7a69", hash = `0x${"64".repeat(32)}`, final = 100, change = {} } = {}) {
  const asked = [];
  const block = (number) => ({ number: `0x${number.toString(16)}`, timestamp: `0x${(now - 60).toString(16)}`,
    hash: number === 0 ? registry.genesisHash : hash });
  const methods = {
    eth_chainId: () => chainId,
    eth_getBlockByNumber: ([which]) => block({ finalized: final, latest: final + 5 }[which] ?? Number(which)),
    eth_getCode: ([address]) => CODE[address === registry.creditRegistry.address ? "creditRegistry" : "projectRegistry"],
    eth_getStorageAt: ([contract, slot]) => `0x${(storage[contract].get(BigInt(slot)) ?? 0n).toString(16).padStart(64, "0")}`,
    ...change,
  };
  const answer = ({ id, method, params }) => {
    asked.push({ method, params });
    const result = methods[method](params);
    return result instanceof Error ? { id, error: { code: -32000, message: result.message } } : { id, result };
  };
  return { asked, answer };
}

// Nodes by address, as `fetch` would reach them.
function network(nodes, { status = 200, mangle = (body) => body } = {}) {
  return async (url, { body }) => {
    const node = nodes[url];
    if (!node) throw new TypeError("refused");
    const question = JSON.parse(body);
    const answered = Array.isArray(question) ? question.map(node.answer) : node.answer(question);
    return { status, text: async () => mangle(JSON.stringify(answered)) };
  };
}

const judge = (fetchLike, urls = ["http://one"]) => assess({ bundle, registry, urls, fetchLike, now });

test("one node that holds the anchor makes it retired, at level 1, all read at one final block by its hash", async () => {
  const node = chain();
  const { verdict } = await judge(network({ "http://one": node }));
  assert.equal(verdict.verdict, "retired");
  assert.equal(verdict.level, 1);
  assert.equal(verdict.block.number, 100);
  assert.deepEqual(verdict.serials, [{ series: "VCS-42", first: "1012", last: "1012" }]);
  const places = node.asked.filter(({ method }) => method === "eth_getStorageAt").map(({ params }) => params[2]);
  assert.ok(places.length > 12);
  for (const place of places) assert.deepEqual(place, { blockHash: `0x${"64".repeat(32)}`, requireCanonical: true });
});

test("two nodes that agree witness, at level 2; the same address twice counts once", async () => {
  const both = network({ "http://one": chain(), "http://two": chain() });
  assert.equal((await judge(both, ["http://one", "http://two"])).verdict.level, 2);
  assert.equal((await judge(both, ["http://one", "http://one/"])).verdict.level, 1);
});

test("two nodes of which one lies come to no fact: unavailable, never invalid", async () => {
  const storage = words();
  storage[registry.creditRegistry.address].set(lotSlot(lot), 0n);
  const { verdict } = await judge(network({ "http://one": chain(), "http://two": chain({ storage }) }), ["http://one", "http://two"]);
  assert.equal(verdict.verdict, "unavailable");
  const forked = network({ "http://one": chain(), "http://two": chain({ hash: `0x${"65".repeat(32)}` }) });
  await assert.rejects(judge(forked, ["http://one", "http://two"]), Contradiction);
});

test("of three nodes, two that agree are enough, and a silent one is left out", async () => {
  const storage = words();
  storage[registry.creditRegistry.address].set(lotSlot(lot), 0n);
  const urls = ["http://one", "http://two", "http://three"];
  const liar = network({ "http://one": chain({ storage }), "http://two": chain(), "http://three": chain() });
  assert.deepEqual([(await judge(liar, urls)).verdict.verdict, (await judge(liar, urls)).verdict.level], ["retired", 2]);
  const silent = network({ "http://two": chain(), "http://three": chain() });
  assert.equal((await judge(silent, urls)).verdict.verdict, "retired");
});

test("outages, 429s, rubbish and refusals give unavailable with the reason", async () => {
  const node = () => ({ "http://one": chain() });
  const outages = {
    gone: network({}),
    busy: network(node(), { status: 429 }),
    broken: network(node(), { status: 502 }),
    html: network(node(), { mangle: () => "<html>" }),
    cut: network(node(), { mangle: (body) => body.slice(0, -1) }),
    empty: network(node(), { mangle: () => "" }),
    nothing: network(node(), { mangle: () => "null" }),
    refusing: network({ "http://one": chain({ change: { eth_getStorageAt: () => new Error("pruned") } }) }),
    short: network({ "http://one": chain({ change: { eth_getStorageAt: () => "0xzz" } }) }),
    headless: network({ "http://one": chain({ change: { eth_getBlockByNumber: () => null } }) }),
  };
  for (const [name, fetchLike] of Object.entries(outages)) {
    const { verdict } = await judge(fetchLike);
    assert.equal(verdict.verdict, "unavailable", name);
    assert.equal(verdict.level, 0, name);
    assert.match(verdict.checks[3].reason, /http:\/\/one|answered/, name);
  }
});

test("a node of another chain, or with other code, is a contradiction and not a verdict", async () => {
  await assert.rejects(judge(network({ "http://one": chain({ chainId: "0x1" }) })), Contradiction);
  const other = chain({ change: { eth_getCode: () => "0x6003" } });
  await assert.rejects(judge(network({ "http://one": other })), Contradiction);
});

test("a node without block hashes as places, or without batches, is asked in its own way", async () => {
  const plain = chain();
  const { eth_getStorageAt: read } = { eth_getStorageAt: plain.answer };
  const old = chain({ change: { eth_getStorageAt: (params) => (typeof params[2] === "object" ? new Error("no hashes") : read({ id: 0, method: "eth_getStorageAt", params }).result) } });
  assert.equal((await judge(network({ "http://one": old }))).verdict.verdict, "retired");
  const single = chain();
  const fetchLike = async (url, { body }) => {
    const question = JSON.parse(body);
    const answered = Array.isArray(question) ? { error: { code: -32600, message: "no batches" } } : single.answer(question);
    return { status: 200, text: async () => JSON.stringify(answered) };
  };
  assert.equal((await judge(fetchLike)).verdict.verdict, "retired");
});

test("what is not final yet is pending, and what is nowhere is unknown", async () => {
  const empty = words();
  empty[registry.creditRegistry.address].delete(anchorSlot(lot, tranche));
  const none = await judge(network({ "http://one": chain({ storage: empty }) }));
  assert.equal(none.verdict.verdict, "unknown");
  const later = chain();
  const early = chain({ storage: empty });
  const change = { eth_getStorageAt: (params) => (later.asked.length ? later : early).answer({ id: 0, method: "eth_getStorageAt", params }).result };
  let heads = 0;
  change.eth_getBlockByNumber = ([which]) => {
    if (which === "latest") heads++;
    if (heads) later.asked.push({});
    return chain().answer({ id: 0, method: "eth_getBlockByNumber", params: [which] }).result;
  };
  const { verdict } = await judge(network({ "http://one": chain({ change }) }));
  assert.equal(verdict.verdict, "pending");
  assert.equal(verdict.checks[3].code, "anchor-not-final");
});

test("a long series id and segments of the standing are read from their further slots", async () => {
  const storage = words();
  const credits = storage[registry.creditRegistry.address];
  const id = "A".repeat(40);
  const at = memberSlot(2n, 10n);
  credits.set(at, 81n);
  credits.set(elementSlot(at), BigInt(`0x${"41".repeat(32)}`));
  credits.set(elementSlot(at) + 1n, BigInt(`0x${"41".repeat(8).padEnd(64, "0")}`));
  const length = memberSlot(lot >> 32n, 9n);
  credits.set(length, 1n);
  credits.set(elementSlot(length), 12n | (13n << 32n) | (1n << 64n));
  const { verdict } = await judge(network({ "http://one": chain({ storage }) }));
  assert.equal(verdict.serials[0].series, id);
  assert.equal(verdict.verdict, "compromised");
});

test("a file that contradicts itself is never asked about", async () => {
  const node = chain();
  const forged = { ...bundle, leaf: { ...bundle.leaf, grams: 433 } };
  const { verdict } = await assess({ bundle: forged, registry, urls: ["http://one"], fetchLike: network({ "http://one": node }), now });
  assert.equal(verdict.verdict, "invalid");
  assert.equal(node.asked.length, 0);
});

test("what is no address, or a quorum that cannot be met, is refused", async () => {
  for (const url of ["file:///etc/passwd", "one", "javascript:alert(1)", ""]) {
    await assert.rejects(judge(network({}), [url]), InvalidInput);
  }
  await assert.rejects(readFactsByRpc(network({}), ["http://one"], registry, bundle.anchor, { quorum: 2 }), InvalidInput);
});

test("keys in a node's address never reach a message", async () => {
  const { verdict } = await judge(network({}), ["https://user:secret@node.example/v3/0123456789abcdef?key=secret"]);
  assert.doesNotMatch(JSON.stringify(verdict), /secret|0123456789abcdef\?|v3/);
  assert.match(verdict.checks[3].reason, /node\.example/);
});
