// The verdict: the answer to "is this certificate good", with the ten checks that lead to it.
// `decide` is the rule which check decides, in the order of docs/spec/verification.md.
import { shortNumber } from "./number.js";

export const LEVEL_NAMES = ["consistent", "reported", "witnessed", "proven"];

export const PASSED = "passed";
export const FAILED = "failed";
export const WAITING = "pending";
export const UNREAD = "unavailable";

export const CHECK_NAMES = [
  "document is canonical and hashes to the certificate hash",
  "leaf and path lead to the tranche's root and total",
  "the anchor recomputes, and the document names this registry, lot and account",
  "the anchor stands on chain",
  "the tranche lies within retired credits",
  "position names serials of the batch",
  "the batch comes from a registered project and a verified report",
  "these credits are in good standing",
  "the source registry's cancellation is attested (or the programme is native)",
  "disclosed personal fields match their digests",
];

export const EXIT_CODES = {
  retired: 0, invalid: 1, compromised: 1, unknown: 1, pending: 3, unavailable: 3, "unknown registry": 3,
};

/** One numbered step; `level` and `block` tell what a check that read the chain rests on. */
export function check(n, status, code, reason, level = 0, block = null) {
  return { n, name: CHECK_NAMES[n - 1], status, code, level, reason, block };
}

/** The verdict that ten checks give. The first rule that applies decides. */
export function decide(checks) {
  const failed = new Set(checks.filter(({ status }) => status === FAILED).map(({ n }) => n));
  const named = checks[2];
  const anchored = checks[3];
  // A. The file contradicts itself, the pinned registry or the chain.
  if ([1, 2, 5, 6, 10].some((n) => failed.has(n))) return "invalid";
  if (failed.has(3) && named.code !== "other-registry") return "invalid";
  // B. It agrees with itself, but speaks of a chain or contract that nobody pinned here.
  if (failed.has(3)) return "unknown registry";
  // C. The place of the anchor decides what there is to ask about.
  if (failed.has(4)) return anchored.code === "anchor-absent" ? "unknown" : "invalid";
  if (["index-behind", "anchor-not-final", "other-anchor-not-final"].includes(anchored.code)) return "pending";
  // D. It stands, but these credits are in trouble.
  if (failed.has(8)) return "compromised";
  // E. Something was not read: it could be worse than what is missing.
  if (checks.some(({ status }) => status === UNREAD)) return "unavailable";
  // F. All was read, and something is still missing.
  if (checks.some(({ status }) => status !== PASSED)) return "pending";
  return "retired";
}

/** The lowest level and the oldest block among the checks 4 to 9 that a reading decided. */
export function basisOf(checks) {
  const read = checks.filter(({ n, block, status }) => n >= 4 && n <= 9 && block !== null && status !== UNREAD);
  if (!read.length) return { level: 0, block: null };
  return { level: Math.min(...read.map(({ level }) => level)), block: oldest(read.map(({ block }) => block)) };
}

export function oldest(blocks) {
  return blocks.reduce((old, block) => (block.number < old.number ? block : old));
}

/** The verdict as JSON, member by member that of the Python library, from what `judge` gives. */
export function verdictValue({ bundle, registry, position, serials, checks, attested, history, notes }) {
  const { level, block } = basisOf(checks);
  return {
    verdict: decide(checks),
    level,
    levelName: LEVEL_NAMES[level],
    certificateHash: bundle.certificateHash,
    number: shortNumber(bundle.certificateHash),
    grams: bundle.leaf.grams,
    position,
    serials,
    checks,
    attestedBy: attested,
    block,
    historyHash: history,
    registry: registry && {
      name: registry.name,
      chainId: String(registry.chainId),
      creditRegistry: registry.creditRegistry.address,
      projectRegistry: registry.projectRegistry.address,
      operator: registry.operator.name,
    },
    demo: registry !== null && registry.demo,
    notes: notes.map(({ text }) => text),
    unpublished: null,
  };
}
