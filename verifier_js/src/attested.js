// Whom one must trust beside the code: the accounts that attested, by name, and whether they are different ones.
import { ZERO_ADDRESS, isRead } from "./chain_checks.js";
import { nameOf } from "./registry_file.js";

/** Who attested what this certificate rests on, as far as it was read. */
export function attestations(facts, registry, credits) {
  const found = [];
  const add = (role, given, organisation = 0) => {
    const account = given === ZERO_ADDRESS ? null : given;
    if (account === null && !organisation) return;
    const name = account === null ? null : nameOf(registry, account);
    const one = { role, account, name, organisation: organisation || null };
    if (!found.some((other) => Object.keys(one).every((key) => one[key] === other[key]))) found.push(one);
  };
  const { project, report, batch, marks } = facts;
  const has = isRead(project) ? project.value : null;
  const filed = isRead(report) ? report.value : null;
  if (has) add("validator", null, has.validator);
  if (filed?.status === "verified") add("verifier", filed.attestor, filed.verifier);
  if (has) add("registrar", has.registrar);
  if (filed?.status === "recorded") add("registrar", filed.attestor);
  if (isRead(batch) && batch.value.count) add("issuer", batch.value.registrar);
  if (isRead(marks) && marks.value.confirmed >= credits) add("sourceCancellation", marks.value.confirmedBy);
  return found;
}

/** A note for each account, name or organisation that attested in more than one role. */
export function sameAttestors(attested) {
  const notes = [];
  const told = new Set();
  for (const one of attested) {
    const roles = [...new Set(attested.filter((other) => isSame(one, other)).map(({ role }) => role))].sort();
    const key = roles.join(", ");
    if (roles.length < 2 || told.has(key)) continue;
    told.add(key);
    const who = one.name ?? one.account ?? `organisation ${one.organisation}`;
    notes.push({ code: "same-attestor", text: `${key} are not independent: all are ${who}`, roles, who });
  }
  return notes;
}

function isSame(one, other) {
  return ["account", "organisation", "name"].some((key) => one[key] !== null && one[key] === other[key]);
}
