// The vectors of tests/vectors/, which Python and Solidity read too.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CHECK_NAMES, EXIT_CODES, InvalidInput, anchorHash, canonicalText, certificateFrom, chooseFacts, decide, decodeRlp,
  encodeRlp, eventDigest, foldEvent, foldPath, fromHex, hex0x, historyGenesis, identityMatches, innerHash, leafHash,
  parseBundle, parseCheckpoints, parseCompact, parseCompactText, parseDidWeb, parseDisclosure, parseHeader, parseNumber,
  parseRegistryFile, parseStrict, parseTrustedBlock, provenFacts, readEvidence, requireCanonical, sha256, shortNumber, untrustedFacts,
  utf8, verify, verifyProof,
} from "../../../verifier_js/src/index.js";
import { anchorSlot, elementSlot, lotSlot, memberSlot, readFacts } from "../../../verifier_js/src/slots.js";
import { NotProven } from "../../../verifier_js/src/trie.js";
import { factsFrom, refusedAt, registryFrom, spelled, textOf, vectors } from "./vectors.mjs";

function cases(title, list, run) {
  assert.ok(list.length > 0);
  for (const one of list) test(`${title}: ${one.why}`, () => run(one));
}

const hashOf = (text) => hex0x(sha256(utf8(text)));

const canonical = vectors("canonical");
cases("canonical form", canonical.canonical, (one) => {
  const output = spelled(one.output);
  assert.equal(canonicalText(parseStrict(spelled(one.input))), output);
  assert.equal(canonicalText(requireCanonical(output)), output);
});
cases("strict JSON refuses", canonical.refuse, (one) => {
  assert.throws(() => parseStrict(spelled(one.input)), InvalidInput);
});
cases("strict JSON refuses bytes", canonical.refuseBytes, (one) => {
  assert.throws(() => parseStrict(fromHex(one.input)), InvalidInput);
});
cases("no document, though good JSON", canonical.notCanonical, (one) => {
  parseStrict(one.input);
  assert.throws(() => requireCanonical(one.input), InvalidInput);
});

const numbers = vectors("number");
cases("number", numbers.numbers, (one) => {
  assert.equal(shortNumber(one.certificateHash), one.number);
  assert.equal(parseNumber(one.number), one.number);
});
cases("a typed number reads", numbers.parse, (one) => assert.equal(parseNumber(one.input), one.number));
cases("a typed number is refused", numbers.refuse, (one) => assert.throws(() => parseNumber(one.input), InvalidInput));

const sumtree = vectors("sumtree");
cases("tree", sumtree.trees, (one) => {
  let level = one.grams.map((grams, i) => ({ hash: leafHash(i, grams, one.certHashes[i]), grams }));
  while (level.length > 1) {
    const above = [];
    for (let i = 0; i + 1 < level.length; i += 2) {
      above.push({ hash: innerHash(level[i], level[i + 1]), grams: level[i].grams + level[i + 1].grams });
    }
    if (level.length % 2) above.push(level.at(-1));
    level = above;
  }
  assert.deepEqual(level, [{ hash: one.root, grams: one.total }]);
});
const pathOf = (one) => one.pathHashes.map((hash, i) => ({ hash, grams: one.pathGrams[i] }));
cases("path", sumtree.paths, (one) => {
  const folded = foldPath(one.index, one.leafCount, one.grams, one.certHash, pathOf(one));
  assert.deepEqual(folded, { root: one.root, total: one.total, leftGrams: one.leftGrams });
});
cases("path refused, or to another root or total", sumtree.refuse, (one) => {
  const fold = () => foldPath(one.index, one.leafCount, one.grams, one.certHash, pathOf(one));
  if (one.how === "refused") {
    assert.throws(fold, InvalidInput);
  } else {
    assert.equal(one.how, "other-root");
    assert.notDeepEqual([fold().root, fold().total], [one.root, one.total]);
  }
});
// Siblings of 1, 2, 4 … grams: the grams to the left tell which siblings stand there.
function sidesOf(index, leafCount, length) {
  const path = Array.from({ length }, (_, i) => ({ hash: hashOf("sibling"), grams: 2 ** (i % 52) }));
  const { leftGrams } = foldPath(index, leafCount, 1, hashOf("leaf"), path);
  return path.map((_, i) => (Math.floor(leftGrams / 2 ** i) % 2 ? "L" : "R")).join("");
}
cases("shape", sumtree.shapes, ({ leafCount, sides }) => {
  sides.forEach((one, index) => assert.equal(sidesOf(index, leafCount, one.length), one));
});
cases("wide shape", sumtree.wide, ({ leafCount, index, sides }) => {
  // The 53rd sibling, if there is one, would exceed the greatest sum: there only the length is shown.
  if (sides.length < 53) assert.equal(sidesOf(index, leafCount, sides.length), sides);
  else assert.throws(() => sidesOf(index, leafCount, 52), /wrong length|siblings/);
});

