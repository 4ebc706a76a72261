// Strict JSON and its canonical form (RFC 8785). JSON.parse passes duplicate keys, 1e3 and integers that lose digits.
// Objects have no prototype, so that a member called __proto__ is a member like any other.
import { fromUtf8, utf8 } from "./bytes.js";
import { InvalidInput, shorten } from "./errors.js";

export const MAX_BYTES = 1_048_576;
export const MAX_DEPTH = 32;
export const MAX_BRACKETS = 65_536;
export const MAX_INTEGER = Number.MAX_SAFE_INTEGER;

const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|[^])/g;
const LOW_HALF = /^\\u[dD][c-fC-F]/;
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const WORDS = [["null", null], ["true", true], ["false", false]];
const STRUCTURE = /["[\]{}]/g;
const STRING_END = /["\\]/g;
const STRING_STOP = /["\\\0-\x1f]/g;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;

/**
 * The one value of a JSON text, given as a string or as bytes (Uint8Array). Raises InvalidInput for anything else: too
 * large (counted in bytes, before parsing), too many opening brackets, nested deeper than 32, duplicate keys, fractions, exponents, `-0`, integers
 * beyond ±(2^53 − 1), a byte order mark, trailing data, lone surrogates and NUL.
 */
export function parseStrict(data, { maxBytes = MAX_BYTES, what = "JSON" } = {}) {
  const text = decode(data, maxBytes, what);
  checkBrackets(text, what);
  checkDepth(text, what);
  const value = new Parser(text, what).document();
  if (text.includes("\\u")) checkEscapes(text, what);
  return value;
}

/** The value of a text that is its own canonical form; raises InvalidInput for any other text. */
export function requireCanonical(text, { maxBytes = MAX_BYTES, what = "JSON" } = {}) {
  const value = parseStrict(text, { maxBytes, what });
  const canonical = canonicalText(value);
  if (canonical === text) return value;
  const [good, raw] = [utf8(canonical), utf8(text)];
  let at = 0;
  while (at < good.length && at < raw.length && good[at] === raw[at]) at++;
  if (at === raw.length) at = good.length;
  throw new InvalidInput("not in canonical form (RFC 8785)", {
    expected: shorten(excerpt(good, at)), found: shorten(excerpt(raw, at)),
    hint: "hash and pass on the document's bytes unchanged", place: `${what} byte ${at}`,
  });
}

/** The canonical text of a parsed value: members sorted by UTF-16 code units, no white space, escapes in one form. */
export function canonicalText(value) {
  // For strings, JSON.stringify writes exactly the escapes of RFC 8785; for safe integers their digits.
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  const members = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonicalText(value[key])}`);
  return `{${members.join(",")}}`;
}

/** How many Unicode characters a text has: JavaScript's own length counts UTF-16 units. */
export function countPoints(text) {
  let count = 0;
  for (let i = 0; i < text.length; i++, count++) if ((text.codePointAt(i) ?? 0) > 0xffff) i++;
  return count;
}

function decode(data, maxBytes, what) {
  const isText = typeof data === "string";
  const bytes = isText && data.length <= maxBytes ? utf8(data) : data;
  if (bytes === null) throw new InvalidInput("the text holds a lone surrogate", { expected: "Unicode text", place: what });
  if (bytes.length > maxBytes) {
    const found = String(isText ? countPoints(data) : bytes.length);
    throw new InvalidInput("too large", { expected: `at most ${maxBytes} bytes`, found, place: what });
  }
  const text = isText ? data : fromUtf8(bytes);
  if (text === null) throw new InvalidInput("not UTF-8", { expected: "UTF-8 text", place: what });
  if (text.startsWith("\ufeff")) {
    throw new InvalidInput("a byte order mark stands first", { expected: "JSON from the first byte", place: what });
  }
  return text;
}

function checkBrackets(text, what) {
  let count = 0;
  for (const bracket of "[{") for (let i = text.indexOf(bracket); i >= 0; i = text.indexOf(bracket, i + 1)) count++;
  if (count <= MAX_BRACKETS) return;
  throw new InvalidInput("too many brackets", {
    expected: `at most ${MAX_BRACKETS} of [ and {`, found: String(count), place: what,
  });
}

function checkDepth(text, what) {
  let depth = 0;
  for (let i = next(STRUCTURE, text, 0); i < text.length; i = next(STRUCTURE, text, i + 1)) {
    const unit = text[i];
    if (unit === '"') {
      i = next(STRING_END, text, i + 1);
      while (text[i] === "\\") i = next(STRING_END, text, i + 2);
    } else if (unit === "[" || unit === "{") {
      if (++depth > MAX_DEPTH) {
        const place = `${what} character ${countPoints(text.slice(0, i))}`;
        throw new InvalidInput("nested too deeply", { expected: `at most ${MAX_DEPTH} levels`, place });
      }
    } else {
      depth--;
    }
  }
}

// Where the next character that `pattern` (with the flag g) seeks stands, from `at` on; the text's end if nowhere.
function next(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text)?.index ?? text.length;
}

// Of a text that decoded well: none of its escapes may stand for NUL or half a character.
function checkEscapes(text, what) {
  ESCAPE.lastIndex = 0;
  for (let found; (found = ESCAPE.exec(text)); ) {
    if (found[1] === undefined) continue;
    const unit = parseInt(found[1], 16);
    if (unit !== 0 && (unit < 0xd800 || unit > 0xdfff)) continue;
    if (unit >= 0xd800 && unit <= 0xdbff && LOW_HALF.test(text.slice(ESCAPE.lastIndex, ESCAPE.lastIndex + 6))) {
      ESCAPE.lastIndex += 6;
      continue;
    }
    throw new InvalidInput("a string holds NUL or a lone surrogate", {
      expected: "Unicode text without NUL", found: found[0],
      place: `${what} character ${countPoints(text.slice(0, found.index))}`,
    });
  }
}

class Parser {
  constructor(text, what) {
    this.text = text;
    this.what = what;
    this.at = 0;
  }

  document() {
    this.space();
    const value = this.value();
    this.space();
    if (this.at !== this.text.length) this.fail("Extra data", this.at);
    return value;
  }

  value() {
    const { text, at } = this;
    const first = text[at];
    if (first === '"') return this.string();
    if (first === "{") return this.object();
    if (first === "[") return this.list();
    for (const [word, value] of WORDS) {
      if (text.startsWith(word, at)) {
        this.at += word.length;
        return value;
      }
    }
    for (const word of ["NaN", "Infinity", "-Infinity"]) if (text.startsWith(word, at)) this.refuse(word);
    NUMBER.lastIndex = at;
    const found = NUMBER.exec(text);
    if (found === null) this.fail("Expecting value", at);
    if (found[1] !== undefined || found[2] !== undefined) this.refuse(found[0]);
    this.at += found[0].length;
    return this.integer(found[0]);
  }

  refuse(literal) {
    throw new InvalidInput("a number is not a plain integer", {
      expected: "an integer without point or exponent", found: shorten(literal), place: this.what,
    });
  }

  integer(literal) {
    const value = Number(literal);
    if (literal === "-0" || literal.length > 17 || Math.abs(value) > MAX_INTEGER) {
      throw new InvalidInput("an integer is not safe in JSON", {
        expected: "at most 2^53 - 1 in size, and 0 without a sign", found: shorten(literal),
        hint: "write wide integers as decimal strings", place: this.what,
      });
    }
    return value;
  }

  list() {
    const items = [];
    this.at++;
    this.space();
    if (this.text[this.at] !== "]") {
      for (;;) {
        items.push(this.value());
        this.space();
        if (this.text[this.at] === "]") break;
        this.comma();
      }
    }
    this.at++;
    return items;
  }

  object() {
    const members = Object.create(null);
    const keys = [];
    this.at++;
    this.space();
    if (this.text[this.at] !== "}") {
      for (;;) {
        if (this.text[this.at] !== '"') this.fail("Expecting property name enclosed in double quotes", this.at);
        const key = this.string();
        this.space();
        if (this.text[this.at] !== ":") this.fail("Expecting ':' delimiter", this.at);
        this.at++;
        this.space();
        keys.push(key);
        members[key] = this.value();
        this.space();
        if (this.text[this.at] === "}") break;
        this.comma();
      }
    }
    this.at++;
    if (Object.keys(members).length !== keys.length) this.twice(keys);
    return members;
  }

  twice(keys) {
    const counts = new Map();
    for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
    const [most] = [...counts].sort((one, other) => other[1] - one[1])[0];
    throw new InvalidInput("a member appears twice", { expected: "each key once", found: shorten(most), place: this.what });
  }

  comma() {
    if (this.text[this.at] !== ",") this.fail("Expecting ',' delimiter", this.at);
    this.at++;
    this.space();
  }

  string() {
    const { text } = this;
    const begin = this.at++;
    let value = "";
    for (;;) {
      const from = this.at;
      this.at = next(STRING_STOP, text, from);
      value += text.slice(from, this.at);
      if (text.charCodeAt(this.at) < 32) this.fail("Invalid control character at", this.at);
      if (this.at >= text.length) this.fail("Unterminated string starting at", begin);
      if (text[this.at++] === '"') return value;
      if (this.at >= text.length) this.fail("Unterminated string starting at", begin);
      const escape = text[this.at++];
      if (escape === "u") {
        const digits = text.slice(this.at, this.at + 4);
        if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.fail("Invalid \\uXXXX escape", this.at - 1);
        value += String.fromCharCode(parseInt(digits, 16));
        this.at += 4;
      } else {
        if (ESCAPES[escape] === undefined) this.fail("Invalid \\escape", this.at - 2);
        value += ESCAPES[escape];
      }
    }
  }

  space() {
    while (" \t\n\r".includes(this.text[this.at] ?? "x")) this.at++;
  }

  fail(message, at) {
    const before = this.text.slice(0, at);
    const line = before.split("\n").length;
    const column = countPoints(before.slice(before.lastIndexOf("\n") + 1)) + 1;
    throw new InvalidInput("not JSON", {
      expected: message, found: shorten(Array.from(this.text.slice(at, at + 40)).slice(0, 20).join("")),
      place: `${this.what} line ${line} column ${column}`,
    });
  }
}

// Up to 20 bytes as text, for a message; what is cut in the middle of a character shows as U+FFFD.
function excerpt(bytes, at) {
  const piece = bytes.slice(at, at + 20);
  for (let cut = 0; cut < 4; cut++) {
    for (let skip = 0; skip < 4; skip++) {
      const text = fromUtf8(piece.slice(skip, piece.length - cut));
      if (text !== null) return "\ufffd".repeat(skip) + text + (cut ? "\ufffd" : "");
    }
  }
  return "";
}
