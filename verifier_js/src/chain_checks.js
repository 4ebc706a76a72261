// Checks 4 to 9 and the account of check 3: what readings of the chain say about one place in it.
//
// Two rules hold throughout. A reading at a block that is not final never decides more than `pending`. A reading older
// than the anchor's may show marks that had not moved yet; it never makes a certificate `invalid`.
import { GRAMS_PER_CREDIT, creditRange, creditsNeeded, lotIndex } from "./position.js";
import { FAILED, PASSED, UNREAD, WAITING, check, oldest } from "./verdict.js";

export const ZERO_HASH = `0x${"0".repeat(64)}`;
export const ZERO_ADDRESS = `0x${"0".repeat(40)}`;

/** Whether a fact was read: `{value, seen}`, and not `{unread: reason}`. */
export const isRead = (fact) => fact !== undefined && fact.unread === undefined;

/** Whether the expected anchor was read, at a final block or not. */
export const stands = ({ facts, expected }) => isRead(facts.anchor) && facts.anchor.value === expected;

/** 3, its last part: the issuing account of the document owns the lot. */
export function checkAccount(question, certificate) {
  if (certificate === null) return check(3, UNREAD, "not-checked", "not checked: the document could not be read");
  if (!stands(question)) {
    return check(3, UNREAD, "not-checked", "lot, grams and registry agree; the account is judged with the anchor");
  }
  const { lot } = question.facts;
  if (!isRead(lot)) return unread(3, lot);
  const basis = basisOn(lot);
  const { account } = certificate.issuer;
  const { owner, retired } = lot.value;
  const id = question.bundle.anchor.lot;
  // Only with something retired in it is a lot's owner final, whoever it was before.
  if (retired === 0 && isOlderThanAnchor(question, basis)) return tooOld(3, basis);
  if (account === owner) return judged(3, basis, PASSED, "named", `lot ${id} belongs to ${owner}`);
  const found = owner === ZERO_ADDRESS ? "nobody" : owner;
  const reason = `the document names account ${account}, the lot belongs to ${found}`;
  return judged(3, basis, FAILED, "account-differs", reason);
}

/** 4: the anchor stands on chain. */
export function checkAnchor(question) {
  const { facts, headFacts, expected, behind, bundle } = question;
  const { anchor } = facts;
  if (!isRead(anchor)) return unread(4, anchor);
  const basis = basisOn(anchor);
  const where = `tranche ${bundle.anchor.tranche} of lot ${bundle.anchor.lot}`;
  if (anchor.value === expected) return judged(4, basis, PASSED, "anchor", `${where} is anchored`);
  if (anchor.value !== ZERO_HASH) {
    const code = basis.final ? "anchor-differs" : "other-anchor-not-final";
    return { ...judged(4, basis, FAILED, code, `another tranche is anchored as ${where}`), code };
  }
  // Nothing there. An anchor never goes away, so absence at a later block needs no finality; but it must be recent.
  if (behind) {
    const reason = `${where} is not indexed yet: the index is ${behind} blocks behind`;
    return check(4, WAITING, "index-behind", reason, basis.level, basis.block);
  }
  const head = headFacts?.anchor;
  if (isRead(head) && head.value === expected) {
    const reason = `${where} is anchored as of block ${head.seen.block.number}, which is not final yet`;
    return check(4, WAITING, "anchor-not-final", reason, head.seen.level, head.seen.block);
  }
  if (!isFresh(question, basis)) return tooStale(4, basis, question);
  const reason = `nothing is anchored as ${where} as of block ${basis.block.number}`;
  return check(4, FAILED, "anchor-absent", reason, basis.level, basis.block);
}

/** 5: the tranche lies within retired credits, and within what the lot's mark says is claimed. */
export function checkRetired(question) {
  const { lot, marks } = question.facts;
  if (!isRead(lot)) return unread(5, lot);
  if (!isRead(marks)) return unread(5, marks);
  const basis = basisOn(lot, marks);
  const { start, total } = question.bundle.tranche;
  const end = start + total;
  const retired = lot.value.retired * GRAMS_PER_CREDIT;
  const claimed = marks.value.claimedGrams;
  const text = `it ends at gram ${end}; retired are ${retired} g, claimed ${claimed} g`;
  if (end <= retired && BigInt(end) <= claimed) return judged(5, basis, PASSED, "retired", text);
  if (isOlderThanAnchor(question, basis)) return tooOld(5, basis);
  return judged(5, basis, FAILED, "beyond-retired", text);
}

/** 6: position names serials of the batch. Gives the check and the serials, as decimal strings. */
export function checkSerials(question) {
  const { lot, batch } = question.facts;
  if (!isRead(lot)) return [unread(6, lot), []];
  if (!isRead(batch)) return [unread(6, batch), []];
  const basis = basisOn(lot, batch);
  const id = question.bundle.anchor.lot;
  const [first, end] = creditRange(question.position, id);
  const limit = Math.min(lotIndex(id) + lot.value.count, batch.value.count);
  if (end > limit) {
    if (isOlderThanAnchor(question, basis)) return [tooOld(6, basis), []];
    const reason = `credits ${first} to ${end - 1} of the batch are meant; the lot ends before credit ${limit}`;
    return [judged(6, basis, FAILED, "outside-batch", reason), []];
  }
  const { series, firstSerial } = batch.value;
  const named = { series, first: String(firstSerial + BigInt(first)), last: String(firstSerial + BigInt(end - 1)) };
  const text = `series ${series}, serial numbers ${named.first} to ${named.last}`;
  return [judged(6, basis, PASSED, "serials", text), [named]];
}