cases("anchor", vectors("anchor").anchors, (one) => assert.equal(anchorHash(one), one.anchor));

const history = vectors("history");
test("history: genesis", () => assert.equal(historyGenesis(history.chainId, history.contract), history.genesis));
cases("history", history.steps, (one) => {
  assert.equal(eventDigest(one.topics, one.data), one.digest);
  assert.equal(foldEvent(one), one.folded);
});

const bundles = vectors("bundle");
cases("good bundle", bundles.good, (one) => {
  const bundle = parseBundle(one.text);
  assert.equal(bundle.certificateHash, one.certificateHash);
  assert.equal(shortNumber(bundle.certificateHash), one.number);
  assert.deepEqual(parseBundle(new TextEncoder().encode(one.text)), bundle);
  assert.equal(canonicalText(parseStrict(one.text)), one.canonical);
});
cases("no bundle", bundles.refuse, (one) => assert.equal(refusedAt(one.text, parseBundle), one.at));
cases("bundle at its limits", bundles.bent.good, (one) => {
  const text = textOf(one, bundles.bent.base);
  assert.equal(parseBundle(text).certificateHash, hashOf(JSON.parse(text).document));
});
cases("bundle beyond a limit", bundles.bent.refuse, (one) => {
  assert.equal(refusedAt(textOf(one, bundles.bent.base), parseBundle), one.at);
});

const documents = vectors("document");
const readDocument = (text) => certificateFrom(requireCanonical(text, { maxBytes: 65_536, what: "document" }));
cases("good document", documents.good, (one) => {
  const text = textOf(one, documents.base);
  readDocument(text);
  assert.equal(hashOf(text), one.certificateHash);
});
cases("no document", documents.refuse, (one) => {
  assert.equal(refusedAt(textOf(one, documents.base), readDocument, { mustBeCanonical: true }), one.at);
  assert.notEqual(one.at, "");
});
cases("good disclosure", documents.disclosures.good, (one) => {
  assert.equal(parseDisclosure(one.text).digest, one.digest);
});
cases("no disclosure", documents.disclosures.refuse, (one) => {
  assert.equal(refusedAt(one.text, parseDisclosure, { mustBeCanonical: true }), one.at);
});

const pinned = vectors("registry");
const checkpointsOf = (text) => parseCheckpoints(text, registryFrom(pinned.registry.base));
for (const [name, read] of [["registry", parseRegistryFile], ["checkpoints", checkpointsOf]]) {
  const { base, good, refuse } = pinned[name];
  cases(`good ${name} file`, good, (one) => assert.equal(refusedAt(textOf(one, base), read), ""));
  cases(`no ${name} file`, refuse, (one) => assert.equal(refusedAt(textOf(one, base), read), one.at));
}
const typed = (list) => list.map((one) => ({ ...one, why: one.text }));
cases("trusted block", typed(pinned.trustedBlocks.good), ({ text, number, hash }) => {
  assert.deepEqual(parseTrustedBlock(text), { hash, number });
});
cases("no trusted block", typed(pinned.trustedBlocks.refuse), ({ text }) => {
  assert.throws(() => parseTrustedBlock(text), InvalidInput);
});

