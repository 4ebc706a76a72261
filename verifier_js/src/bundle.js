// The bundle, bundle/1: the one file of a certificate that travels. It cannot vouch for itself.
import { hex0x, requireHash, utf8 } from "./bytes.js";
import { MAX_GRAMS, MAX_LOT } from "./certificate.js";
import { MAX_DISCLOSURE } from "./disclosure.js";
import { InvalidInput, shorten } from "./errors.js";
import { parseEvidence } from "./evidence.js";
import { parseDecimal, requireInteger, requireList, requireObject, requireString } from "./members.js";
import { sha256 } from "./sha256.js";
import { parseStrict } from "./strict_json.js";

export const MAX_BUNDLE = 1_048_576;
export const MAX_DOCUMENT = 65_536;
const MEMBERS = ["version", "document", "disclosures", "leaf", "path", "tranche", "anchor", "evidence"];

/** The bundle in a file, given as text or bytes (Uint8Array). Raises InvalidInput, and nothing else, for any other. */
export function parseBundle(data) {
  const members = requireObject(parseStrict(data, { maxBytes: MAX_BUNDLE, what: "bundle" }), "bundle", MEMBERS);
  if (members.version !== "bundle/1") {
    throw new InvalidInput("unknown version", { expected: "bundle/1", found: shorten(members.version), place: "version" });
  }
  const leaf = requireObject(members.leaf, "leaf", ["index", "grams"]);
  const tranche = requireObject(members.tranche, "tranche", ["start", "total", "leafCount", "root"]);
  const anchor = requireObject(members.anchor, "anchor", ["lot", "tranche"]);
  const start = requireInteger(tranche.start, "tranche.start", 0, MAX_GRAMS - 1);
  const document = requireString(members.document, "document", MAX_DOCUMENT);
  const disclosures = requireList(members.disclosures, "disclosures", 8).map((entry, i) =>
    requireString(entry, `disclosures[${i}]`, MAX_DISCLOSURE));
  const bundle = {
    document,
    disclosures,
    leaf: {
      index: requireInteger(leaf.index, "leaf.index", 0, MAX_GRAMS),
      grams: requireInteger(leaf.grams, "leaf.grams", 1, MAX_GRAMS),
    },
    path: requireList(members.path, "path", 53).map((entry, i) => nodeFrom(entry, `path[${i}]`)),
    tranche: trancheFrom(tranche, start),
    anchor: {
      lot: parseDecimal(anchor.lot, "anchor.lot", 0n, MAX_LOT),
      tranche: requireInteger(anchor.tranche, "anchor.tranche", 0, 0xffffffff),
    },
    evidence: parseEvidence(members.evidence),
  };
  bundle.certificateHash = hex0x(sha256(encoded(document, "document", MAX_DOCUMENT)));
  for (const disclosure of disclosures) encoded(disclosure, "disclosures", MAX_DISCLOSURE);
  return bundle;
}

function trancheFrom(tranche, start) {
  const total = requireInteger(tranche.total, "tranche.total", 1, MAX_GRAMS);
  const leafCount = requireInteger(tranche.leafCount, "tranche.leafCount", 1, MAX_GRAMS);
  const root = hashFrom(tranche.root, "tranche.root");
  requireInteger(total, "tranche.total", 1, MAX_GRAMS - start);
  requireInteger(leafCount, "tranche.leafCount", 1, total);
  return { start, total, leafCount, root };
}

function nodeFrom(value, place) {
  const members = requireObject(value, place, ["hash", "grams"]);
  const hash = hashFrom(members.hash, `${place}.hash`);
  return { hash, grams: requireInteger(members.grams, `${place}.grams`, 1, MAX_GRAMS) };
}

function hashFrom(value, place) {
  return requireHash(requireString(value, place, 66), place);
}

function encoded(text, place, most) {
  const bytes = utf8(text);
  if (bytes === null) throw new InvalidInput("a lone surrogate", { expected: "Unicode text", place });
  if (bytes.length > most) {
    throw new InvalidInput("too large", { expected: `at most ${most} bytes`, found: String(bytes.length), place });
  }
  return bytes;
}
