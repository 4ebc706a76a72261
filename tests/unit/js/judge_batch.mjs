// Judges a batch of cases given as JSON on standard input, and prints what came of each. Driven by test_javascript.py.
import { readFileSync } from "node:fs";
import {
  InvalidInput, chooseFacts, fromHex, hex0x, keccak256, parseBundle, parseHeader, provenFacts, sha256, untrustedFacts,
  verify, verifyProof,
} from "../../../verifier_js/src/index.js";
import { attachedBundle } from "../../../verifier_js/src/page/pdf.js";
import { factsFrom, registryFrom } from "./vectors.mjs";

const KINDS = {
  hash: ({ data }) => [hex0x(sha256(fromHex(data))), hex0x(keccak256(fromHex(data)))],
  verdict: ({ bundle, registry, facts, head, now, behind }) =>
    verify(parseBundle(fromHex(bundle)), registryFrom(registry), factsFrom(facts), { now, behind, headFacts: factsFrom(head) }),
  evidence: async ({ bundle: file, registry: pinned, trusted, now }) => {
    const bundle = parseBundle(fromHex(file));
    const registry = registryFrom(pinned);
    const sources = await provenFacts(bundle.evidence, registry, bundle.anchor, trusted);
    const times = { now, maxAge: 86_400 };
    const facts = sources.length ? chooseFacts(sources, times) : untrustedFacts(bundle.evidence);
    return verify(bundle, registry, facts, times);
  },
  proof: ({ root, key, nodes }) => {
    const value = verifyProof(root, fromHex(key), nodes.map(fromHex));
    return value === null ? null : hex0x(value);
  },
  pdf: async ({ data }) => hex0x(await attachedBundle(fromHex(data))),
  header: ({ rlp }) => parseHeader(fromHex(rlp)).block,
};

const results = [];
for (const one of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    results.push(await KINDS[one.kind](one));
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    // Of an odd PDF only the refusal is compared, not its words.
    results.push({ refused: one.kind === "pdf" ? "" : error.message });
  }
}
process.stdout.write(JSON.stringify(results));