const identity = vectors("identity");
const named = (list) => list.map((one) => ({ ...one, why: one.did }));
cases("did:web", named(identity.identifiers), ({ did, url }) => assert.equal(parseDidWeb(did).url, url));
cases("no did:web", named(identity.refuse), ({ did }) => assert.throws(() => parseDidWeb(did), InvalidInput));
cases("identity", identity.documents, (one) => {
  const document = utf8(textOf(one, identity.base));
  const found = identityMatches(document, parseDidWeb(identity.did), BigInt(identity.chainId), identity.account);
  assert.deepEqual([found.code, found.matches], [one.code, one.code === "listed"]);
});

const verdicts = vectors("verdict");
cases("decide", verdicts.decide, (one) => {
  const checks = CHECK_NAMES.map((_, i) => {
    const [status, ...code] = (one.checks[i + 1] ?? "passed").split(" ");
    return { n: i + 1, status, code: code.join(" ") };
  });
  assert.equal(decide(checks), one.verdict);
});
cases("verdict", verdicts.verdicts, (one) => {
  const bundle = parseBundle(JSON.stringify(one.bundle));
  const verdict = verify(bundle, registryFrom(one.registry), factsFrom(one.facts), { now: one.now });
  assert.deepEqual(verdict, one.expected);
  assert.equal(EXIT_CODES[verdict.verdict], one.exitCode);
});

// An object merges into an object, member by member; anything else takes the place.
const isPlain = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
function merged(value, change) {
  if (!isPlain(value) || !isPlain(change)) return change;
  const made = { ...value };
  for (const [name, member] of Object.entries(change)) made[name] = merged(value[name], member);
  return made;
}
cases("bent verdict", verdicts.cases, (one) => {
  const { shared } = verdicts;
  const name = one.bundle ?? "good";
  const usual = merged(shared[one.chain ?? "facts"], { anchor: { value: shared.anchors[name] } });
  const bundle = parseBundle(JSON.stringify(merged(shared.bundles[name], one.file ?? {})));
  const verdict = verify(bundle, registryFrom(merged(shared.registry, "registry" in one ? one.registry : {})),
    factsFrom(merged(usual, "facts" in one ? one.facts : {})), {
      now: one.now ?? shared.now, maxAge: one.maxAge ?? shared.maxAge, behind: one.behind ?? null,
      headFacts: one.head ? factsFrom(merged(usual, one.head)) : null,
    });
  const { checks, exitCode, ...members } = one.expected;
  for (const [member, value] of Object.entries(members)) assert.deepEqual(verdict[member], value, member);
  assert.equal(EXIT_CODES[verdict.verdict], exitCode);
  const told = Object.fromEntries(verdict.checks.map(({ n, status, code }) => [n, `${status} ${code}`]));
  assert.deepEqual(told, { ...shared.checks, ...checks });
});

const compact = vectors("compact");
cases("compact bundle", compact.good, (one) => {
  const bundle = parseBundle(one.bundle);
  assert.deepEqual(parseCompact(fromHex(`0x${one.cbor}`)), bundle);
  assert.deepEqual(parseCompactText(one.text), bundle);
});
cases("no compact bundle", compact.refuse, (one) => {
  let at = "";
  try {
    parseCompact(fromHex(`0x${one.cbor}`));
  } catch (error) {
    assert.ok(error instanceof InvalidInput);
    at = error.place.startsWith("compact bundle") ? "cbor" : error.place.replace(/^bundle$/, "json");
  }
  assert.equal(at, one.at);
  assert.notEqual(at, "");
});
cases("text around a bundle", compact.texts, (one) => {
  assert.deepEqual(parseCompactText(one.text), parseBundle(compact.good[0].bundle));
});
cases("no bundle in a text", compact.refuseTexts, (one) => {
  assert.throws(() => parseCompactText(one.text), InvalidInput);
});

