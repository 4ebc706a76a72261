// The shared vectors, and their forms turned into those of this module.
import { readFileSync } from "node:fs";
import {
  InvalidInput, canonicalText, parseRegistryFile, parseStrict, requireCanonical,
} from "../../../verifier_js/src/index.js";

export function vectors(name) {
  return JSON.parse(readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), "utf8"));
}

/** The text of a case: `text` (its parts joined, `[part, count]` repeated), or `base` with one member set or left out. */
export function textOf(one, base) {
  if ("text" in one) return spelled(one.text);
  const value = structuredClone(base);
  const way = one.member.split(".");
  const last = way.pop();
  const target = way.reduce((at, step) => at[step], value);
  if ("value" in one) target[last] = one.value;
  else if ("spelled" in one) target[last] = spelled(one.spelled);
  else delete target[last];
  return canonicalText(value);
}

/** The text, or the parts of a list joined. */
export function spelled(text) {
  if (typeof text === "string") return text;
  return text.map((part) => (typeof part === "string" ? part : part[0].repeat(part[1]))).join("");
}

/** Where a text is refused: `json`, `canonical`, or the member; empty if it is not refused. */
export function refusedAt(text, read, { mustBeCanonical = false } = {}) {
  const steps = [["json", parseStrict], ["canonical", mustBeCanonical ? requireCanonical : () => {}], ["", read]];
  for (const [at, step] of steps) {
    try {
      step(text);
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      return at || error.place;
    }
  }
  return "";
}

export function registryFrom(value) {
  return value === null ? null : parseRegistryFile(JSON.stringify(value));
}

const WIDE = new Set(["claimed_grams", "first_serial", "report", "project"]);

/** Facts in the form of verdict.json (snake case, wide integers as numbers or decimal strings) for `verify`. */
export function factsFrom(value) {
  if (value === null || value === undefined) return null;
  return Object.fromEntries(Object.entries(value).map(([name, fact]) => {
    if (fact.unread !== undefined) return [name, fact];
    return [name, { value: plain(fact.value), seen: fact.seen }];
  }));
}

function plain(value) {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => {
    const camel = name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
    return [camel, WIDE.has(name) ? BigInt(member) : member];
  }));
}
