// One certificate, with whatever its holder has: the file alone, nodes, blocks that the holder trusts, or all of them.
import { chooseFacts } from "./choice.js";
import { Unavailable } from "./errors.js";
import { readFactsByProof } from "./fetched_proof.js";
import { provenFacts, untrustedFacts } from "./proven.js";
import { unreadFacts } from "./slots.js";
import { DEFAULT_MAX_AGE, judge } from "./verify.js";
import { verdictValue } from "./verdict.js";
import { readFactsByRpc } from "./witness.js";

/**
 * `{verdict, judged}`: the verdict as JSON, and the same as `judge` gives it.
 *
 * `bundle` and `registry` (or null) are parsed; `urls` are addresses of nodes, asked by `fetchLike`; `trusted` are blocks
 * ({hash, number or null}) whose hashes the holder knows from elsewhere; `now` and `maxAge` are seconds. Nodes are asked
 * only if the file agrees with itself. Throws InvalidInput for addresses that are none, and Contradiction if a node is
 * of another chain or does not agree with the trusted block or the other nodes.
 */
export async function assess({ bundle, registry, urls = [], trusted = [], fetchLike, now, maxAge = DEFAULT_MAX_AGE }) {
  const times = { now, maxAge };
  const alone = told(judge(bundle, registry, null, times));
  if (alone.verdict.verdict !== "unavailable") return alone;
  const { anchor, evidence } = bundle;
  const sources = await provenFacts(evidence, registry, anchor, trusted);
  let headFacts = null;
  if (urls.length) {
    const asked = await readFactsByRpc(fetchLike, urls, registry, anchor);
    if (!sources.length) sources.push(...(await fetchedFacts(fetchLike, urls[0], registry, anchor, trusted)));
    sources.push(asked.facts);
    headFacts = asked.headFacts;
  }
  if (!sources.length && (trusted.length || evidence.length)) sources.push(untrustedFacts(evidence));
  if (!sources.length) return alone;
  return told(judge(bundle, registry, chooseFacts(sources, times), { ...times, headFacts }));
}

async function fetchedFacts(fetchLike, url, registry, anchor, trusted) {
  const found = [];
  for (const block of trusted) {
    try {
      found.push(await readFactsByProof(fetchLike, url, registry, anchor, block));
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      found.push(unreadFacts(error.message));
    }
  }
  return found;
}

function told(judged) {
  return { verdict: verdictValue(judged), judged };
}
