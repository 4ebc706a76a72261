// The Merkle-sum tree of a tranche (docs/spec/tranche.md). Hashes are `0x` texts, grams numbers below 2^53.
import { concat, fromHex, hex0x, unsigned } from "./bytes.js";
import { MAX_GRAMS } from "./certificate.js";
import { InvalidInput } from "./errors.js";
import { requireInteger } from "./members.js";
import { sha256 } from "./sha256.js";

export function leafHash(index, grams, certificateHash) {
  return hex0x(sha256(concat([0], unsigned(index, 8), unsigned(grams, 8), fromHex(certificateHash))));
}

/** The node above two nodes `{hash, grams}`; it commits to both sums. */
export function innerHash(left, right) {
  const pieces = [fromHex(left.hash), unsigned(left.grams, 8), fromHex(right.hash), unsigned(right.grams, 8)];
  return hex0x(sha256(concat([1], ...pieces)));
}

/**
 * Fold a leaf and its path, leaf to root, into `{root, total, leftGrams}`. Directions come from index and leaf count
 * alone. Raises InvalidInput unless the path has exactly the length that they imply and no sum exceeds 2^53 − 1.
 */
export function foldPath(index, leafCount, grams, certificateHash, path) {
  requireInteger(leafCount, "leafCount", 1, MAX_GRAMS);
  requireInteger(index, "leaf.index", 0, leafCount - 1);
  requireInteger(grams, "leaf.grams", 1, MAX_GRAMS);
  path.forEach((sibling, step) => requireInteger(sibling.grams, `path[${step}].grams`, 1, MAX_GRAMS));
  const sides = siblingSides(index, leafCount);
  if (path.length !== sides.length) {
    throw new InvalidInput("the path has the wrong length", {
      expected: `${sides.length} siblings for leaf ${index} of ${leafCount}`, found: String(path.length), place: "path",
    });
  }
  let node = { hash: leafHash(index, grams, certificateHash), grams };
  let leftGrams = 0;
  path.forEach((sibling, step) => {
    if (sibling.grams > MAX_GRAMS - node.grams) {
      throw new InvalidInput("a sum is too large", {
        expected: `at most ${MAX_GRAMS} grams`, found: `${node.grams} + ${sibling.grams}`, place: `path[${step}].grams`,
      });
    }
    const onLeft = sides[step];
    if (onLeft) leftGrams += sibling.grams;
    const hash = onLeft ? innerHash(sibling, node) : innerHash(node, sibling);
    node = { hash, grams: node.grams + sibling.grams };
  });
  return { root: node.hash, total: node.grams, leftGrams };
}

// For each sibling of the leaf, from the leaf up: whether it stands on the left. No bit operators: they cut at 32 bits.
function siblingSides(index, leafCount) {
  const sides = [];
  for (let [at, size] = [index, leafCount]; size > 1; [at, size] = [Math.floor(at / 2), Math.ceil(size / 2)]) {
    if (at % 2) sides.push(true);
    else if (at + 1 < size) sides.push(false);
  }
  return sides;
}
