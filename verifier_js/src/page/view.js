// A verdict as elements of a page. Texts go in as text, never as markup: a certificate is written by strangers.
import { openFields } from "../disclosure.js";
import { instant, mass, money, thousands } from "./figures.js";
import { checkText } from "./texts.js";

const MARKS = { passed: "✓", failed: "✗", pending: "…", unavailable: "?" };
const CHECK_TONES = { passed: "tone-good", failed: "tone-bad", pending: "tone-wait", unavailable: "tone-none" };
const TONES = {
  retired: "tone-good", invalid: "tone-bad", compromised: "tone-bad", unknown: "tone-bad", pending: "tone-wait",
  "unknown registry": "tone-wait", unavailable: "tone-none",
};

// Verdicts of certificates whose anchor was found; in any other case the figures are the file's own.
const BINDING = ["retired", "compromised", "pending"];

/** An element with attributes and children (elements or texts; null is left out). */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== null && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** The whole answer. `isServed` caps the level that is shown: a page that somebody served is worth level 1 at most. */
export function showVerdict(say, { verdict, judged }, isServed) {
  return make("article", { class: `verdict ${TONES[verdict.verdict]}`, "data-verdict": verdict.verdict },
    verdict.demo ? make("p", { class: "demo" }, say("demo")) : null,
    make("h2", {}, say(`verdict.${verdict.verdict}`, { mass: mass(verdict.grams) })),
    make("p", {}, say(`verdict.${verdict.verdict}.text`)),
    ...judged.notes.map((note) => make("p", { class: "note" }, noteText(say, note))),
    ...levelLines(say, verdict, isServed),
    make("h3", {}, say(BINDING.includes(verdict.verdict) ? "facts" : "facts.file")),
    facts(boundFacts(say, verdict, judged)),
    make("h3", {}, say("checks")),
    make("ol", { class: "checks" }, ...verdict.checks.map((check) => showCheck(say, check))),
    ...attestedLines(say, verdict),
    ...statedLines(say, judged),
  );
}

/** What went wrong before there was anything to judge. */
export function showError(say, key, error = null) {
  const detail = error === null ? null : make("p", { class: "detail", lang: "en" }, error.message);
  return make("div", { class: "alert tone-bad", role: "alert" }, make("p", {}, say(key)), detail);
}

function levelLines(say, verdict, isServed) {
  const level = isServed ? Math.min(1, verdict.level) : verdict.level;
  const { block } = verdict;
  return [
    make("p", { class: "level", "data-level": String(level) }, say("level", { level, name: say(`level.${level}`) })),
    make("p", {}, say(`level.${level}.text`)),
    block === null ? null : make("p", {}, say("asOf", { number: thousands(block.number), time: instant(block.timestamp) })),
    make("p", { class: "soft" }, say(isServed ? "served" : "saved")),
  ];
}

function boundFacts(say, verdict, judged) {
  const { position, serials, registry } = verdict;
  const range = (first, last) => (first === last ? first : say("facts.range", { first, last }));
  const lot = String(judged.bundle.anchor.lot);
  return [
    [say("facts.number"), verdict.number, "mono"],
    [say("facts.grams"), `${thousands(verdict.grams)} g`],
    ...serials.map(({ series, first, last }) => [say("facts.serials"), `${series}: ${range(first, last)}`, "mono serials"]),
    position && [
      say("facts.position", { lot }), range(thousands(position.startGram), thousands(position.endGram - 1)),
    ],
    registry && [say("facts.registry"), `${registry.name} (${registry.operator}), ${registry.chainId}:${registry.creditRegistry}`],
    [say("facts.hash"), verdict.certificateHash, "mono"],
    verdict.historyHash && [say("facts.history"), verdict.historyHash, "mono"],
  ];
}

function showCheck(say, check) {
  const { n, status, level, block, reason } = check;
  const basis = block === null ? "" : `${say("level", { level, name: say(`level.${level}`) })} · #${thousands(block.number)} · `;
  return make("li", { class: CHECK_TONES[status], "data-check": `${n} ${status}` },
    make("span", { class: "mark", "aria-hidden": "true" }, MARKS[status]),
    make("div", {},
      make("h4", {}, `${n} · ${say(`check.${n}`)} `, make("span", { class: "state" }, say(`status.${status}`))),
      make("p", {}, checkText(say, check)),
      make("details", {}, make("summary", {}, basis + say("detail")), make("p", { lang: "en" }, reason)),
    ));
}

function attestedLines(say, { attestedBy }) {
  if (!attestedBy.length) return [];
  const rows = attestedBy.map(({ role, account, name, organisation }) => {
    const number = organisation === null ? null : say("attested.organisation", { number: organisation });
    return [say(`role.${role}`), [name, number, account].filter((part) => part !== null).join(", ")];
  });
  return [make("h3", {}, say("attested")), facts(rows), make("p", { class: "soft" }, say("attested.note"))];
}

function statedLines(say, { certificate, bundle, checks }) {
  if (certificate === null) return [];
  const opened = checks[9].status === "passed" ? openFields(certificate, bundle.disclosures) : new Map();
  const personal = (name) =>
    typeof certificate[name] === "string" ? certificate[name] : (opened.get(name) ?? say("stated.closed"));
  const { activity, price, platform } = certificate;
  const rows = [
    [say("stated.beneficiary"), personal("beneficiary")],
    [say("stated.purpose"), personal("purpose")],
    activity && [say("stated.activity"), `${activity.kind}, ${activity.quantity} ${activity.unit}${activity.factor ? `, ${activity.factor}` : ""}`],
    price && [say("stated.price"), money(price)],
    [say("stated.issuer"), certificate.issuer.name],
    platform && [say("stated.platform"), platform],
    [say("stated.claimId"), certificate.claimId],
    [say("stated.issuedAt"), certificate.issuedAt.replace("T", " ").replace("Z", "")],
  ];
  return [make("h3", {}, say("stated")), facts(rows)];
}

function noteText(say, { code, roles, who }) {
  const names = (roles ?? []).map((role) => say(`role.${role}`)).join(say("and"));
  return say(`note.${code}`, { roles: names, who });
}

function facts(rows) {
  return make("dl", { class: "facts" },
    ...rows.filter((row) => row).map(([term, value, kind]) => make("div", {}, make("dt", {}, term), make("dd", { class: kind ?? null }, value))));
}