const trie = vectors("trie");
const told = (item) => (Array.isArray(item) ? item.map(told) : hex0x(item));
cases("RLP", trie.rlp.good, (one) => {
  const item = decodeRlp(fromHex(one.rlp));
  assert.deepEqual(told(item), one.value);
  assert.equal(hex0x(encodeRlp(item)), one.rlp);
});
cases("no strict RLP", trie.rlp.refuse, (one) => assert.throws(() => decodeRlp(fromHex(one.rlp)), InvalidInput));
const proof = (one) => verifyProof(one.root, fromHex(one.key), one.nodes.map(fromHex));
cases("proof", trie.proofs, (one) => {
  const value = proof(one);
  assert.equal(value === null ? null : hex0x(value), one.value);
});
cases("no proof", trie.refuse, (one) => {
  const doubled = new Set(one.nodes).size < one.nodes.length;
  const told = { missing: /is missing/, unused: /does not need/, twice: /does not need/, malformed: /^not |not strict RLP/ };
  assert.equal(doubled, one.how === "twice");
  assert.throws(() => proof(one), (error) => error instanceof InvalidInput && told[one.how].test(error.message));
});

const stored = vectors("slots");
cases("slots", stored.slots, (one) => {
  const [lot, tranche, series] = [BigInt(one.lot), BigInt(one.tranche), BigInt(one.series)];
  const [report, project, programme] = [BigInt(one.report), BigInt(one.project), BigInt(one.programme)];
  const standing = memberSlot(lot >> 32n, 9n);
  const found = {
    lot: lotSlot(lot), marks: memberSlot(lot, 6n), anchor: anchorSlot(lot, tranche), batch: memberSlot(lot >> 32n, 8n),
    standing, firstSegment: elementSlot(standing), series: memberSlot(series, 10n),
    seriesText: elementSlot(memberSlot(series, 10n)), sourceCancellation: memberSlot(lot, 11n),
    project: memberSlot(project, 5n), report: memberSlot(report, 6n), sourceId: memberSlot(project, 7n),
    programme: memberSlot(programme, 8n),
  };
  for (const [name, slot] of Object.entries(found)) assert.equal(slot, BigInt(one.slots[name]), name);
});
cases("words", stored.facts, async (one) => {
  const { base } = stored;
  const names = { "0x11": "projectRegistry", "0x22": "creditRegistry" };
  const words = (contract) => ({ ...base.words[names[contract]], ...one.words[names[contract]] });
  const hidden = new Set(one.missing.map(([name, slot]) => `${name} ${slot}`));
  const reader = {
    seen: {},
    read(contract, slots) {
      const keys = slots.map((slot) => `0x${slot.toString(16).padStart(64, "0")}`);
      if (keys.some((key) => hidden.has(`${names[contract]} ${key}`))) throw new NotProven("missing");
      return keys.map((key) => BigInt(words(contract)[key] ?? 0));
    },
  };
  const facts = await readFacts("0x11", "0x22", BigInt(base.lot), base.tranche, reader);
  const expected = { ...base.facts, ...one.facts };
  for (const [name, value] of Object.entries(expected)) {
    if (value === null) assert.ok(facts[name].unread, name);
    else assert.deepEqual(facts[name].value, factsFrom({ it: { value } }).it.value, name);
  }
});

