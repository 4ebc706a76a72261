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

/** A note for each group of attestations that share an account, a name or an organisation, also through others. */
export function sameAttestors(attested) {
  let groups = [];
  for (const one of attested) {
    const joined = groups.filter((group) => group.some((other) => isSame(one, other)));
    groups = [...groups.filter((group) => !joined.includes(group)), [...joined.flat(), one]];
  }
  return groups.flatMap((group) => {
    const roles = [...new Set(group.map(({ role }) => role))].sort();
    if (roles.length < 2) return [];
    const who = [...new Set(group.map(told))].join(" / ");
    return [{ code: "same-attestor", text: `${roles.join(", ")} are not independent: all are ${who}`, roles, who }];
  });
}

const told = ({ name, account, organisation }) => name ?? account ?? `organisation ${organisation}`;

function isSame(one, other) {
  return ["account", "organisation", "name"].some((key) => one[key] !== null && one[key] === other[key]);
}
