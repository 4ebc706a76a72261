// The shared vectors, and their forms turned into those of this module.
import { readFileSync } from "node:fs";
import { parseRegistryFile } from "../../../verifier_js/src/index.js";

export function vectors(name) {
  return JSON.parse(readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), "utf8"));
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