/** 7: the batch comes from a registered project and a verified report, or from what its source registry records. */
export function checkPathToProject(question, who) {
  const { report, project } = question.facts;
  if (!isRead(report)) return unread(7, report);
  if (!isRead(project)) return unread(7, project);
  const basis = basisOn(report, project);
  const filed = report.value;
  const made = project.value;
  const name = `project ${made.sourceId} of ${made.programmeCode}`;
  const states = `${name} is ${made.status}, its report ${filed.status}`;
  if (made.bridged) {
    if (filed.status === "recorded" && ["recorded", "deregistered"].includes(made.status)) {
      const text = `${name}: as recorded by the source registry, attested by ${who(filed.attestor)}`;
      return judged(7, basis, PASSED, "recorded", text);
    }
    return judged(7, basis, WAITING, "not-recorded", states);
  }
  if (filed.status !== "verified" || !["registered", "deregistered"].includes(made.status)) {
    return judged(7, basis, WAITING, "not-verified", states);
  }
  const { verifier } = filed;
  const { validator, proponent } = made;
  const three = verifier !== validator && verifier !== proponent && validator !== proponent;
  if (!verifier || !validator || !three) {
    const text = `${name}: verifier ${verifier}, validator ${validator}, proponent ${proponent}`;
    return judged(7, basis, WAITING, "not-independent", text);
  }
  const text = `${name} is registered, its report verified by organisation ${verifier} (${who(filed.attestor)})`;
  return judged(7, basis, PASSED, "verified", text);
}

/** 8: these credits are in good standing. Trouble of other credits of the batch does not touch them. */
export function checkStanding(question) {
  const { standing } = question.facts;
  if (!isRead(standing)) return unread(8, standing);
  const basis = basisOn(standing);
  if (!isFresh(question, basis)) return tooStale(8, basis, question);
  const trouble = troubles(question, standing.value);
  if (!trouble.length) {
    return judged(8, basis, PASSED, "good-standing", "no suspension or invalidation meets them");
  }
  const text = trouble.map((s) => `credits ${s.first} to ${s.end - 1} of the batch are ${s.trouble}`).join(", ");
  const worst = trouble.some((s) => s.trouble === "invalidated") ? "invalidated" : "suspended";
  return judged(8, basis, FAILED, worst, text);
}

/** 9: the source registry's cancellation is attested, or the programme is native and there is none to attest. */
export function checkSource(question) {
  const { marks, project } = question.facts;
  if (isRead(project) && project.value.status !== "none" && !project.value.bridged) {
    // Fixed with the programme, so no reading of it is too old.
    const text = `${project.value.programmeCode} is native: the credit lives here`;
    return judged(9, basisOn(project), PASSED, "native", text);
  }
  if (!isRead(marks)) return unread(9, marks);
  const basis = basisOn(marks);
  if (!isFresh(question, basis)) return tooStale(9, basis, question);
  const needed = creditsNeeded(question.position);
  const text = `attested for the first ${marks.value.confirmed} credits of the lot, needed for ${needed}`;
  if (marks.value.confirmed >= needed) return judged(9, basis, PASSED, "confirmed", text);
  if (!isRead(project)) return unread(9, project);
  return judged(9, basis, WAITING, "not-confirmed", text);
}

/** The segments that meet the position's credits. */
export function troubles(question, segments) {
  const [first, end] = creditRange(question.position, question.bundle.anchor.lot);
  return segments.filter((segment) => segment.first < end && first < segment.end);
}

export function notChecked(n, why) {
  return check(n, UNREAD, "not-checked", `not checked: ${why}`);
}

// What a check rests on: the lowest level and the oldest block of its readings, and whether all are final.
function basisOn(...readings) {
  const seen = readings.map((reading) => reading.seen);
  return {
    level: Math.min(...seen.map(({ level }) => level)),
    block: oldest(seen.map(({ block }) => block)),
    final: seen.every(({ final }) => final),
  };
}

function isFresh({ now, maxAge }, basis) {
  return Math.abs(now - basis.block.timestamp) <= maxAge;
}

function isOlderThanAnchor({ facts }, basis) {
  return isRead(facts.anchor) && basis.block.number < facts.anchor.seen.block.number;
}

function judged(n, basis, status, code, reason) {
  if (basis.final) return check(n, status, code, reason, basis.level, basis.block);
  const told = `as of block ${basis.block.number}, which is not final yet: ${reason}`;
  return check(n, WAITING, "not-final", told, basis.level, basis.block);
}

function unread(n, fact) {
  return check(n, UNREAD, "not-read", fact.unread);
}

function tooOld(n, basis) {
  const { number } = basis.block;
  const reason = `read at block ${number}, before the block at which the anchor was read; read both again`;
  return check(n, UNREAD, "older-than-anchor", reason, basis.level, basis.block);
}

function tooStale(n, basis, { now, maxAge }) {
  const age = now - basis.block.timestamp;
  const reason = `block ${basis.block.number} is ${age} s from now, at most ${maxAge} s are allowed; read a newer one`;
  return check(n, UNREAD, "stale", reason, basis.level, basis.block);
}
