// The pages' texts: complete in both languages, for every verdict, level, status and code that the module can give.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { EXIT_CODES } from "../../../verifier_js/src/index.js";
import { instant, mass, money, thousands } from "../../../verifier_js/src/page/figures.js";
import { LANGUAGES, checkText, speaker } from "../../../verifier_js/src/page/texts.js";

const SOURCE = new URL("../../../verifier_js/src/", import.meta.url);
const read = (name) => readFileSync(new URL(name, SOURCE), "utf8");
const texts = [...read("page/texts.js").matchAll(/^ {2}"([^"]+)":/gm)].map(([, key]) => key);
const pages = readdirSync(new URL("page/", SOURCE)).filter((name) => name.endsWith(".js") && name !== "texts.js");

test("every text is there in both languages, differs between them, and has the same places to fill in", () => {
  const [en, zh] = LANGUAGES.map(speaker);
  const places = (text) => [...text.matchAll(/\{[a-z]+\}/gi)].map(([place]) => place).sort();
  const keep = { number: "{number}", mass: "{mass}", level: "{level}", name: "{name}", time: "{time}", lot: "{lot}",
    first: "{first}", last: "{last}", who: "{who}", roles: "{roles}" };
  assert.ok(texts.length > 100);
  for (const key of texts) {
    assert.notEqual(en(key, keep), zh(key, keep), key);
    assert.deepEqual(places(en(key, keep)), places(zh(key, keep)), key);
    assert.match(zh(key, keep), key === "language" ? /English/ : /[\u3000-\u9fff；]/, key);
  }
});

test("every verdict, level, status and check has its words", () => {
  for (const language of LANGUAGES) {
    const say = speaker(language);
    for (const verdict of Object.keys(EXIT_CODES)) assert.ok(say(`verdict.${verdict}`) && say(`verdict.${verdict}.text`));
    for (const level of [0, 1, 2, 3]) assert.ok(say(`level.${level}`) && say(`level.${level}.text`));
    for (let n = 1; n <= 10; n++) {
      assert.ok(say(`check.${n}`));
      for (const status of ["passed", "pending", "unavailable"]) assert.ok(checkText(say, { n, status, code: "" }));
      if (![7, 9].includes(n)) assert.ok(checkText(say, { n, status: "failed", code: "" }));
    }
  }
  assert.throws(() => speaker("en")("no such key"), RangeError);
});

test("every key that the pages use exists, and every fixed key is used", () => {
  const used = new Set(pages.flatMap((name) => [...read(`page/${name}`).matchAll(/"([a-zA-Z]+(?:\.[a-zA-Z]+)*)"/g)].map(([, key]) => key)));
  const fixed = texts.filter((key) => !/^(verdict|level|check|any|status|role|note)\./.test(key));
  for (const key of fixed) assert.ok(used.has(key), key);
  const asked = pages.flatMap((name) => [...read(`page/${name}`).matchAll(/(?:say|showError)\((?:say, )?"([^"]+)"/g)].map(([, key]) => key));
  for (const key of asked) assert.ok(texts.includes(key), key);
});

test("figures are exact", () => {
  assert.equal(thousands("1234567"), "1,234,567");
  assert.equal(mass(432), "432 g");
  assert.equal(mass(31_532), "31.532 kg");
  assert.equal(mass(31_532_000), "31.532 t");
  assert.equal(mass(Number.MAX_SAFE_INTEGER), "9,007,199,254.740991 t");
  assert.equal(money({ currency: "CNY", exponent: 2, units: 2 }), "0.02 CNY");
  assert.equal(money({ currency: "JPY", exponent: 0, units: 1200 }), "1,200 JPY");
  assert.equal(instant(1_795_000_000), "2026-11-18 11:06:40");
  assert.equal(instant(Number.MAX_SAFE_INTEGER), "?");
});
