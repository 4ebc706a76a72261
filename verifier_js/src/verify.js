// Verification: one procedure of ten numbered checks. The numbers are those of docs/spec/verification.md.
//
// Pure: chain, contracts and readings come from the caller; the clock is the argument `now`.
import { anchorHash } from "./anchor.js";
import { attestations, sameAttestors } from "./attested.js";
import {
  checkAccount, checkAnchor, checkPathToProject, checkRetired, checkSerials, checkSource, checkStanding, isRead,
  notChecked, stands, troubles,
} from "./chain_checks.js";
import { checkFile } from "./file_checks.js";
import { creditsNeeded } from "./position.js";
import { nameOf } from "./registry_file.js";
import { FAILED, PASSED, UNREAD, WAITING, check, verdictValue } from "./verdict.js";

/** Seconds: standing and source cancellation rest on a block at most a day old. */
export const DEFAULT_MAX_AGE = 86_400;

// Why checks 5 to 9 are not made, by the status of check 4. An outage is not a negative answer.
const NO_ANCHOR = {
  [FAILED]: "the anchor does not stand",
  [WAITING]: "the anchor is pending",
  [UNREAD]: "the anchor could not be checked",
};

/**
 * The verdict on one certificate, as JSON (docs/spec/verification.md).
 *
 * `bundle` from parseBundle, `registry` from parseRegistryFile or null, `facts` from readFacts or null (the chain was
 * not asked); options `now` (seconds since 1970, required), `maxAge` (seconds), `behind` (blocks), `headFacts`.
 */
export function verify(bundle, registry, facts, options) {
  return verdictValue(judge(bundle, registry, facts, options));
}

/** The same before it becomes JSON: notes keep their codes, and `certificate` is what the document states, or null. */
export function judge(bundle, registry, facts, { now, maxAge = DEFAULT_MAX_AGE, behind = null, headFacts = null }) {
  const file = checkFile(bundle, registry);
  const broken = [file.document, file.path, file.named].find((one) => one !== null && one.status === FAILED);
  if (registry === null || broken || file.position === null) {
    return result(bundle, registry, file, withoutChain(file, broken ? `check ${broken.n} failed` : "no registry file"));
  }
  if (facts === null) return result(bundle, registry, file, withoutChain(file, "the chain was not asked"));

  const question = {
    bundle, position: file.position, expected: expectedAnchor(bundle, registry), facts, now, maxAge, behind, headFacts,
  };
  const three = checkAccount(question, file.certificate);
  const four = checkAnchor(question);
  if (!stands(question)) {
    const rest = [5, 6, 7, 8, 9].map((n) => notChecked(n, NO_ANCHOR[four.status]));
    return result(bundle, registry, file, [three, four, ...rest], question);
  }
  const [six, serials] = checkSerials(question);
  const checks = [
    three,
    four,
    checkRetired(question),
    six,
    checkPathToProject(question, (account) => nameOf(registry, account) ?? account),
    checkStanding(question),
    checkSource(question),
  ];
  const attested = attestations(facts, registry, creditsNeeded(file.position));
  return result(bundle, registry, file, checks, question, serials, attested);
}

/** What must stand on chain: recomputed from the pinned chain and contract, never from what the bundle names. */
export function expectedAnchor({ anchor, tranche }, { chainId, creditRegistry }) {
  return anchorHash({ chainId, contract: creditRegistry.address, ...tranche, lot: anchor.lot, tranche: anchor.tranche });
}

function withoutChain(file, why) {
  const rest = [4, 5, 6, 7, 8, 9].map((n) => notChecked(n, why));
  if (file.named !== null) return [file.named, ...rest];
  const agrees = file.certificate !== null;
  const told = agrees ? "lot, grams and registry agree; the account was not read" : "the document could not be read";
  return [check(3, UNREAD, "not-checked", `${told}: ${why}`), ...rest];
}

function result(bundle, registry, file, chainChecks, question = null, serials = [], attested = []) {
  const checks = [file.document, file.path, ...chainChecks, file.disclosed];
  const history = question?.facts.history;
  return {
    bundle,
    registry,
    certificate: file.certificate,
    position: file.position,
    serials,
    checks,
    attested,
    history: isRead(history) ? history.value : null,
    notes: [...notesOn(file.certificate, question, checks), ...sameAttestors(attested)],
  };
}

function notesOn(certificate, question, checks) {
  const notes = [];
  if (certificate !== null && certificate.buyerNonce === null) {
    const text = "bound to no person: the document carries no nonce of its buyer";
    notes.push({ code: "bound-to-no-person", text });
  }
  if (question === null || !stands(question)) return notes;
  const { project } = question.facts;
  if (isRead(project) && project.value.status === "deregistered") {
    const text = `project ${project.value.sourceId} was deregistered later; credits issued before stand`;
    notes.push({ code: "deregistered", text });
  }
  const head = question.headFacts?.standing;
  if (isRead(head) && checks[7].status === PASSED && troubles(question, head.value).length) {
    const text = `block ${head.seen.block.number}, which is not final yet, shows these credits in trouble`;
    notes.push({ code: "trouble-not-final", text });
  }
  return notes;
}
