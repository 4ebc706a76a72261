// The module in a runtime that has the language and nothing else: no DOM, WebCrypto, TextEncoder, timers or network.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createContext, runInContext } from "node:vm";
import { vectors } from "./vectors.mjs";

const source = readFileSync(new URL("../../../verifier_api/static/offline/verifier.js", import.meta.url), "utf8");

function bare(before = "") {
  const context = createContext({ module: { exports: {} } });
  runInContext(before, context);
  runInContext(source, context);
  return context;
}

test("the mini-program module verifies in a bare runtime", async () => {
  const one = vectors("evidence").cases[0];
  const context = bare();
  context.given = JSON.stringify(one);
  const verdict = await runInContext(`(async () => {
    const { assess, parseBundle, parseRegistryFile } = module.exports;
    const one = JSON.parse(given);
    const trusted = one.trusted.map(({ hash }) => ({ hash, number: null }));
    const bundle = parseBundle(JSON.stringify(one.bundle));
    const registry = parseRegistryFile(JSON.stringify(one.registry));
    return (await assess({ bundle, registry, trusted, now: one.now })).verdict;
  })()`, context);
  assert.equal(verdict.verdict, "retired");
  assert.equal(verdict.level, 3);
});

test("no text needs a runtime that can normalise it", () => {
  const one = vectors("verdict").verdicts[0];
  const context = bare("delete String.prototype.normalize");
  const judge = (bundle) => {
    context.given = JSON.stringify(bundle);
    return JSON.parse(runInContext(`JSON.stringify(module.exports.verify(
      module.exports.parseBundle(given), module.exports.parseRegistryFile(${JSON.stringify(JSON.stringify(one.registry))}), null, { now: 0 }))`, context));
  };
  assert.deepEqual(judge(one.bundle).checks.slice(0, 2).map(({ status }) => status), ["passed", "passed"]);
  for (const text of ["\u0e01\u0e33", "A\u030angstro\u0308m", "\u{11382}\u{113c9}"]) {
    const accented = { ...one.bundle, document: one.bundle.document.replace("Metro ride", `Metro ride ${text}`) };
    assert.equal(judge(accented).checks[0].status, "passed");
  }
});

test("the module holds neither eval nor markup nor a network call of its own", () => {
  for (const word of [/\beval\(/, /new Function\(/, /innerHTML/, /\bdocument\.(?:create|query|body)/, /\bwindow\b/, /\bfetch\(/, /crypto\./, /XMLHttpRequest/]) {
    assert.doesNotMatch(source, word);
  }
});
