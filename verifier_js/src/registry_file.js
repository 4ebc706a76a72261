// The registry file, registry/1: the pinned root of all trust. Nothing a bundle, page or API says replaces it.
import { requireAddress, requireHash } from "./bytes.js";
import { MAX_TEXT, MAX_U256 } from "./certificate.js";
import { InvalidInput, shorten } from "./errors.js";
import { parseDecimal, requireBool, requireInteger, requireObject, requireString, requireText } from "./members.js";
import { parseDidWeb } from "./did_web.js";
import { MAX_INTEGER, parseStrict } from "./strict_json.js";

const MEMBERS = [
  "version", "name", "chainId", "genesisHash", "firstBlock", "contracts", "operator", "finality", "demo", "names",
];

/**
 * The registry file in a text or in bytes: `{name, chainId (BigInt), genesisHash, firstBlock, projectRegistry,
 * creditRegistry (each {address, codeHash}), operator {name, account}, finality {rule, blocks}, demo, names and identities (Maps)}`.
 * Raises InvalidInput with the member's place.
 */
export function parseRegistryFile(data) {
  const members = requireObject(parseStrict(data, { what: "registry file" }), "registry", MEMBERS, ["identities"]);
  if (members.version !== "registry/1") {
    throw new InvalidInput("unknown version", {
      expected: "registry/1", found: shorten(members.version), place: "registry.version",
    });
  }
  const contracts = requireObject(members.contracts, "registry.contracts", ["projectRegistry", "creditRegistry"]);
  const operator = requireObject(members.operator, "registry.operator", ["name", "account"]);
  const names = members.names;
  if (names === null || typeof names !== "object" || Array.isArray(names) || Object.keys(names).length > 10_000) {
    throw new InvalidInput("wrong names", { expected: "an object of at most 10000 accounts", place: "registry.names" });
  }
  const identities = "identities" in members ? accountsOf(members.identities) : {};
  return {
    name: requireText(members.name, "registry.name", MAX_TEXT),
    chainId: parseDecimal(members.chainId, "registry.chainId", 1n, MAX_U256),
    genesisHash: requireHash(members.genesisHash, "registry.genesisHash"),
    firstBlock: requireInteger(members.firstBlock, "registry.firstBlock", 0, MAX_INTEGER),
    projectRegistry: contractFrom(contracts.projectRegistry, "registry.contracts.projectRegistry"),
    creditRegistry: contractFrom(contracts.creditRegistry, "registry.contracts.creditRegistry"),
    operator: {
      name: requireText(operator.name, "registry.operator.name", MAX_TEXT),
      account: requireAddress(operator.account, "registry.operator.account"),
    },
    finality: finalityFrom(members.finality),
    demo: requireBool(members.demo, "registry.demo"),
    names: new Map(Object.keys(names).map((account) => [
      requireAddress(account, "registry.names"), requireText(names[account], `registry.names.${account}`, MAX_TEXT),
    ])),
    identities: new Map(Object.keys(identities).map((account) => [
      requireAddress(account, "registry.identities"),
      parseDidWeb(identities[account], `registry.identities.${account}`).did,
    ])),
  };
}

function accountsOf(value) {
  const isObject = value !== null && typeof value === "object" && !Array.isArray(value);
  const count = isObject ? Object.keys(value).length : 0;
  if (count >= 1 && count <= 10_000) return value;
  throw new InvalidInput("wrong identities", {
    expected: "an object of 1 to 10000 accounts", place: "registry.identities",
  });
}

/** The pinned name of an account, the operator's own included; null if nobody named it. */
export function nameOf(registry, account) {
  return registry.names.get(account) ?? (account === registry.operator.account ? registry.operator.name : null);
}

function contractFrom(value, place) {
  const members = requireObject(value, place, ["address", "codeHash"]);
  const address = requireAddress(members.address, `${place}.address`);
  return { address, codeHash: requireHash(members.codeHash, `${place}.codeHash`) };
}

function finalityFrom(value) {
  const place = "registry.finality";
  const members = requireObject(value, place, ["rule"], ["blocks"]);
  const rule = requireString(members.rule, `${place}.rule`, 10);
  if ("blocks" in members) requireInteger(members.blocks, `${place}.blocks`, 0, 1_000_000);
  if (rule === "depth") return { rule, blocks: requireInteger(members.blocks ?? null, `${place}.blocks`, 0, 1_000_000) };
  if (rule !== "tag" || "blocks" in members) {
    throw new InvalidInput("unknown finality", {
      expected: '{"rule":"tag"} or {"rule":"depth","blocks":N}', found: shorten(rule), place,
    });
  }
  return { rule, blocks: null };
}
