// Checks 1, 2, 10 and the file's part of 3: what a bundle says about itself. Nothing here asks the chain.
import { MAX_DOCUMENT } from "./bundle.js";
import { certificateFrom } from "./certificate.js";
import { PERSONAL_FIELDS, openFields } from "./disclosure.js";
import { InvalidInput } from "./errors.js";
import { requireCanonical } from "./strict_json.js";
import { foldPath } from "./sumtree.js";
import { FAILED, PASSED, UNREAD, check } from "./verdict.js";

/** `{document, certificate, path, position, named, disclosed}`; `named` is null if nothing is wrong with 3 so far. */
export function checkFile(bundle, registry) {
  const [document, certificate] = checkDocument(bundle);
  const [path, position] = checkPath(bundle);
  const named = checkNamed(bundle, certificate, registry);
  return { document, certificate, path, position, named, disclosed: checkDisclosures(bundle, certificate) };
}

/** 1: document is canonical and hashes to the certificate hash. */
function checkDocument(bundle) {
  try {
    const value = requireCanonical(bundle.document, { maxBytes: MAX_DOCUMENT, what: "document" });
    const certificate = certificateFrom(value);
    return [check(1, PASSED, "document", `canonical, hash ${bundle.certificateHash}`), certificate];
  } catch (error) {
    return [refused(1, "document-malformed", error), null];
  }
}

/** 2: leaf and path lead to the tranche's root and total. Gives the position, in grams of the lot. */
function checkPath(bundle) {
  const { leaf, tranche } = bundle;
  try {
    const folded = foldPath(leaf.index, tranche.leafCount, leaf.grams, bundle.certificateHash, bundle.path);
    if (folded.total !== tranche.total) {
      const told = { expected: `${tranche.total} g`, found: `${folded.total} g` };
      throw new InvalidInput("the sums lead to another total", told);
    }
    if (folded.root !== tranche.root) {
      throw new InvalidInput("the hashes lead to another root", { expected: tranche.root, found: folded.root });
    }
    const startGram = tranche.start + folded.leftGrams;
    const endGram = startGram + leaf.grams;
    const text = `leaf ${leaf.index} of ${tranche.leafCount}, grams ${startGram} to ${endGram - 1} of the lot`;
    return [check(2, PASSED, "path", text), { startGram, endGram }];
  } catch (error) {
    return [refused(2, "path", error), null];
  }
}

/** 3, without the chain: the document names this lot, these grams and the pinned registry. */
function checkNamed(bundle, certificate, registry) {
  const { anchor, leaf } = bundle;
  if (certificate !== null && certificate.lot !== anchor.lot) {
    const reason = `the document names lot ${certificate.lot}, the anchor lot ${anchor.lot}`;
    return check(3, FAILED, "lot-differs", reason);
  }
  if (certificate !== null && certificate.grams !== leaf.grams) {
    const reason = `the document claims ${certificate.grams} g, the leaf ${leaf.grams} g`;
    return check(3, FAILED, "grams-differ", reason);
  }
  if (registry === null) {
    return check(3, FAILED, "other-registry", "no registry file is pinned; give the one you trust");
  }
  if (certificate === null) return null;
  const pinned = registry.creditRegistry.address;
  if (certificate.chainId !== registry.chainId || certificate.creditRegistry !== pinned) {
    const reason =
      `the document names registry ${certificate.creditRegistry} on chain ${certificate.chainId}; ` +
      `pinned is ${pinned} on chain ${registry.chainId}`;
    return check(3, FAILED, "other-registry", reason);
  }
  return null;
}

/** 10: disclosed personal fields match their digests. Fields that stay closed are nobody's business. */
function checkDisclosures(bundle, certificate) {
  if (certificate === null) return check(10, UNREAD, "not-checked", "not checked: the document could not be read");
  try {
    const opened = openFields(certificate, bundle.disclosures);
    const closed = PERSONAL_FIELDS.filter((name) => typeof certificate[name] !== "string" && !opened.has(name));
    const told = `disclosed: ${[...opened.keys()].join(", ") || "none"}`;
    const reason = closed.length ? `${told}; not disclosed: ${closed.join(", ")}` : told;
    return check(10, PASSED, "disclosures", reason);
  } catch (error) {
    return refused(10, "disclosure", error);
  }
}

function refused(n, code, error) {
  if (error instanceof InvalidInput) return check(n, FAILED, code, error.message);
  throw error;
}
