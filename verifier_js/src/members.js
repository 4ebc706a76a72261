// Reading members of untrusted JSON, strictly. Each function returns the value or raises InvalidInput with its place.
import { InvalidInput, shorten } from "./errors.js";
import { countPoints } from "./strict_json.js";

// Control characters, line and paragraph separators, what reorders text around it; the list of docs/spec/certificate.md.
const REFUSED = /[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]/u;

/** An object with all `required` members and none beside `optional`. */
export function requireObject(value, place, required, optional = []) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new InvalidInput("wrong type", { expected: "an object", found: shorten(value), place });
  }
  const missing = required.filter((name) => !(name in value)).sort();
  if (missing.length) throw new InvalidInput("a member is missing", { expected: missing.join(", "), place });
  const unknown = Object.keys(value).filter((name) => !required.includes(name) && !optional.includes(name));
  if (unknown.length) throw new InvalidInput("a member is unknown", { found: shorten(unknown.sort(byPoints)[0]), place });
  return value;
}

export function requireList(value, place, most) {
  if (!Array.isArray(value)) throw new InvalidInput("wrong type", { expected: "a list", found: shorten(value), place });
  if (value.length > most) {
    throw new InvalidInput("too many entries", { expected: `at most ${most}`, found: String(value.length), place });
  }
  return value;
}

/** An integer from `least` to `most`; a BigInt where `most` is one. */
export function requireInteger(value, place, least, most) {
  if (typeof value !== typeof most) {
    throw new InvalidInput("wrong type", { expected: "an integer", found: shorten(value), place });
  }
  if (value < least || value > most) {
    throw new InvalidInput("out of range", { expected: `${least} to ${most}`, found: shorten(value), place });
  }
  return value;
}

export function requireBool(value, place) {
  if (typeof value !== "boolean") {
    throw new InvalidInput("wrong type", { expected: "true or false", found: shorten(value), place });
  }
  return value;
}

/** A string of at most `most` Unicode characters, whatever they are. */
export function requireString(value, place, most) {
  if (typeof value !== "string") {
    throw new InvalidInput("wrong type", { expected: "a string", found: shorten(value), place });
  }
  if (value.length > most) {
    const points = countPoints(value);
    if (points > most) {
      throw new InvalidInput("too long", { expected: `at most ${most} characters`, found: String(points), place });
    }
  }
  return value;
}

/** Text for people: 1 to `most` characters, without control or reordering characters, in any normal form. */
export function requireText(value, place, most) {
  const text = requireString(value, place, most);
  if (!text) throw new InvalidInput("empty", { expected: "at least one character", place });
  const refused = REFUSED.exec(text);
  if (refused) {
    const found = `U+${refused[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
    throw new InvalidInput("a control character", { expected: "printable text", found, place });
  }
  return text;
}

/** A string of at most `most` characters that `pattern` (anchored) matches; `expected` says so in words. */
export function requirePattern(value, place, pattern, most, expected) {
  const text = requireString(value, place, most);
  if (!pattern.test(text)) throw new InvalidInput("wrong form", { expected, found: shorten(text), place });
  return text;
}

/** A wide integer, as a BigInt, from its decimal string: ASCII digits, no sign, no leading zero. */
export function parseDecimal(value, place, least, most) {
  if (typeof value !== "string" || countPoints(value) > 78 || !/^(?:0|[1-9][0-9]*)$/.test(value)) {
    throw new InvalidInput("not a decimal string", {
      expected: "a string of digits without leading zeros", found: shorten(value), place,
    });
  }
  return requireInteger(BigInt(value), place, least, most);
}

// Python sorts by code points, JavaScript by UTF-16 units.
function byPoints(one, other) {
  const [a, b] = [Array.from(one), Array.from(other)];
  for (let i = 0; i < a.length && i < b.length; i++) {
    if (a[i] !== b[i]) return a[i].codePointAt(0) - b[i].codePointAt(0);
  }
  return a.length - b.length;
}