const choice = vectors("choice");
function factsIn({ level, number, age, values }) {
  const hash = `0x${number.toString(16).padStart(64, "0")}`;
  const seen = { level, block: { number, hash, timestamp: choice.now - age }, final: true, sources: "a source" };
  return factsFrom(Object.fromEntries(Object.entries({ ...choice.shared, ...values }).map(([name, value]) =>
    [name, value === null ? { unread: `no ${name}` } : { value, seen }])));
}
cases("choice", choice.cases, (one) => {
  const sources = one.sources.map(factsIn);
  const facts = chooseFacts(sources, { now: choice.now, maxAge: choice.maxAge });
  for (const [name, at] of Object.entries(one.chosen)) {
    if (at === null) assert.ok(facts[name].unread, name);
    else assert.equal(facts[name], sources[at][name], name);
  }
});

const headers = vectors("header");
cases("header", headers.good, ({ rlp, hash, number, timestamp, stateRoot }) => {
  assert.deepEqual(parseHeader(fromHex(rlp)), { stateRoot, block: { number, hash, timestamp } });
});
cases("no header", headers.refuse, (one) => assert.throws(() => parseHeader(fromHex(one.rlp)), InvalidInput));

const evidence = vectors("evidence");
cases("evidence", evidence.cases, async (one) => {
  const registry = registryFrom(one.registry);
  const bundle = parseBundle(JSON.stringify(one.bundle));
  const trusted = one.trusted.map(({ hash, number }) => ({ hash, number: number ?? null }));
  const options = { now: one.now, maxAge: one.maxAge };
  const sources = await provenFacts(bundle.evidence, registry, bundle.anchor, trusted);
  const facts = sources.length ? chooseFacts(sources, options) : untrustedFacts(bundle.evidence);
  for (const [name, expected] of Object.entries(one.facts)) {
    assert.equal(facts[name].unread === undefined, expected !== null, name);
    if (expected === null) continue;
    assert.equal(facts[name].seen.level, expected.level);
    assert.deepEqual(facts[name].seen.block, expected.block);
    assert.deepEqual(facts[name].value, factsFrom({ it: { value: expected.value } }).it.value);
  }
  const verdict = verify(bundle, registry, facts, options);
  assert.equal(verdict.verdict, one.verdict);
  assert.equal(verdict.level, one.level);
  assert.deepEqual(Object.fromEntries(verdict.checks.map(({ n, status, code }) => [n, `${status} ${code}`])), one.checks);
});
cases("evidence, small", evidence.small.cases, async (one) => {
  const { small } = evidence;
  const entries = one.evidence.map(({ header, nodes }) => ({
    header: small.headers[header], nodes: nodes.map((at) => small.nodes[at]),
  }));
  const registry = registryFrom(small.registry);
  const bundle = parseBundle(JSON.stringify({ ...small.bundle, evidence: entries }));
  const options = { now: small.now, maxAge: small.maxAge };
  const sources = [];
  for (const [i, entry] of bundle.evidence.entries()) {
    const level = one.vouched[i];
    const seen = { level, block: entry.header.block, final: true, sources: "nodes" };
    if (level !== null) sources.push(await readEvidence(entry, registry, bundle.anchor, seen));
  }
  const facts = sources.length ? chooseFacts(sources, options) : untrustedFacts(bundle.evidence);
  for (const [name, value] of Object.entries({ ...small.facts, ...one.facts })) {
    if (value === null) assert.ok(facts[name].unread, name);
    else assert.deepEqual(facts[name].value, factsFrom({ it: { value } }).it.value, name);
  }
  const verdict = verify(bundle, registry, facts, options);
  assert.deepEqual([verdict.verdict, verdict.level], [one.verdict, one.level]);
  const told = verdict.checks.filter(({ n }) => n > 2).map(({ n, status, code }) => [n, `${status} ${code}`]);
  assert.deepEqual(Object.fromEntries(told), one.checks);
});
cases("no evidence", evidence.refuse, (one) => {
  const bundle = { ...evidence.cases[0].bundle, evidence: one.evidence };
  assert.throws(() => parseBundle(JSON.stringify(bundle)), InvalidInput);
});
