// Facts of several sources become the facts that one verdict rests on: for each fact one reading, never a mixture.
import { ZERO_HASH, isRead } from "./chain_checks.js";

const numberOf = (reading) => reading.seen.block.number;

/** The one reading of each fact, from at least one source; `now` and `maxAge` in seconds, as for `verify`. */
export function chooseFacts(sources, { now, maxAge }) {
  if (sources.length === 1) return sources[0];
  const of = (name) => sources.map((facts) => facts[name]);
  const fresh = (reading) => Math.abs(now - reading.seen.block.timestamp) <= maxAge;
  // An anchor found never goes away again; that none was there yet says little.
  const anchor = best(of("anchor"), (r) => [r.value !== ZERO_HASH, r.seen.level, numberOf(r)]);
  const since = isRead(anchor) ? numberOf(anchor) : 0;
  // Marks only move forward: what was read before the anchor may not show what the anchor rests on.
  const settled = (r) => [numberOf(r) >= since, r.seen.level, numberOf(r)];
  return {
    anchor,
    lot: best(of("lot"), settled),
    marks: best(of("marks"), (r) => [numberOf(r) >= since, fresh(r), r.seen.level, numberOf(r)]),
    batch: best(of("batch"), settled),
    standing: chooseStanding(of("standing"), fresh),
    report: best(of("report"), settled),
    project: best(of("project"), settled),
    history: best(of("history"), (r) => [r.seen.level, numberOf(r)]),
  };
}

// The first reading with the highest key; if nothing was read, all reasons joined.
function best(facts, key) {
  const readings = facts.filter(isRead);
  if (!readings.length) {
    return {
      unread: [...new Set(facts.map(({ unread }) => unread))].join("; "),
      retryable: facts.some(({ retryable }) => retryable),
    };
  }
  return readings.reduce((one, other) => (isHigher(key(other), key(one)) ? other : one));
}

function isHigher(one, other) {
  const at = one.findIndex((part, i) => part !== other[i]);
  return at >= 0 && one[at] > other[at];
}

// The freshest of the highest level, unless another one weighs more: trouble is never outvoted.
function chooseStanding(facts, fresh) {
  let chosen = best(facts, (r) => [fresh(r), r.seen.level, numberOf(r)]);
  if (!isRead(chosen)) return chosen;
  const readings = facts.filter(isRead).sort((one, other) => numberOf(one) - numberOf(other));
  for (const fact of readings) {
    if (numberOf(fact) > numberOf(chosen) && fresh(fact) && !covers(chosen.value, fact.value)) chosen = fact;
  }
  for (const fact of readings) {
    const final = fact.value.filter(({ trouble }) => trouble === "invalidated");
    if (fact.seen.level > chosen.seen.level && !covers(chosen.value, final)) return fact;
  }
  return chosen;
}

// Whether `known` tells all the trouble that `told` tells; an invalidation also covers a suspension.
function covers(known, told) {
  return told.every(({ first, end, trouble }) => {
    const ranges = known.filter((one) => [trouble, "invalidated"].includes(one.trouble));
    ranges.sort((one, other) => one.first - other.first || one.end - other.end);
    let reached = first;
    for (const range of ranges) if (range.first <= reached && reached < range.end) reached = range.end;
    return reached >= end;
  });
}
