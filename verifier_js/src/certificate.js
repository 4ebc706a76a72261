// The certificate document, certificate/1. Members: docs/spec/certificate.md.
// What only the document says is its issuer's statement, proven by nothing.
import { requireAddress, requireHash, requireHex } from "./bytes.js";
import { InvalidInput, shorten } from "./errors.js";
import { MAX_INTEGER } from "./strict_json.js";
import { parseDecimal, requireInteger, requireObject, requirePattern, requireString, requireText } from "./members.js";

export const MAX_TEXT = 500;
export const MAX_GRAMS = MAX_INTEGER;
export const MAX_LOT = (1n << 96n) - 1n;
export const MAX_U256 = (1n << 256n) - 1n;

const REQUIRED = [
  "version", "registry", "lot", "issuer", "claimId", "grams", "beneficiary", "purpose", "issuedAt", "salt",
];
const OPTIONAL = ["activity", "price", "platform", "buyerNonce"];
const QUANTITY = /^(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/;
const CURRENCY = /^[A-Z][A-Z0-9]{2,11}$/;
const INSTANT = /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z$/;

/**
 * What checks need of a parsed document: `chainId` and `lot` as BigInt, `grams`, accounts as hex, `beneficiary` and
 * `purpose` as text or `{digest}`, the rest as it stands. Raises InvalidInput for what the specification refuses.
 */
export function certificateFrom(value) {
  const members = requireObject(value, "document", REQUIRED, OPTIONAL);
  if (members.version !== "certificate/1") {
    throw new InvalidInput("unknown version", {
      expected: "certificate/1", found: shorten(members.version), place: "document.version",
    });
  }
  const registry = requireObject(members.registry, "document.registry", ["chainId", "creditRegistry"]);
  const issuer = requireObject(members.issuer, "document.issuer", ["name", "account"]);
  // The order is that of the Python reader, so that both name the same fault of a document with several.
  const certificate = {
    chainId: parseDecimal(registry.chainId, "document.registry.chainId", 1n, MAX_U256),
    creditRegistry: requireAddress(registry.creditRegistry, "document.registry.creditRegistry"),
    lot: parseDecimal(members.lot, "document.lot", 0n, MAX_LOT),
    issuer: issuerFrom(issuer),
    claimId: requireString(members.claimId, "document.claimId", 128),
    grams: requireInteger(members.grams, "document.grams", 1, MAX_GRAMS),
    beneficiary: personal(members.beneficiary, "document.beneficiary"),
    purpose: personal(members.purpose, "document.purpose"),
    issuedAt: requireString(members.issuedAt, "document.issuedAt", 20),
    salt: requireHex(members.salt, 16, 16, "document.salt", "salt"),
    activity: "activity" in members ? activityFrom(members.activity) : null,
    price: "price" in members ? priceFrom(members.price) : null,
    platform: "platform" in members ? platformFrom(members.platform) : null,
    buyerNonce: "buyerNonce" in members ? requireHex(members.buyerNonce, 16, 32, "document.buyerNonce", "nonce") : null,
  };
  requireText(certificate.claimId, "document.claimId", 128);
  for (const name of ["beneficiary", "purpose"]) {
    if (typeof certificate[name] === "string") requireText(certificate[name], `document.${name}`, MAX_TEXT);
  }
  requireInstant(certificate.issuedAt);
  if (certificate.platform !== null) requireText(certificate.platform, "document.platform.name", MAX_TEXT);
  return certificate;
}

function issuerFrom(issuer) {
  const name = requireString(issuer.name, "document.issuer.name", MAX_TEXT);
  const account = requireAddress(issuer.account, "document.issuer.account");
  return { name: requireText(name, "document.issuer.name", MAX_TEXT), account };
}

function requireInstant(text) {
  const place = "document.issuedAt";
  requirePattern(text, place, INSTANT, 20, "YYYY-MM-DDTHH:MM:SSZ");
  const [year, month, day, hour, minute, second] = INSTANT.exec(text).slice(1).map(Number);
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  if (year < 1 || day < 1 || day > days || hour > 23 || minute > 59 || second > 59) {
    throw new InvalidInput("no such time", { expected: "a day and a time that exist", found: text, place });
  }
}

function personal(value, place) {
  if (typeof value === "string") return value;
  const members = requireObject(value, place, ["digest"]);
  return { digest: requireHash(members.digest, `${place}.digest`) };
}

function activityFrom(value) {
  const place = "document.activity";
  const members = requireObject(value, place, ["kind", "quantity", "unit", "grams"], ["factor"]);
  const activity = {
    kind: requireString(members.kind, `${place}.kind`, MAX_TEXT),
    quantity: requireString(members.quantity, `${place}.quantity`, 40),
    unit: requireString(members.unit, `${place}.unit`, MAX_TEXT),
    grams: requireInteger(members.grams, `${place}.grams`, 1, MAX_GRAMS),
    factor: "factor" in members ? requireString(members.factor, `${place}.factor`, MAX_TEXT) : null,
  };
  requireText(activity.kind, `${place}.kind`, MAX_TEXT);
  requirePattern(activity.quantity, `${place}.quantity`, QUANTITY, 40, "a decimal string like 10 or 12.50");
  requireText(activity.unit, `${place}.unit`, MAX_TEXT);
  if (activity.factor !== null) requireText(activity.factor, `${place}.factor`, MAX_TEXT);
  return activity;
}

function priceFrom(value) {
  const place = "document.price";
  const members = requireObject(value, place, ["currency", "exponent", "units"], ["agencyFee", "serviceFee"]);
  const price = {};
  for (const name of ["agencyFee", "serviceFee"]) {
    price[name] = name in members ? requireInteger(members[name], `${place}.${name}`, 0, MAX_GRAMS) : null;
  }
  price.currency = requireString(members.currency, `${place}.currency`, 12);
  price.exponent = requireInteger(members.exponent, `${place}.exponent`, 0, 18);
  price.units = requireInteger(members.units, `${place}.units`, 0, MAX_GRAMS);
  requirePattern(price.currency, `${place}.currency`, CURRENCY, 12, "3 to 12 capital letters or digits, like CNY");
  return price;
}

function platformFrom(value) {
  const members = requireObject(value, "document.platform", ["name"]);
  return requireString(members.name, "document.platform.name", MAX_TEXT);
}
