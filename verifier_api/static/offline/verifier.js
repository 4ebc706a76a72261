// Offsetproof verifier. Apache-2.0. Built from verifier_js/ by build.mjs; read it there.
"use strict";
const m0 = (() => {

const RATE = 136;
const [ROUNDS, TURNS, PLACES] = constants();
const C = new Int32Array(10);
const B = new Int32Array(50);
function keccak256(message) {
const padded = new Uint8Array((Math.floor(message.length / RATE) + 1) * RATE);
padded.set(message);
padded[message.length] ^= 1;
padded[padded.length - 1] ^= 0x80;
const view = new DataView(padded.buffer);
const state = new Int32Array(50); // lane i: low word at 2i, high word at 2i + 1
for (let at = 0; at < padded.length; at += RATE) {
for (let i = 0; i < RATE / 4; i++) state[i] ^= view.getInt32(at + 4 * i, true);
permute(state);
}
const digest = new Uint8Array(32);
const out = new DataView(digest.buffer);
for (let i = 0; i < 8; i++) out.setInt32(4 * i, state[i], true);
return digest;
}
function permute(s) {
for (let round = 0; round < 48; round += 2) {
for (let i = 0; i < 10; i++) C[i] = s[i] ^ s[i + 10] ^ s[i + 20] ^ s[i + 30] ^ s[i + 40];
for (let x = 0; x < 10; x += 2) {
const before = (x + 8) % 10;
const after = (x + 2) % 10;
const lo = C[after];
const hi = C[after + 1];
const dl = C[before] ^ ((lo << 1) | (hi >>> 31));
const dh = C[before + 1] ^ ((hi << 1) | (lo >>> 31));
for (let i = x; i < 50; i += 10) {
s[i] ^= dl;
s[i + 1] ^= dh;
}
}
for (let lane = 0; lane < 25; lane++) {
const count = TURNS[lane];
const n = count & 31;
const swap = count >> 5;
const lo = s[2 * lane + swap];
const hi = s[2 * lane + 1 - swap];
const to = PLACES[lane];
B[to] = (lo << n) | (hi >>> 1 >>> (31 - n));
B[to + 1] = (hi << n) | (lo >>> 1 >>> (31 - n));
}
for (let row = 0; row < 50; row += 10) {
for (let x = 0; x < 10; x++) s[row + x] = B[row + x] ^ (~B[row + ((x + 2) % 10)] & B[row + ((x + 4) % 10)]);
}
s[0] ^= ROUNDS[round];
s[1] ^= ROUNDS[round + 1];
}
}
function constants() {
const turns = Array(25).fill(0);
const places = Array(25).fill(0);
let [x, y] = [1, 0];
for (let t = 0; t < 24; t++) {
turns[x + 5 * y] = (((t + 1) * (t + 2)) / 2) % 64;
[x, y] = [y, (2 * x + 3 * y) % 5];
}
for (let i = 0; i < 25; i++) places[i] = 2 * Math.floor(i / 5) + 10 * ((2 * (i % 5) + 3 * Math.floor(i / 5)) % 5);
const rounds = [];
let lfsr = 1;
for (let round = 0; round < 24; round++) {
const words = [0, 0];
for (let j = 0; j < 7; j++) {
const bit = 2 ** j - 1;
if (lfsr & 1) words[bit >> 5] |= 1 << (bit & 31);
lfsr = lfsr & 0x80 ? (lfsr << 1) ^ 0x171 : lfsr << 1;
}
rounds.push(...words);
}
return [rounds, turns, places].map((list) => Int32Array.from(list));
}
return { keccak256 };
})();
const m1 = (() => {

const [INITIAL, ROUND] = constants();
function sha256(message) {
const size = message.length;
const padded = new Uint8Array(((size + 72) >> 6) << 6);
padded.set(message);
padded[size] = 0x80;
const view = new DataView(padded.buffer);
view.setUint32(padded.length - 8, Math.floor(size / 0x20000000));
view.setUint32(padded.length - 4, (size << 3) >>> 0);
const state = Int32Array.from(INITIAL);
const w = new Int32Array(64);
for (let at = 0; at < padded.length; at += 64) {
for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + 4 * i);
for (let i = 16; i < 64; i++) {
const x = w[i - 15];
const y = w[i - 2];
const s0 = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3);
const s1 = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10);
w[i] = w[i - 16] + s0 + w[i - 7] + s1;
}
let a = state[0];
let b = state[1];
let c = state[2];
let d = state[3];
let e = state[4];
let f = state[5];
let g = state[6];
let h = state[7];
for (let i = 0; i < 64; i++) {
const t1 = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUND[i] + w[i]) | 0;
const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
h = g;
g = f;
f = e;
e = (d + t1) | 0;
d = c;
c = b;
b = a;
a = (t1 + t2) | 0;
}
state[0] += a;
state[1] += b;
state[2] += c;
state[3] += d;
state[4] += e;
state[5] += f;
state[6] += g;
state[7] += h;
}
const digest = new Uint8Array(32);
const out = new DataView(digest.buffer);
state.forEach((word, i) => out.setInt32(4 * i, word));
return digest;
}
function turn(word, count) {
return (word >>> count) | (word << (32 - count));
}
function constants() {
const primes = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
const root = (degree, prime) => {
const goal = BigInt(prime) << BigInt(32 * degree);
let low = 0n;
let high = 1n << 40n;
while (high - low > 1n) {
const middle = (low + high) >> 1n;
if (middle ** BigInt(degree) <= goal) low = middle;
else high = middle;
}
return Number(low & 0xffffffffn) | 0;
};
return [primes.slice(0, 8).map((p) => root(2, p)), primes.map((p) => root(3, p))];
}
return { sha256 };
})();
const m2 = (() => {
class OffsetproofError extends Error {
constructor(said, { expected = "", found = "", hint = "", place = "" } = {}) {
const parts = [said];
if (expected) parts.push(`expected ${expected}`);
if (found) parts.push(`found ${found}`);
if (hint) parts.push(`try: ${hint}`);
super((place ? `${place}: ` : "") + parts.join("; "));
this.place = place;
}
}
class InvalidInput extends OffsetproofError {}
class Unavailable extends OffsetproofError {}
class Contradiction extends OffsetproofError {}
const QUOTED = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
function shorten(found, most = 80) {
if (typeof found === "string") {
const points = Array.from(found);
if (points.length <= most) return ascii(points);
return `${ascii(points.slice(0, most))}… (${points.length} characters)`;
}
if (found === null) return "None";
if (typeof found === "boolean") return found ? "True" : "False";
if (typeof found === "number") return String(found);
if (typeof found === "bigint") return found < 1n << 256n ? String(found) : "an integer above 2^256";
return Array.isArray(found) ? "list" : "dict";
}
function ascii(points) {
const quote = points.includes("'") && !points.includes('"') ? '"' : "'";
let text = "";
for (const point of points) {
const code = point.codePointAt(0);
if (point === quote) text += "\\" + point;
else if (QUOTED[point]) text += QUOTED[point];
else if (code >= 32 && code < 127) text += point;
else if (code < 256) text += "\\x" + code.toString(16).padStart(2, "0");
else if (code < 65536) text += "\\u" + code.toString(16).padStart(4, "0");
else text += "\\U" + code.toString(16).padStart(8, "0");
}
return quote + text + quote;
}
return { OffsetproofError, InvalidInput, Unavailable, Contradiction, shorten };
})();
const m3 = (() => {
const { InvalidInput, shorten } = m2;
const PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
function hex0x(bytes) {
let text = "0x";
for (let i = 0; i < bytes.length; i++) text += PAIRS[bytes[i]];
return text;
}
function fromHex(text) {
const bytes = new Uint8Array((text.length - 2) >> 1);
for (let i = 0; i < bytes.length; i++) {
bytes[i] = (digit(text.charCodeAt(2 * i + 2)) << 4) | digit(text.charCodeAt(2 * i + 3));
}
return bytes;
}
function digit(unit) {
return unit < 58 ? unit - 48 : (unit | 32) - 87;
}
function requireHex(text, least, most, place = "", what = "hex") {
const given = typeof text === "string" ? text : "";
if (given.length < 2 + 2 * least || given.length > 2 + 2 * most || !/^0x(?:[0-9a-f]{2})*$/.test(given)) {
const digits = least === most ? `${2 * least}` : `${2 * least} to ${2 * most}`;
throw new InvalidInput(`not a ${what}`, {
expected: `0x and ${digits} lower-case hex digits`, found: shorten(given), place,
});
}
return given;
}
const requireHash = (text, place = "") => requireHex(text, 32, 32, place, "hash");
const requireAddress = (text, place = "") => requireHex(text, 20, 20, place, "address");
function utf8(text) {
const bytes = [];
for (let i = 0; i < text.length; i++) {
const unit = text.charCodeAt(i);
if (unit < 0x80) {
bytes.push(unit);
} else if (unit < 0x800) {
bytes.push(0xc0 | (unit >> 6), 0x80 | (unit & 63));
} else if (unit < 0xd800 || unit > 0xdfff) {
bytes.push(0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 63), 0x80 | (unit & 63));
} else {
const low = text.charCodeAt(++i);
if (unit > 0xdbff || !(low >= 0xdc00 && low <= 0xdfff)) return null;
const point = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
bytes.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
}
}
return Uint8Array.from(bytes);
}
function fromUtf8(bytes) {
const parts = [];
let units = [];
for (let i = 0; i < bytes.length; ) {
const first = bytes[i++];
let point = first;
let more = 0;
let least = 0;
if (first >= 0x80) {
if (first >= 0xc2 && first < 0xe0) [point, more, least] = [first & 31, 1, 0x80];
else if (first >= 0xe0 && first < 0xf0) [point, more, least] = [first & 15, 2, 0x800];
else if (first >= 0xf0 && first < 0xf5) [point, more, least] = [first & 7, 3, 0x10000];
else return null;
}
for (; more; more--) {
if (i >= bytes.length || (bytes[i] & 0xc0) !== 0x80) return null;
point = (point << 6) | (bytes[i++] & 63);
}
if (point < least || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return null;
if (point < 0x10000) units.push(point);
else units.push(0xd800 + ((point - 0x10000) >> 10), 0xdc00 + ((point - 0x10000) & 0x3ff));
if (units.length > 4096) {
parts.push(String.fromCharCode(...units));
units = [];
}
}
return parts.join("") + String.fromCharCode(...units);
}
function concat(...pieces) {
const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
let at = 0;
for (const piece of pieces) {
joined.set(piece, at);
at += piece.length;
}
return joined;
}
function unsigned(value, width) {
return fromHex(`0x${BigInt(value).toString(16).padStart(2 * width, "0")}`);
}
const toBigInt = (bytes) => (bytes.length ? BigInt(hex0x(bytes)) : 0n);
return { hex0x, fromHex, requireHex, requireHash, requireAddress, utf8, fromUtf8, concat, unsigned, toBigInt };
})();
const m4 = (() => {
const { fromUtf8, utf8 } = m3;
const { InvalidInput, shorten } = m2;
const MAX_BYTES = 1_048_576;
const MAX_DEPTH = 32;
const MAX_BRACKETS = 65_536;
const MAX_INTEGER = Number.MAX_SAFE_INTEGER;
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|[^])/g;
const LOW_HALF = /^\\u[dD][c-fC-F]/;
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const WORDS = [["null", null], ["true", true], ["false", false]];
const STRUCTURE = /["[\]{}]/g;
const STRING_END = /["\\]/g;
const STRING_STOP = /["\\\0-\x1f]/g;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
function parseStrict(data, { maxBytes = MAX_BYTES, what = "JSON" } = {}) {
const text = decode(data, maxBytes, what);
checkBrackets(text, what);
checkDepth(text, what);
const value = new Parser(text, what).document();
if (text.includes("\\u")) checkEscapes(text, what);
return value;
}
function requireCanonical(text, { maxBytes = MAX_BYTES, what = "JSON" } = {}) {
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
function canonicalText(value) {
if (value === null || typeof value !== "object") return JSON.stringify(value);
if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
const members = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonicalText(value[key])}`);
return `{${members.join(",")}}`;
}
function countPoints(text) {
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
function next(pattern, text, at) {
pattern.lastIndex = at;
return pattern.exec(text)?.index ?? text.length;
}
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
return { MAX_BYTES, MAX_DEPTH, MAX_BRACKETS, MAX_INTEGER, parseStrict, requireCanonical, canonicalText, countPoints };
})();
const m5 = (() => {
const { fromHex } = m3;
const { InvalidInput, shorten } = m2;
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const IGNORED = /[-\u2010-\u2014\u2212\s\x1c-\x1f\x85]/;
function shortNumber(certificateHash) {
const bytes = fromHex(certificateHash);
const digits = [];
for (let i = 0; i < 12; i++) {
const bit = 5 * i;
const pair = (bytes[bit >> 3] << 8) | bytes[(bit >> 3) + 1];
digits.push((pair >> (11 - (bit & 7))) & 31);
}
return spell(digits);
}
function parseNumber(text) {
if (typeof text !== "string" || Array.from(text).length > 64) {
throw new InvalidInput("not a certificate number", { expected: "13 characters", found: shorten(text) });
}
const digits = [];
for (const character of text) {
if (IGNORED.test(character) && character !== "\ufeff") continue;
const capital = character < "\x80" ? character.toUpperCase().replace("O", "0").replace(/[IL]/, "1") : "?";
const value = ALPHABET.indexOf(capital);
if (value < 0) {
throw new InvalidInput("not a certificate number", {
expected: "digits and letters without U", found: shorten(character),
});
}
digits.push(value);
}
if (digits.length !== 13) {
throw new InvalidInput("not a certificate number", {
expected: "13 characters, like 3YA9-8YYJ-3CR5-P", found: String(digits.length),
});
}
if (checkDigit(digits.slice(0, 12)) !== digits[12]) {
throw new InvalidInput("the check character disagrees", {
found: shorten(text), hint: "compare the number character by character",
});
}
return spell(digits.slice(0, 12));
}
function spell(digits) {
const text = [...digits, checkDigit(digits)].map((digit) => ALPHABET[digit]).join("");
return [text.slice(0, 4), text.slice(4, 8), text.slice(8, 12), text.slice(12)].join("-");
}
function checkDigit(digits) {
let check = 0;
for (const digit of digits) {
check = (check ^ digit) << 1;
if (check > 31) check ^= 0b100101;
}
return check;
}
return { shortNumber, parseNumber };
})();
const m6 = (() => {
const { InvalidInput, shorten } = m2;
const { countPoints } = m4;
const REFUSED = /[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]/u;
function requireObject(value, place, required, optional = []) {
if (value === null || typeof value !== "object" || Array.isArray(value)) {
throw new InvalidInput("wrong type", { expected: "an object", found: shorten(value), place });
}
const missing = required.filter((name) => !(name in value)).sort();
if (missing.length) throw new InvalidInput("a member is missing", { expected: missing.join(", "), place });
const unknown = Object.keys(value).filter((name) => !required.includes(name) && !optional.includes(name));
if (unknown.length) throw new InvalidInput("a member is unknown", { found: shorten(unknown.sort(byPoints)[0]), place });
return value;
}
function requireList(value, place, most) {
if (!Array.isArray(value)) throw new InvalidInput("wrong type", { expected: "a list", found: shorten(value), place });
if (value.length > most) {
throw new InvalidInput("too many entries", { expected: `at most ${most}`, found: String(value.length), place });
}
return value;
}
function requireInteger(value, place, least, most) {
if (typeof value !== typeof most) {
throw new InvalidInput("wrong type", { expected: "an integer", found: shorten(value), place });
}
if (value < least || value > most) {
throw new InvalidInput("out of range", { expected: `${least} to ${most}`, found: shorten(value), place });
}
return value;
}
function requireBool(value, place) {
if (typeof value !== "boolean") {
throw new InvalidInput("wrong type", { expected: "true or false", found: shorten(value), place });
}
return value;
}
function requireString(value, place, most) {
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
function requireText(value, place, most) {
const text = requireString(value, place, most);
if (!text) throw new InvalidInput("empty", { expected: "at least one character", place });
const refused = REFUSED.exec(text);
if (refused) {
const found = `U+${refused[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
throw new InvalidInput("a control character", { expected: "printable text", found, place });
}
return text;
}
function requirePattern(value, place, pattern, most, expected) {
const text = requireString(value, place, most);
if (!pattern.test(text)) throw new InvalidInput("wrong form", { expected, found: shorten(text), place });
return text;
}
function parseDecimal(value, place, least, most) {
if (typeof value !== "string" || countPoints(value) > 78 || !/^(?:0|[1-9][0-9]*)$/.test(value)) {
throw new InvalidInput("not a decimal string", {
expected: "a string of digits without leading zeros", found: shorten(value), place,
});
}
return requireInteger(BigInt(value), place, least, most);
}
function byPoints(one, other) {
const [a, b] = [Array.from(one), Array.from(other)];
for (let i = 0; i < a.length && i < b.length; i++) {
if (a[i] !== b[i]) return a[i].codePointAt(0) - b[i].codePointAt(0);
}
return a.length - b.length;
}
return { requireObject, requireList, requireInteger, requireBool, requireString, requireText, requirePattern, parseDecimal };
})();
const m7 = (() => {
const { requireAddress, requireHash, requireHex } = m3;
const { InvalidInput, shorten } = m2;
const { MAX_INTEGER } = m4;
const { parseDecimal, requireInteger, requireObject, requirePattern, requireString, requireText } = m6;
const MAX_TEXT = 500;
const MAX_GRAMS = MAX_INTEGER;
const MAX_LOT = (1n << 96n) - 1n;
const MAX_U256 = (1n << 256n) - 1n;
const REQUIRED = [
"version", "registry", "lot", "issuer", "claimId", "grams", "beneficiary", "purpose", "issuedAt", "salt",
];
const OPTIONAL = ["activity", "price", "platform", "buyerNonce"];
const QUANTITY = /^(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/;
const CURRENCY = /^[A-Z][A-Z0-9]{2,11}$/;
const INSTANT = /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z$/;
function certificateFrom(value) {
const members = requireObject(value, "document", REQUIRED, OPTIONAL);
if (members.version !== "certificate/1") {
throw new InvalidInput("unknown version", {
expected: "certificate/1", found: shorten(members.version), place: "document.version",
});
}
const registry = requireObject(members.registry, "document.registry", ["chainId", "creditRegistry"]);
const issuer = requireObject(members.issuer, "document.issuer", ["name", "account"]);
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
return { MAX_TEXT, MAX_GRAMS, MAX_LOT, MAX_U256, certificateFrom };
})();
const m8 = (() => {
const { hex0x, requireHex, utf8 } = m3;
const { MAX_TEXT } = m7;
const { InvalidInput, shorten } = m2;
const { requireList, requireString, requireText } = m6;
const { sha256 } = m1;
const { requireCanonical } = m4;
const PERSONAL_FIELDS = ["beneficiary", "purpose"];
const MAX_DISCLOSURE = 4096;
function parseDisclosure(json) {
const place = "disclosure";
const parts = requireList(requireCanonical(json, { maxBytes: MAX_DISCLOSURE, what: place }), place, 3);
if (parts.length !== 3) {
throw new InvalidInput("wrong length", { expected: "salt, name, text", found: String(parts.length), place });
}
const [salt, name, text] = parts.map((part) => requireString(part, place, MAX_DISCLOSURE));
requireHex(salt, 16, 16, "disclosure.salt", "salt");
if (!PERSONAL_FIELDS.includes(name)) {
throw new InvalidInput("not a personal field", {
expected: PERSONAL_FIELDS.join(" or "), found: shorten(name), place: "disclosure.name",
});
}
requireText(text, `disclosure of ${name}`, MAX_TEXT);
return { name, text, digest: hex0x(sha256(utf8(json))) };
}
function openFields(certificate, disclosures) {
const opened = new Map();
for (const json of disclosures) {
const { name, text, digest } = parseDisclosure(json);
const field = certificate[name];
if (opened.has(name)) {
throw new InvalidInput("a field is disclosed twice", { found: name, place: "disclosures" });
}
if (typeof field === "string") {
throw new InvalidInput("a field stands in the open and is disclosed too", { found: name });
}
if (digest !== field.digest) {
throw new InvalidInput(`the disclosed ${name} is not the one in the document`, {
expected: field.digest, found: digest,
});
}
opened.set(name, text);
}
return opened;
}
return { PERSONAL_FIELDS, MAX_DISCLOSURE, parseDisclosure, openFields };
})();
const m9 = (() => {
const { concat, toBigInt } = m3;
const { InvalidInput } = m2;
const MAX_RLP = 4_096;
const MAX_NESTING = 8;
function decodeRlp(data, { maxBytes = MAX_RLP, what = "RLP" } = {}) {
if (data.length > maxBytes) {
throw new InvalidInput("too large", { expected: `at most ${maxBytes} bytes`, found: String(data.length), place: what });
}
if (!data.length) refuse("it ends too early", 0, what);
const [item, end] = readItem(data, 0, data.length, 0, what);
if (end !== data.length) refuse("something follows the item", end, what);
return item;
}
function encodeRlp(item) {
if (!Array.isArray(item)) {
return item.length === 1 && item[0] < 0x80 ? item : concat(prefix(0x80, item.length), item);
}
const payload = concat(...item.map(encodeRlp));
return concat(prefix(0xc0, payload.length), payload);
}
function decodeInteger(item, mostBytes, what) {
if (Array.isArray(item) || item.length > mostBytes || item[0] === 0) {
throw new InvalidInput("not an RLP integer", {
expected: `at most ${mostBytes} bytes without leading zero`, found: told(item), place: what,
});
}
return toBigInt(item);
}
function decodeFixed(item, size, what) {
if (Array.isArray(item) || item.length !== size) {
throw new InvalidInput("wrong bytes", { expected: `${size} bytes`, found: told(item), place: what });
}
return item;
}
function readItem(data, at, end, depth, what) {
const first = data[at];
if (first < 0x80) return [data.subarray(at, at + 1), at + 1];
if (first < 0xc0) {
const [start, stop] = span(data, at, end, first - 0x80, what);
if (stop - start === 1 && data[start] < 0x80) refuse("a byte below 0x80 stands for itself", at, what);
return [data.subarray(start, stop), stop];
}
if (depth === MAX_NESTING) refuse("nested too deeply", at, what);
const [start, stop] = span(data, at, end, first - 0xc0, what);
const items = [];
let next = start;
while (next < stop) {
const [item, after] = readItem(data, next, stop, depth + 1, what);
items.push(item);
next = after;
}
return [items, stop];
}
function span(data, at, end, size, what) {
let start = at + 1;
let length = size;
if (size > 55) {
start += size - 55;
if (start > end) refuse("it ends too early", at, what);
if (data[at + 1] === 0) refuse("a length has a leading zero", at, what);
length = Number(toBigInt(data.subarray(at + 1, start)));
if (length <= 55) refuse("a length of at most 55 is in its long form", at, what);
}
if (start + length > end) refuse("it ends too early", at, what);
return [start, start + length];
}
function prefix(base, size) {
if (size <= 55) return Uint8Array.of(base + size);
const length = [];
for (let rest = size; rest; rest >>= 8) length.unshift(rest & 255);
return Uint8Array.of(base + 55 + length.length, ...length);
}
function told(item) {
return Array.isArray(item) ? "a list" : `${item.length} bytes`;
}
function refuse(why, at, what) {
throw new InvalidInput(`not strict RLP: ${why}`, { place: `${what} byte ${at}` });
}
return { decodeRlp, encodeRlp, decodeInteger, decodeFixed };
})();
const m10 = (() => {
const { hex0x, requireHash } = m3;
const { MAX_GRAMS } = m7;
const { InvalidInput, shorten } = m2;
const { keccak256 } = m0;
const { parseDecimal, requireInteger, requireList, requireObject, requireString } = m6;
const { decodeFixed, decodeInteger, decodeRlp } = m9;
const { MAX_INTEGER, parseStrict } = m4;
const MAX_HEADER = 4_096;
const FIXED = [
["parentHash", 32], ["sha3Uncles", 32], ["miner", 20], ["stateRoot", 32], ["transactionsRoot", 32],
["receiptsRoot", 32], ["logsBloom", 256],
];
const INTEGERS = [["difficulty", 32], ["number", 8], ["gasLimit", 8], ["gasUsed", 8], ["timestamp", 8]];
function parseHeader(raw) {
const fields = decodeRlp(raw, { maxBytes: MAX_HEADER, what: "header" });
if (!Array.isArray(fields) || fields.length < 15 || fields.length > 30) {
const found = Array.isArray(fields) ? `${fields.length} fields` : "a byte string";
throw new InvalidInput("not a block header", { expected: "a list of 15 to 30 fields", found, place: "header" });
}
const read = {};
FIXED.forEach(([name, size], i) => { read[name] = decodeFixed(fields[i], size, `header.${name}`); });
INTEGERS.forEach(([name, size], i) => { read[name] = decodeInteger(fields[7 + i], size, `header.${name}`); });
fields.forEach((field, i) => {
if (Array.isArray(field)) {
throw new InvalidInput("wrong type", { expected: "a byte string", found: "a list", place: `header field ${i}` });
}
});
for (const name of ["number", "timestamp"]) {
if (read[name] > BigInt(MAX_GRAMS)) {
throw new InvalidInput("out of range", { expected: "below 2^53", place: `header.${name}` });
}
}
const block = { number: Number(read.number), hash: hex0x(keccak256(raw)), timestamp: Number(read.timestamp) };
return { stateRoot: hex0x(read.stateRoot), block };
}
function isTrusted(block, trusted) {
return trusted.some(({ hash, number }) => hash === block.hash && (number === null || number === block.number));
}
function parseTrustedBlock(text) {
const place = "trusted block";
const colon = text.lastIndexOf(":");
const hash = requireHash(text.slice(colon + 1).replace(/[A-F]/g, (digit) => digit.toLowerCase()), place);
return { hash, number: colon < 0 ? null : Number(parseDecimal(text.slice(0, colon), place, 0n, BigInt(MAX_INTEGER))) };
}
function parseCheckpoints(data, registry) {
const members = requireObject(parseStrict(data, { what: "checkpoints file" }), "checkpoints", [
"version", "chainId", "genesisHash", "blocks",
]);
if (members.version !== "checkpoints/1") {
throw new InvalidInput("unknown version", {
expected: "checkpoints/1", found: shorten(members.version), place: "checkpoints.version",
});
}
const chainId = parseDecimal(members.chainId, "checkpoints.chainId", 1n, (1n << 256n) - 1n);
const genesis = requireHash(members.genesisHash, "checkpoints.genesisHash");
if (chainId !== registry.chainId || genesis !== registry.genesisHash) {
throw new InvalidInput("checkpoints of another chain", {
expected: `chain ${registry.chainId} with genesis block ${registry.genesisHash}`,
found: `chain ${chainId} with genesis block ${genesis}`,
hint: "the checkpoints file that belongs to this registry file",
place: "checkpoints",
});
}
return requireList(members.blocks, "checkpoints.blocks", 4_096).map((value, i) => {
const place = `checkpoints.blocks[${i}]`;
const entry = requireObject(value, place, ["number", "hash"]);
const number = requireInteger(entry.number, `${place}.number`, 0, MAX_INTEGER);
return { number, hash: requireHash(requireString(entry.hash, `${place}.hash`, 66), `${place}.hash`) };
});
}
return { MAX_HEADER, parseHeader, isTrusted, parseTrustedBlock, parseCheckpoints };
})();
const m11 = (() => {
const { fromHex, requireHex } = m3;
const { InvalidInput } = m2;
const { MAX_HEADER, parseHeader } = m10;
const { requireList, requireObject, requireString } = m6;
const MAX_ENTRIES = 4;
const MAX_NODES = 1_024;
const MAX_NODE = 532; // a branch with 16 hashes and no value
function parseEvidence(value) {
const entries = requireList(value, "evidence", MAX_ENTRIES).map((entry, i) => entryFrom(entry, `evidence[${i}]`));
if (new Set(entries.map(({ header }) => header.block.hash)).size !== entries.length) {
throw new InvalidInput("two entries of one block", { expected: "one entry for each block", place: "evidence" });
}
return entries;
}
function entryFrom(value, place) {
const members = requireObject(value, place, ["header", "nodes"]);
const listed = requireList(members.nodes, `${place}.nodes`, MAX_NODES);
const header = bytesFrom(members.header, `${place}.header`, MAX_HEADER);
const nodes = listed.map((node, i) => bytesFrom(node, `${place}.nodes[${i}]`, MAX_NODE));
if (new Set(listed).size !== listed.length) {
throw new InvalidInput("a node appears twice", { expected: "each node once", place: "evidence.nodes" });
}
return { header: parseHeader(header), nodes };
}
function bytesFrom(value, place, most) {
return fromHex(requireHex(requireString(value, place, 2 + 2 * most), 1, most, place));
}
return { parseEvidence };
})();
const m12 = (() => {
const { hex0x, requireHash, utf8 } = m3;
const { MAX_GRAMS, MAX_LOT } = m7;
const { MAX_DISCLOSURE } = m8;
const { InvalidInput, shorten } = m2;
const { parseEvidence } = m11;
const { parseDecimal, requireInteger, requireList, requireObject, requireString } = m6;
const { sha256 } = m1;
const { parseStrict } = m4;
const MAX_BUNDLE = 1_048_576;
const MAX_DOCUMENT = 65_536;
const MEMBERS = ["version", "document", "disclosures", "leaf", "path", "tranche", "anchor", "evidence"];
function parseBundle(data) {
const members = requireObject(parseStrict(data, { maxBytes: MAX_BUNDLE, what: "bundle" }), "bundle", MEMBERS);
if (members.version !== "bundle/1") {
throw new InvalidInput("unknown version", { expected: "bundle/1", found: shorten(members.version), place: "version" });
}
const leaf = requireObject(members.leaf, "leaf", ["index", "grams"]);
const tranche = requireObject(members.tranche, "tranche", ["start", "total", "leafCount", "root"]);
const anchor = requireObject(members.anchor, "anchor", ["lot", "tranche"]);
const start = requireInteger(tranche.start, "tranche.start", 0, MAX_GRAMS - 1);
const document = requireString(members.document, "document", MAX_DOCUMENT);
const disclosures = requireList(members.disclosures, "disclosures", 8).map((entry, i) =>
requireString(entry, `disclosures[${i}]`, MAX_DISCLOSURE));
const bundle = {
document,
disclosures,
leaf: {
index: requireInteger(leaf.index, "leaf.index", 0, MAX_GRAMS),
grams: requireInteger(leaf.grams, "leaf.grams", 1, MAX_GRAMS),
},
path: requireList(members.path, "path", 53).map((entry, i) => nodeFrom(entry, `path[${i}]`)),
tranche: trancheFrom(tranche, start),
anchor: {
lot: parseDecimal(anchor.lot, "anchor.lot", 0n, MAX_LOT),
tranche: requireInteger(anchor.tranche, "anchor.tranche", 0, 0xffffffff),
},
evidence: parseEvidence(members.evidence),
};
bundle.certificateHash = hex0x(sha256(encoded(document, "document", MAX_DOCUMENT)));
for (const disclosure of disclosures) encoded(disclosure, "disclosures", MAX_DISCLOSURE);
return bundle;
}
function trancheFrom(tranche, start) {
const total = requireInteger(tranche.total, "tranche.total", 1, MAX_GRAMS);
const leafCount = requireInteger(tranche.leafCount, "tranche.leafCount", 1, MAX_GRAMS);
const root = hashFrom(tranche.root, "tranche.root");
requireInteger(total, "tranche.total", 1, MAX_GRAMS - start);
requireInteger(leafCount, "tranche.leafCount", 1, total);
return { start, total, leafCount, root };
}
function nodeFrom(value, place) {
const members = requireObject(value, place, ["hash", "grams"]);
const hash = hashFrom(members.hash, `${place}.hash`);
return { hash, grams: requireInteger(members.grams, `${place}.grams`, 1, MAX_GRAMS) };
}
function hashFrom(value, place) {
return requireHash(requireString(value, place, 66), place);
}
function encoded(text, place, most) {
const bytes = utf8(text);
if (bytes === null) throw new InvalidInput("a lone surrogate", { expected: "Unicode text", place });
if (bytes.length > most) {
throw new InvalidInput("too large", { expected: `at most ${most} bytes`, found: String(bytes.length), place });
}
return bytes;
}
return { MAX_BUNDLE, MAX_DOCUMENT, parseBundle };
})();
const m13 = (() => {
const { InvalidInput, shorten } = m2;
const { countPoints } = m4;
const PREFIX = "did:web:";
const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const HOST = new RegExp(`^(?:${LABEL}\\.)+${LABEL}$`);
function parseDidWeb(text, place = "did") {
if (typeof text !== "string" || !text.startsWith(PREFIX) || countPoints(text) > 256) {
wrong("did:web: and a domain, at most 256 characters", text, place);
}
const [first, ...segments] = text.slice(PREFIX.length).split(":");
const at = first.indexOf("%3A");
const host = at < 0 ? first : first.slice(0, at);
if (host.length > 253 || !HOST.test(host) || /\.[0-9]+$/.test(host)) {
wrong("a lower-case domain name of at least two labels, no address", host, place);
}
const port = at < 0 ? "" : first.slice(at + 3);
if (at >= 0 && (!/^[1-9][0-9]{0,4}$/.test(port) || Number(port) > 65_535 || port === "443")) {
wrong("a port from 1 to 65535 other than 443", port, place);
}
for (const segment of segments) {
if (!/^[A-Za-z0-9._-]+$/.test(segment) || segment === "." || segment === "..") {
wrong("path segments of A-Z a-z 0-9 . _ -", segment, place);
}
}
const path = (segments.length ? segments : [".well-known"]).join("/");
return { did: text, host, url: `https://${host}${port && `:${port}`}/${path}/did.json` };
}
function wrong(expected, found, place) {
throw new InvalidInput("not a did:web identifier", { expected, found: shorten(found), hint: "did:web:example.com", place });
}
return { parseDidWeb };
})();
const m14 = (() => {
const { requireAddress, requireHash } = m3;
const { MAX_TEXT, MAX_U256 } = m7;
const { InvalidInput, shorten } = m2;
const { parseDecimal, requireBool, requireInteger, requireObject, requireString, requireText } = m6;
const { parseDidWeb } = m13;
const { MAX_INTEGER, parseStrict } = m4;
const MEMBERS = [
"version", "name", "chainId", "genesisHash", "firstBlock", "contracts", "operator", "finality", "demo", "names",
];
function parseRegistryFile(data) {
const members = requireObject(parseStrict(data, { what: "registry file" }), "registry", MEMBERS, ["identities"]);
if (members.version !== "registry/1") {
throw new InvalidInput("unknown version", {
expected: "registry/1", found: shorten(members.version), place: "registry.version",
});
}
const contracts = requireObject(members.contracts, "registry.contracts", ["projectRegistry", "creditRegistry"]);
const operator = requireObject(members.operator, "registry.operator", ["name", "account"]);
const names = members.names;
if (names === null || typeof names !== "object" || Array.isArray(names) || Object.keys(names).length > 10_000) {
throw new InvalidInput("wrong names", { expected: "an object of at most 10000 accounts", place: "registry.names" });
}
const identities = "identities" in members ? accountsOf(members.identities) : {};
return {
name: requireText(members.name, "registry.name", MAX_TEXT),
chainId: parseDecimal(members.chainId, "registry.chainId", 1n, MAX_U256),
genesisHash: requireHash(members.genesisHash, "registry.genesisHash"),
firstBlock: requireInteger(members.firstBlock, "registry.firstBlock", 0, MAX_INTEGER),
projectRegistry: contractFrom(contracts.projectRegistry, "registry.contracts.projectRegistry"),
creditRegistry: contractFrom(contracts.creditRegistry, "registry.contracts.creditRegistry"),
operator: {
name: requireText(operator.name, "registry.operator.name", MAX_TEXT),
account: requireAddress(operator.account, "registry.operator.account"),
},
finality: finalityFrom(members.finality),
demo: requireBool(members.demo, "registry.demo"),
names: new Map(Object.keys(names).map((account) => [
requireAddress(account, "registry.names"), requireText(names[account], `registry.names.${account}`, MAX_TEXT),
])),
identities: new Map(Object.keys(identities).map((account) => [
requireAddress(account, "registry.identities"),
parseDidWeb(identities[account], `registry.identities.${account}`).did,
])),
};
}
function accountsOf(value) {
const isObject = value !== null && typeof value === "object" && !Array.isArray(value);
const count = isObject ? Object.keys(value).length : 0;
if (count >= 1 && count <= 10_000) return value;
throw new InvalidInput("wrong identities", {
expected: "an object of 1 to 10000 accounts", place: "registry.identities",
});
}
function nameOf(registry, account) {
return registry.names.get(account) ?? (account === registry.operator.account ? registry.operator.name : null);
}
function contractFrom(value, place) {
const members = requireObject(value, place, ["address", "codeHash"]);
const address = requireAddress(members.address, `${place}.address`);
return { address, codeHash: requireHash(members.codeHash, `${place}.codeHash`) };
}
function finalityFrom(value) {
const place = "registry.finality";
const members = requireObject(value, place, ["rule"], ["blocks"]);
const rule = requireString(members.rule, `${place}.rule`, 10);
if ("blocks" in members) requireInteger(members.blocks, `${place}.blocks`, 0, 1_000_000);
if (rule === "depth") return { rule, blocks: requireInteger(members.blocks ?? null, `${place}.blocks`, 0, 1_000_000) };
if (rule !== "tag" || "blocks" in members) {
throw new InvalidInput("unknown finality", {
expected: '{"rule":"tag"} or {"rule":"depth","blocks":N}', found: shorten(rule), place,
});
}
return { rule, blocks: null };
}
return { parseRegistryFile, nameOf };
})();
const m15 = (() => {
const { InvalidInput } = m2;
const { parseStrict } = m4;
const MAX_DOCUMENT = 65_536;
const CAIP10 = /^eip155:(0|[1-9][0-9]{0,31}):(0x[0-9a-fA-F]{40})$/;
function identityMatches(document, { did, host }, chainId, account) {
let value;
try {
value = parseStrict(document, { maxBytes: MAX_DOCUMENT, what: "DID document" });
} catch (error) {
if (error instanceof InvalidInput) return told(false, "malformed", error.message);
throw error;
}
if (!isObject(value)) return told(false, "malformed", "the DID document is no JSON object");
if (value.id !== did) return told(false, "other-did", `the document is not about ${did}`);
const methods = Array.isArray(value.verificationMethod) ? value.verificationMethod : [];
const accounts = methods.map((method) => accountOf(method, did)).filter((found) => found !== null);
const named = accounts.filter((found) => found.account === account);
if (named.some((found) => found.chainId === chainId)) {
return told(true, "listed", `${host} lists ${account} on chain ${chainId}`);
}
if (named.length) return told(false, "other-chain", `${host} lists ${account} on another chain only`);
if (accounts.length) return told(false, "other-account", `${host} lists other accounts, not ${account}`);
return told(false, "no-account", `${host} lists no account of a chain`);
}
function accountOf(method, did) {
if (!isObject(method) || method.controller !== did) return null;
const { id, type, blockchainAccountId } = method;
if (typeof id !== "string" || typeof type !== "string" || !type || typeof blockchainAccountId !== "string") return null;
if (!/^#[^]/.test(id.startsWith(did) ? id.slice(did.length) : id)) return null;
const found = CAIP10.exec(blockchainAccountId);
return found && { chainId: BigInt(found[1]), account: found[2].toLowerCase() };
}
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const told = (matches, code, reason) => ({ matches, code, reason });
return { identityMatches };
})();
const m16 = (() => {
const { concat, fromHex, hex0x, unsigned, utf8 } = m3;
const { MAX_U256 } = m7;
const { requireInteger } = m6;
const { sha256 } = m1;
const MAX_U64 = (1n << 64n) - 1n;
function anchorHash({ chainId, contract, lot, tranche, start, total, leafCount, root }) {
const integer = (value, name, most, width) => unsigned(requireInteger(BigInt(value), name, 0n, most), width);
return hex0x(sha256(concat(
[2],
sha256(utf8("tranche/1")),
integer(chainId, "chain id", MAX_U256, 32),
fromHex(contract),
integer(lot, "lot", MAX_U256, 32),
integer(tranche, "tranche", 0xffffffffn, 4),
integer(start, "start", MAX_U64, 8),
integer(total, "total", MAX_U64, 8),
integer(leafCount, "leaf count", MAX_U64, 8),
fromHex(root),
)));
}
return { anchorHash };
})();
const m17 = (() => {
const { concat, fromHex, hex0x, unsigned } = m3;
const { MAX_GRAMS } = m7;
const { InvalidInput } = m2;
const { requireInteger } = m6;
const { sha256 } = m1;
function leafHash(index, grams, certificateHash) {
return hex0x(sha256(concat([0], unsigned(index, 8), unsigned(grams, 8), fromHex(certificateHash))));
}
function innerHash(left, right) {
const pieces = [fromHex(left.hash), unsigned(left.grams, 8), fromHex(right.hash), unsigned(right.grams, 8)];
return hex0x(sha256(concat([1], ...pieces)));
}
function foldPath(index, leafCount, grams, certificateHash, path) {
requireInteger(leafCount, "leafCount", 1, MAX_GRAMS);
requireInteger(index, "leaf.index", 0, leafCount - 1);
requireInteger(grams, "leaf.grams", 1, MAX_GRAMS);
path.forEach((sibling, step) => requireInteger(sibling.grams, `path[${step}].grams`, 1, MAX_GRAMS));
const sides = siblingSides(index, leafCount);
if (path.length !== sides.length) {
throw new InvalidInput("the path has the wrong length", {
expected: `${sides.length} siblings for leaf ${index} of ${leafCount}`, found: String(path.length), place: "path",
});
}
let node = { hash: leafHash(index, grams, certificateHash), grams };
let leftGrams = 0;
path.forEach((sibling, step) => {
if (sibling.grams > MAX_GRAMS - node.grams) {
throw new InvalidInput("a sum is too large", {
expected: `at most ${MAX_GRAMS} grams`, found: `${node.grams} + ${sibling.grams}`, place: `path[${step}].grams`,
});
}
const onLeft = sides[step];
if (onLeft) leftGrams += sibling.grams;
const hash = onLeft ? innerHash(sibling, node) : innerHash(node, sibling);
node = { hash, grams: node.grams + sibling.grams };
});
return { root: node.hash, total: node.grams, leftGrams };
}
function siblingSides(index, leafCount) {
const sides = [];
for (let [at, size] = [index, leafCount]; size > 1; [at, size] = [Math.floor(at / 2), Math.ceil(size / 2)]) {
if (at % 2) sides.push(true);
else if (at + 1 < size) sides.push(false);
}
return sides;
}
return { leafHash, innerHash, foldPath };
})();
const m18 = (() => {
const { concat, fromHex, hex0x, unsigned, utf8 } = m3;
const { sha256 } = m1;
function historyGenesis(chainId, contract) {
return hex0x(sha256(concat(utf8("history/1"), unsigned(chainId, 32), fromHex(contract))));
}
function eventDigest(topics, data) {
return hex0x(sha256(concat(...topics.map(fromHex), fromHex(data))));
}
function foldEvent({ prior, digest, blockNumber, blockTimestamp, parentHash }) {
const block = [unsigned(blockNumber, 8), unsigned(blockTimestamp, 8), fromHex(parentHash)];
return hex0x(sha256(concat([3], fromHex(prior), fromHex(digest), ...block)));
}
return { historyGenesis, eventDigest, foldEvent };
})();
const m19 = (() => {

const GRAMS_PER_CREDIT = 1_000_000;
const lotIndex = (lot) => Number(lot & 0xffffffffn);
const lotBatch = (lot) => lot >> 32n;
const creditsNeeded = (position) => wholeCredits(position.endGram + GRAMS_PER_CREDIT - 1);
function creditRange(position, lot) {
const base = lotIndex(lot);
return [base + wholeCredits(position.startGram), base + creditsNeeded(position)];
}
function wholeCredits(grams) {
return (grams - (grams % GRAMS_PER_CREDIT)) / GRAMS_PER_CREDIT;
}
return { GRAMS_PER_CREDIT, lotIndex, lotBatch, creditsNeeded, creditRange };
})();
const m20 = (() => {
const { shortNumber } = m5;
const LEVEL_NAMES = ["consistent", "reported", "witnessed", "proven"];
const PASSED = "passed";
const FAILED = "failed";
const WAITING = "pending";
const UNREAD = "unavailable";
const CHECK_NAMES = [
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
const EXIT_CODES = {
retired: 0, invalid: 1, compromised: 1, unknown: 1, pending: 3, unavailable: 3, "unknown registry": 3,
};
function check(n, status, code, reason, level = 0, block = null) {
return { n, name: CHECK_NAMES[n - 1], status, code, level, reason, block };
}
function decide(checks) {
const failed = new Set(checks.filter(({ status }) => status === FAILED).map(({ n }) => n));
const named = checks[2];
const anchored = checks[3];
if ([1, 2, 5, 6, 10].some((n) => failed.has(n))) return "invalid";
if (failed.has(3) && named.code !== "other-registry") return "invalid";
if (failed.has(3)) return "unknown registry";
if (failed.has(4)) return anchored.code === "anchor-absent" ? "unknown" : "invalid";
if (["index-behind", "anchor-not-final", "other-anchor-not-final"].includes(anchored.code)) return "pending";
if (failed.has(8)) return "compromised";
if (checks.some(({ status }) => status === UNREAD)) return "unavailable";
if (checks.some(({ status }) => status !== PASSED)) return "pending";
return "retired";
}
function basisOf(checks) {
const read = checks.filter(({ n, block, status }) => n >= 4 && n <= 9 && block !== null && status !== UNREAD);
if (!read.length) return { level: 0, block: null };
return { level: Math.min(...read.map(({ level }) => level)), block: oldest(read.map(({ block }) => block)) };
}
function oldest(blocks) {
return blocks.reduce((old, block) => (block.number < old.number ? block : old));
}
function verdictValue({ bundle, registry, position, serials, checks, attested, history, notes }) {
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
return { LEVEL_NAMES, PASSED, FAILED, WAITING, UNREAD, CHECK_NAMES, EXIT_CODES, check, decide, basisOf, oldest, verdictValue };
})();
const m21 = (() => {
const { GRAMS_PER_CREDIT, creditRange, creditsNeeded, lotIndex } = m19;
const { FAILED, PASSED, UNREAD, WAITING, check, oldest } = m20;
const ZERO_HASH = `0x${"0".repeat(64)}`;
const ZERO_ADDRESS = `0x${"0".repeat(40)}`;
const isRead = (fact) => fact !== undefined && fact.unread === undefined;
const stands = ({ facts, expected }) => isRead(facts.anchor) && facts.anchor.value === expected;
function checkAccount(question, certificate) {
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
if (retired === 0 && isOlderThanAnchor(question, basis)) return tooOld(3, basis);
if (account === owner) return judged(3, basis, PASSED, "named", `lot ${id} belongs to ${owner}`);
const found = owner === ZERO_ADDRESS ? "nobody" : owner;
const reason = `the document names account ${account}, the lot belongs to ${found}`;
return judged(3, basis, FAILED, "account-differs", reason);
}
function checkAnchor(question) {
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
function checkRetired(question) {
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
function checkSerials(question) {
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
function checkPathToProject(question, who) {
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
function checkStanding(question) {
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
function checkSource(question) {
const { marks, project } = question.facts;
if (isRead(project) && project.value.status !== "none" && !project.value.bridged) {
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
function troubles(question, segments) {
const [first, end] = creditRange(question.position, question.bundle.anchor.lot);
return segments.filter((segment) => segment.first < end && first < segment.end);
}
function notChecked(n, why) {
return check(n, UNREAD, "not-checked", `not checked: ${why}`);
}
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
return { ZERO_HASH, ZERO_ADDRESS, isRead, stands, checkAccount, checkAnchor, checkRetired, checkSerials, checkPathToProject, checkStanding, checkSource, troubles, notChecked };
})();
const m22 = (() => {
const { fromHex, hex0x } = m3;
const { InvalidInput, Unavailable } = m2;
const { keccak256 } = m0;
const { decodeRlp, encodeRlp } = m9;
const EMPTY_ROOT = hex0x(keccak256(Uint8Array.of(0x80)));
const NOTHING = new Uint8Array(0);
class NotProven extends Unavailable {}
class TrieNodes {
constructor(nodes = []) {
this.raw = new Map();
this.read = new Map();
this.used = new Set();
for (const node of nodes) this.add(node);
}
add(node) {
this.raw.set(hex0x(keccak256(node)), node);
}
get unused() {
return this.raw.size - this.used.size;
}
get(root, key) {
if (root === EMPTY_ROOT) return null;
const digits = hex0x(key).slice(2); // one hex digit is one nibble
const way = [];
const answer = (value) => {
for (const name of way) this.used.add(name);
return value.length ? value : null;
};
let at = 0;
let atRoot = true;
let afterExtension = false;
let reference = fromHex(root);
for (;;) {
let node;
if (Array.isArray(reference)) {
node = nodeFrom(reference);
} else {
const name = hex0x(reference);
node = this.load(name, atRoot);
way.push(name);
}
atRoot = false;
if (afterExtension && !node.children) refuse("an extension leads to something other than a branch");
afterExtension = false;
if (node.children) {
if (at === digits.length) return answer(node.children[16]);
reference = node.children[parseInt(digits[at++], 16)];
if (!reference.length) return answer(NOTHING);
} else if (node.child) {
if (!digits.startsWith(node.path, at)) return answer(NOTHING);
at += node.path.length;
reference = node.child;
afterExtension = true;
} else {
return answer(digits.slice(at) === node.path ? node.value : NOTHING);
}
}
}
load(name, atRoot) {
const known = this.read.get(name);
if (known) return known;
const raw = this.raw.get(name);
if (!raw) throw new NotProven("a trie node is missing", { expected: `the node ${name}`, found: "none" });
if (raw.length < 32 && !atRoot) refuse("a node of less than 32 bytes does not stand inside its parent");
const node = nodeFrom(decodeRlp(raw, { what: "trie node" }));
this.read.set(name, node);
return node;
}
}
function verifyProof(root, key, nodes) {
const pool = new TrieNodes(nodes);
let value;
try {
value = pool.get(root, key);
} catch (error) {
if (error instanceof NotProven) throw new InvalidInput(error.message);
throw error;
}
if (pool.used.size !== nodes.length) {
throw new InvalidInput("nodes that the proof does not need", {
expected: String(pool.used.size), found: String(nodes.length),
});
}
return value;
}
function nodeFrom(item) {
if (!Array.isArray(item)) refuse("it is not a list");
if (item.length === 17) return branchFrom(item);
if (item.length !== 2) refuse(`it has ${item.length} members, expected 2 or 17`);
const [head, rest] = item;
if (Array.isArray(head) || !head.length) refuse("its path is not a byte string");
const flag = head[0] >> 4;
const digits = hex0x(head).slice(2);
if (flag > 3) refuse("its path has an unknown flag");
if (!(flag & 1) && head[0] & 15) refuse("its path is padded with something other than 0");
const path = digits.slice(flag & 1 ? 1 : 2);
if (flag & 2) {
if (Array.isArray(rest) || !rest.length) refuse("a leaf holds nothing");
return { path, value: rest };
}
if (!path) refuse("an extension has no path");
if (!rest.length) refuse("an extension leads nowhere");
checkReference(rest);
return { path, child: rest };
}
function branchFrom(items) {
let filled = 0;
for (const child of items.slice(0, 16)) {
if (child.length) {
filled++;
checkReference(child);
} else if (Array.isArray(child)) {
refuse("a child is an empty list");
}
}
if (Array.isArray(items[16])) refuse("the value of a branch is not a byte string");
if (filled + (items[16].length ? 1 : 0) < 2) refuse("a branch has less than two members");
return { children: items };
}
function checkReference(child) {
if (!Array.isArray(child)) {
if (child.length !== 32) refuse(`a child is named by ${child.length} bytes, expected 32`);
} else if (encodeRlp(child).length >= 32) {
refuse("a node of 32 bytes or more stands inside its parent");
}
}
function refuse(why) {
throw new InvalidInput(`not a trie node: ${why}`);
}
return { NotProven, TrieNodes, verifyProof };
})();
const m23 = (() => {
const { isRead } = m21;
const { concat, fromHex, hex0x, toBigInt, unsigned } = m3;
const { Contradiction, Unavailable } = m2;
const { keccak256 } = m0;
const { lotBatch } = m19;
const { NotProven } = m22;
const HISTORY = 0n;
const [MARKS, ANCHORS, BATCHES, SEGMENTS, SERIES, CONFIRMED_BY] = [6n, 7n, 8n, 9n, 10n, 11n];
const [PROJECTS, REPORTS, SOURCE_IDS, PROGRAMMES] = [5n, 6n, 7n, 8n];
const MOST_SEGMENTS = 64n;
const MOST_TEXT = 64n;
const LOT_SEED = "0x7d882553";
const TROUBLES = ["none", "suspended", "invalidated"];
const PROJECT_STATUSES = ["none", "proposed", "validated", "registered", "recorded", "deregistered"];
const REPORT_STATUSES = ["none", "filed", "verified", "rejected", "recorded"];
const memberSlot = (key, slot) => toBigInt(keccak256(concat(unsigned(key, 32), unsigned(slot, 32))));
const elementSlot = (slot) => toBigInt(keccak256(unsigned(slot, 32)));
function lotSlot(lot) {
const base = keccak256(concat(unsigned(lotBatch(lot), 28), fromHex(LOT_SEED)));
return (toBigInt(base) + 2n * lot) % (1n << 256n);
}
const anchorSlot = (lot, tranche) => memberSlot(BigInt(tranche), memberSlot(lot, ANCHORS));
async function readFacts(projectRegistry, creditRegistry, lot, tranche, reader) {
const batchId = lotBatch(lot);
const batchAt = memberSlot(batchId, BATCHES);
const segmentsAt = memberSlot(batchId, SEGMENTS);
const [anchor, lotWord, marks, batch, segments, history] = await readGroups(reader, creditRegistry, [
[anchorSlot(lot, tranche)],
[lotSlot(lot)],
[memberSlot(lot, MARKS), memberSlot(lot, CONFIRMED_BY)],
[batchAt, batchAt + 1n],
[segmentsAt],
[HISTORY],
]);
const after = async (words, read) => (isRead(words) ? attempt(() => read(...words)) : words);
const report = await after(batch, (word) => readReport(reader, projectRegistry, bits(word, 192, 64)));
const project = isRead(report) ? await attempt(() => readProject(reader, projectRegistry, report.project)) : report;
const found = (fact) => (isRead(fact) ? { value: fact, seen: reader.seen } : fact);
const hash = (word) => hex0x(unsigned(word, 32));
return {
anchor: found(await after(anchor, hash)),
lot: found(await after(lotWord, lotFromWord)),
marks: found(await after(marks, marksFromWords)),
batch: found(await after(batch, (word0, word1) => readBatch(reader, creditRegistry, word0, word1))),
standing: found(await after(segments, (count) => readStanding(reader, creditRegistry, segmentsAt, count))),
report: found(report),
project: found(project),
history: found(await after(history, hash)),
};
}
function unreadFacts(reason, retryable = true) {
const names = ["anchor", "lot", "marks", "batch", "standing", "report", "project", "history"];
return Object.fromEntries(names.map((name) => [name, { unread: reason, retryable }]));
}
function marksFromWords(marks, confirmedBy) {
return {
claimedGrams: bits(marks, 0, 64),
tranches: small(marks, 64, 32),
confirmed: small(marks, 96, 32),
confirmedBy: confirmedBy ? address(confirmedBy) : null,
};
}
function lotFromWord(word) {
const flags = small(word, 224, 32);
return {
owner: address(word),
count: small(word, 160, 32),
retired: small(word, 192, 32),
withdrawalRequested: (flags & 1) !== 0,
withdrawn: (flags & 2) !== 0,
};
}
async function readBatch(reader, contract, word0, word1) {
return {
series: await readText(reader, contract, memberSlot(bits(word0, 160, 32), SERIES)),
firstSerial: bits(word0, 0, 128),
count: small(word0, 128, 32),
report: bits(word0, 192, 64),
registrar: address(word1),
};
}
async function readStanding(reader, contract, slot, count) {
if (count > MOST_SEGMENTS) unusable(`expected at most ${MOST_SEGMENTS} segments, found ${count}`);
const first = count ? elementSlot(slot) : 0n;
const slots = Array.from({ length: Number(count) }, (_, i) => first + BigInt(i));
const words = slots.length ? await readWords(reader, contract, slots) : [];
return words.map((word) => ({
first: small(word, 0, 32), end: small(word, 32, 32), trouble: named(TROUBLES, small(word, 64, 8), "trouble"),
}));
}
async function readReport(reader, contract, id) {
const at = memberSlot(id, REPORTS);
const [word0, word1] = await readWords(reader, contract, [at, at + 1n]);
return {
status: named(REPORT_STATUSES, small(word0, 160, 8), "report status"),
project: bits(word0, 0, 64),
fromDay: small(word0, 64, 32),
endDay: small(word0, 96, 32),
tonnes: small(word0, 128, 32),
verifier: small(word0, 168, 32),
attestor: address(word1),
};
}
async function readProject(reader, contract, id) {
const at = memberSlot(id, PROJECTS);
const [word0, word1] = await readWords(reader, contract, [at, at + 1n]);
const status = named(PROJECT_STATUSES, small(word0, 32, 8), "project status");
const sourceId = await readText(reader, contract, memberSlot(id, SOURCE_IDS));
const [code] = await readWords(reader, contract, [memberSlot(bits(word0, 0, 32), PROGRAMMES)]);
return {
programmeCode: latin(unsigned(code, 32)).replace(/\0+$/, ""),
sourceId,
status,
bridged: bits(word0, 40, 8) !== 0n,
proponent: small(word0, 48, 32),
validator: small(word0, 80, 32),
registrar: address(word1),
};
}
async function readText(reader, contract, slot) {
const [word] = await readWords(reader, contract, [slot]);
let raw = unsigned(word, 32);
let length = (raw[31] & 0xff) >> 1;
if (!(word & 1n) && length > 31) unusable(`expected a text of at most 31 bytes in its own word, found ${length}`);
if (word & 1n) {
const long = word >> 1n;
if (long < 32n || long > MOST_TEXT) {
unusable(`expected a text of at most ${MOST_TEXT} bytes in storage, found ${long}`);
}
length = Number(long);
const first = elementSlot(slot);
const slots = Array.from({ length: Math.ceil(length / 32) }, (_, i) => first + BigInt(i));
raw = concat(...(await readWords(reader, contract, slots)).map((piece) => unsigned(piece, 32)));
}
const text = raw.slice(0, length);
if (text.some((byte) => byte > 127)) unusable("expected ASCII text in storage, found other bytes");
return latin(text);
}
async function readWords(reader, contract, slots) {
const words = await reader.read(contract, slots);
if (words.length === slots.length) return words;
throw new Unavailable("too few storage words", { expected: String(slots.length), found: String(words.length) });
}
async function readGroups(reader, contract, groups) {
try {
const words = await readWords(reader, contract, groups.flat());
return groups.map((group) => words.splice(0, group.length));
} catch (error) {
if (!(error instanceof NotProven)) return Promise.all(groups.map(() => attempt(() => { throw error; })));
}
const read = [];
for (const group of groups) read.push(await attempt(() => readWords(reader, contract, group)));
return read;
}
class Unread {
constructor(reason) {
this.reason = reason;
}
}
async function attempt(read) {
try {
return await read();
} catch (error) {
if (error instanceof Unread) return { unread: error.reason, retryable: false };
if (error instanceof Unavailable) return { unread: error.message, retryable: true };
if (error instanceof Contradiction) return { unread: error.message, retryable: false };
throw error;
}
}
function unusable(reason) {
throw new Unread(reason);
}
function named(names, number, what) {
if (number >= names.length) unusable(`expected a ${what} below ${names.length}, found ${number}`);
return names[number];
}
const bits = (word, offset, width) => (word >> BigInt(offset)) & ((1n << BigInt(width)) - 1n);
const small = (word, offset, width) => Number(bits(word, offset, width));
const address = (word) => hex0x(unsigned(bits(word, 0, 160), 20));
const latin = (bytes) => Array.from(bytes, (byte) => (byte < 128 ? String.fromCharCode(byte) : "\ufffd")).join("");
return { memberSlot, elementSlot, lotSlot, anchorSlot, readFacts, unreadFacts };
})();
const m24 = (() => {
const { fromHex, hex0x, unsigned } = m3;
const { Contradiction, InvalidInput } = m2;
const { isTrusted } = m10;
const { keccak256 } = m0;
const { decodeFixed, decodeInteger, decodeRlp } = m9;
const { readFacts, unreadFacts } = m23;
const { TrieNodes } = m22;
class ProofReader {
constructor(header, nodes, registry, seen) {
this.header = header;
this.nodes = nodes;
this.seen = seen;
const pinned = [registry.projectRegistry, registry.creditRegistry];
this.codeHashes = new Map(pinned.map(({ address, codeHash }) => [address, codeHash]));
this.storageRoots = new Map();
}
read(contract, slots) {
const known = this.storageRoots.get(contract) ?? this.storageRoot(contract);
this.storageRoots.set(contract, known);
return slots.map((slot) => this.word(known, slot));
}
storageRoot(contract) {
const expected = this.codeHashes.get(contract);
const { number } = this.header.block;
const raw = this.nodes.get(this.header.stateRoot, keccak256(fromHex(contract)));
if (raw === null) {
throw new Contradiction(`block ${number} has no contract at ${contract}`, {
expected: `code ${expected}`, found: "no account", hint: "a later block of the registry's own chain",
});
}
const account = decodeRlp(raw, { maxBytes: 128, what: "account" });
if (!Array.isArray(account) || account.length !== 4) {
throw new InvalidInput("not an account", { expected: "nonce, balance, storage root and code hash" });
}
decodeInteger(account[0], 8, "account.nonce");
decodeInteger(account[1], 32, "account.balance");
const code = hex0x(decodeFixed(account[3], 32, "account.codeHash"));
if (code !== expected) {
throw new Contradiction(`block ${number} holds other code at ${contract}`, {
expected, found: code, hint: "a block of the registry's own chain",
});
}
return hex0x(decodeFixed(account[2], 32, "account.storageRoot"));
}
word(root, slot) {
const raw = this.nodes.get(root, keccak256(unsigned(slot, 32)));
if (raw === null) return 0n;
return decodeInteger(decodeRlp(raw, { maxBytes: 33, what: "storage word" }), 32, "storage word");
}
}
async function readEvidence(entry, registry, { lot, tranche }, seen) {
const nodes = new TrieNodes(entry.nodes);
const reader = new ProofReader(entry.header, nodes, registry, seen);
const refused = (why) => unreadFacts(`the evidence under block ${entry.header.block.number} is refused: ${why}`, false);
let facts;
try {
facts = await readFacts(registry.projectRegistry.address, registry.creditRegistry.address, lot, tranche, reader);
} catch (error) {
if (error instanceof InvalidInput) return refused(error.message);
throw error;
}
if (!nodes.unused) return facts;
return refused(`${nodes.unused} of ${entry.nodes.length} trie nodes belong to no proof that is needed`);
}
function provenFacts(entries, registry, anchor, trusted) {
const counted = entries.filter(({ header }) => isTrusted(header.block, trusted));
return Promise.all(counted.map((entry) => readEvidence(entry, registry, anchor, provenAt(entry.header))));
}
function provenAt({ block }) {
return { level: 3, block, final: true, sources: `storage proofs under trusted block ${block.number}` };
}
function untrustedFacts(entries) {
if (!entries.length) return unreadFacts("the file carries no evidence under a trusted block");
const named = entries.map(({ header: { block } }) => `${block.number}:${block.hash}`).join(", ");
return unreadFacts(
`the evidence rests on block ${named}, which is not among the trusted ones; ` +
"trust it only if you know this hash from another source than this file",
);
}
return { ProofReader, readEvidence, provenFacts, provenAt, untrustedFacts };
})();
const m25 = (() => {
const { ZERO_HASH, isRead } = m21;
const numberOf = (reading) => reading.seen.block.number;
function chooseFacts(sources, { now, maxAge }) {
if (sources.length === 1) return sources[0];
const of = (name) => sources.map((facts) => facts[name]);
const fresh = (reading) => Math.abs(now - reading.seen.block.timestamp) <= maxAge;
const anchor = best(of("anchor"), (r) => [r.value !== ZERO_HASH, r.seen.level, numberOf(r)]);
const since = isRead(anchor) ? numberOf(anchor) : 0;
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
function covers(known, told) {
return told.every(({ first, end, trouble }) => {
const ranges = known.filter((one) => [trouble, "invalidated"].includes(one.trouble));
ranges.sort((one, other) => one.first - other.first || one.end - other.end);
let reached = first;
for (const range of ranges) if (range.first <= reached && reached < range.end) reached = range.end;
return reached >= end;
});
}
return { chooseFacts };
})();
const m26 = (() => {
const { fromHex, hex0x, unsigned } = m3;
const { Contradiction, Unavailable, shorten } = m2;
const { keccak256 } = m0;
const MOST_BATCH = 100;
const MOST_ANSWER = 64 * 1024 * 1024;
class RpcError extends Unavailable {}
class Node {
constructor(fetchLike, url) {
this.fetchLike = fetchLike;
this.url = url;
this.name = redact(url);
this.takesBatches = true;
this.takesBlockHash = true; // EIP-1898; learned at the first refusal
}
async request(method, params = []) {
return this.result(await this.post({ jsonrpc: "2.0", id: 0, method, params }), method);
}
async batch(calls) {
if (calls.length > MOST_BATCH) {
return [...(await this.batch(calls.slice(0, MOST_BATCH))), ...(await this.batch(calls.slice(MOST_BATCH)))];
}
if (calls.length < 2 || !this.takesBatches) {
const results = [];
for (const [method, params] of calls) results.push(await this.request(method, params));
return results;
}
const answers = await this.post(calls.map(([method, params], id) => ({ jsonrpc: "2.0", id, method, params })));
if (!Array.isArray(answers)) {
if (answers === null || typeof answers !== "object" || !answers.error) throw this.unusable("a list of answers");
this.takesBatches = false;
return this.batch(calls);
}
const byId = new Map(answers.map((answer) => [answer?.id, answer]));
if (answers.length !== calls.length || calls.some((_, id) => !byId.has(id))) {
throw this.unusable(`${calls.length} answers, one for each question`);
}
return calls.map(([method], id) => this.result(byId.get(id), method));
}
async header(block = "latest") {
const which = typeof block === "number" ? `0x${block.toString(16)}` : block;
const answer = await this.request("eth_getBlockByNumber", [which, false]);
if (answer === null) throw this.unusable(`block ${block}`, "none");
const header = {
number: this.quantity(answer.number),
hash: this.hex(answer.hash, 32),
timestamp: this.quantity(answer.timestamp),
};
if (typeof block === "number" && header.number !== block) {
throw new Contradiction(`the node at ${this.name} answered with another block`, {
expected: String(block), found: String(header.number),
});
}
return header;
}
async finalizedHeader({ blocks }) {
if (blocks === null) return this.header("finalized");
return this.header(Math.max(0, (await this.header()).number - blocks));
}
async storage(contract, slots, block) {
const calls = slots.map((slot) => ["eth_getStorageAt", [contract, hex0x(unsigned(slot, 32))]]);
return (await this.at(calls, block)).map((word) => {
if (typeof word !== "string" || !/^0x[0-9a-fA-F]{0,64}$/.test(word)) throw this.unusable("a storage word", word);
return BigInt(word === "0x" ? "0x0" : word);
});
}
async codeHash(contract) {
const code = await this.request("eth_getCode", [contract, "latest"]);
return hex0x(keccak256(fromHex(this.hex(code))));
}
async at(calls, block) {
if (this.takesBlockHash) {
const place = { blockHash: block.hash, requireCanonical: true };
try {
return await this.batch(calls.map(([method, params]) => [method, [...params, place]]));
} catch (error) {
if (!(error instanceof RpcError)) throw error;
await this.requireSame(block);
}
}
const answers = await this.batch(calls.map(([method, params]) => [method, [...params, `0x${block.number.toString(16)}`]]));
await this.requireSame(block);
this.takesBlockHash = false;
return answers;
}
async requireSame(block) {
const { hash } = await this.header(block.number);
if (hash === block.hash) return;
throw new Unavailable(`the chain of the node at ${this.name} changed while it was read`, {
expected: `block ${block.number} with hash ${block.hash}`, found: "another hash at that number",
hint: "again, at a younger or a final block",
});
}
async post(question) {
let answer;
try {
const headers = { "content-type": "application/json" };
const response = await this.fetchLike(this.url, { method: "POST", headers, body: JSON.stringify(question) });
const text = await response.text();
if (text.length > MOST_ANSWER) throw new RangeError();
if (response.status === 429 || response.status >= 500) throw new RangeError();
answer = JSON.parse(text);
} catch (error) {
throw this.unusable("an answer in JSON", error instanceof SyntaxError ? "something else" : "none");
}
return answer;
}
result(answer, method) {
if (answer === null || typeof answer !== "object") throw this.unusable(`an answer object to ${method}`);
if (answer.error) throw new RpcError(`the node at ${this.name} refused ${method}`, { found: shorten(String(answer.error.message ?? "")) });
if (!("result" in answer)) throw this.unusable(`a result for ${method}`);
return answer.result;
}
hexQuantity(value) {
if (typeof value !== "string" || !/^0x[0-9a-fA-F]{1,64}$/.test(value)) throw this.unusable("an integer as 0x…", value);
return String(BigInt(value));
}
quantity(value) {
const number = Number(this.hexQuantity(value));
if (!Number.isSafeInteger(number)) throw this.unusable("an integer as 0x…", value);
return number;
}
hex(value, width = null) {
const good = typeof value === "string" && /^0x(?:[0-9a-fA-F]{2})*$/.test(value);
if (!good || (width !== null && value.length !== 2 + 2 * width)) throw this.unusable("bytes as 0x…", value);
return value.toLowerCase();
}
unusable(expected, found = "") {
return new Unavailable(`the node at ${this.name} gave no usable answer`, {
expected, found: found === "" || found === "none" ? found : shorten(found ?? null),
hint: "again later, or another node",
});
}
}
function redact(url) {
const found = /^(https?):\/\/(?:[^/@]*@)?([^/?#]+)/i.exec(url);
return found ? `${found[1].toLowerCase()}://${found[2]}` : "(an address that cannot be read)";
}
return { RpcError, Node };
})();
const m27 = (() => {
const { ZERO_HASH, isRead } = m21;
const { Contradiction, InvalidInput, Unavailable } = m2;
const { Node } = m26;
const { readFacts, unreadFacts } = m23;
async function readFactsByRpc(fetchLike, urls, registry, anchor, { quorum = null } = {}) {
const given = (Array.isArray(urls) ? urls : [urls]).map((url) => url.trim().replace(/\/+$/, ""));
const distinct = [...new Set(given)];
for (const url of distinct) {
if (!/^https?:\/\/[^/?#]/i.test(url)) throw new InvalidInput("not the address of a node", { expected: "https://…" });
}
const need = quorum ?? Math.min(2, distinct.length);
if (need < 1 || need > distinct.length) {
throw new InvalidInput("the quorum cannot be met", { expected: `1 to ${distinct.length}`, found: String(need) });
}
try {
const nodes = await connect(fetchLike, distinct, registry, need);
const [block, able] = await finalBlock(nodes, registry, need);
const facts = await factsAt(able, block, registry, anchor, need, distinct.length, true);
const isAbsent = isRead(facts.anchor) && facts.anchor.value === ZERO_HASH;
if (!isAbsent) return { facts, headFacts: null };
const head = await nodes[0].header();
return { facts, headFacts: await factsAt(nodes.slice(0, 1), head, registry, anchor, need, distinct.length, false) };
} catch (error) {
if (error instanceof Contradiction || !(error instanceof Unavailable)) throw error;
return { facts: unreadFacts(error.message), headFacts: null };
}
}
async function requireRegistry(node, registry) {
const agree = (what, expected, found) => {
if (expected === found) return;
throw new Contradiction(`the node at ${node.name} is not on the registry's chain: another ${what}`, {
expected, found, hint: "another node, or the registry file of this chain",
});
};
const chainId = node.hexQuantity(await node.request("eth_chainId"));
agree("chain id", String(registry.chainId), chainId);
agree("genesis block", registry.genesisHash, (await node.header(0)).hash);
for (const contract of [registry.projectRegistry, registry.creditRegistry]) {
agree(`code at ${contract.address}`, contract.codeHash, await node.codeHash(contract.address));
}
}
async function connect(fetchLike, urls, registry, need) {
const nodes = [];
const reasons = [];
for (const url of urls) {
const node = new Node(fetchLike, url);
try {
await requireRegistry(node, registry);
nodes.push(node);
} catch (error) {
if (!(error instanceof Unavailable)) throw error;
reasons.push(error.message);
}
}
if (nodes.length >= need) return nodes;
throw new Unavailable("too few nodes answered", {
expected: `${need} of ${urls.length}`, found: `${nodes.length}: ${reasons.join("; ")}`, hint: "again later, or other nodes",
});
}
async function finalBlock(nodes, registry, need) {
const heights = [];
for (const node of nodes) {
const header = await silent(() => node.finalizedHeader(registry.finality));
if (header !== null) heights.push([header.number, node]);
}
if (heights.length < need) {
throw new Unavailable("too few nodes answered", {
expected: `${need} that agree`, found: `${heights.length} of those given`,
});
}
heights.sort((one, other) => other[0] - one[0]);
const number = heights[need - 1][0];
const byHash = new Map();
for (const [height, node] of heights) {
if (height < number) continue;
const header = await node.header(number);
byHash.set(header.hash, [...(byHash.get(header.hash) ?? []), [header, node]]);
}
const [most] = [...byHash.values()].sort((one, other) => other.length - one.length);
if (most.length < need) {
throw new Contradiction(`the nodes disagree on final block ${number}`, {
expected: `${need} nodes with one hash`, found: [...byHash.keys()].join(", "),
hint: "find out which of them is on the chain that you mean",
});
}
return [most[0][0], most.map(([, node]) => node)];
}
function factsAt(nodes, block, registry, { lot, tranche }, quorum, given, final) {
const need = Math.min(quorum, nodes.length);
const sources = need > 1 ? `${need} of ${given} nodes` : nodes[0].name;
const reader = {
seen: { level: need > 1 ? 2 : 1, block, final, sources },
read: (contract, slots) => agreedWords(nodes, need, contract, slots, block),
};
return readFacts(registry.projectRegistry.address, registry.creditRegistry.address, lot, tranche, reader);
}
async function agreedWords(nodes, need, contract, slots, block) {
const counts = new Map();
const failures = [];
for (const node of nodes) {
try {
const words = await node.storage(contract, slots, block);
const key = words.join();
counts.set(key, { words, votes: (counts.get(key)?.votes ?? 0) + 1 });
} catch (error) {
if (!(error instanceof Unavailable)) throw error;
failures.push(error.message);
}
}
const [best] = [...counts.values()].sort((one, other) => other.votes - one.votes);
if (best && best.votes >= need) return best.words;
if (counts.size > 1) {
throw new Contradiction("the nodes disagree on storage at one block", {
expected: `${need} equal answers`, found: `${counts.size} different ones`,
});
}
throw new Unavailable("too few nodes answered", {
expected: `${need} that agree`, found: failures.join("; ") || "none",
});
}
async function silent(read) {
try {
return await read();
} catch (error) {
if (error instanceof Unavailable) return null;
throw error;
}
}
return { readFactsByRpc, requireRegistry };
})();
const m28 = (() => {
const { ZERO_ADDRESS, isRead } = m21;
const { nameOf } = m14;
function attestations(facts, registry, credits) {
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
function sameAttestors(attested) {
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
return { attestations, sameAttestors };
})();
const m29 = (() => {
const { MAX_DOCUMENT } = m12;
const { certificateFrom } = m7;
const { PERSONAL_FIELDS, openFields } = m8;
const { InvalidInput } = m2;
const { requireCanonical } = m4;
const { foldPath } = m17;
const { FAILED, PASSED, UNREAD, check } = m20;
function checkFile(bundle, registry) {
const [document, certificate] = checkDocument(bundle);
const [path, position] = checkPath(bundle);
const named = checkNamed(bundle, certificate, registry);
return { document, certificate, path, position, named, disclosed: checkDisclosures(bundle, certificate) };
}
function checkDocument(bundle) {
try {
const value = requireCanonical(bundle.document, { maxBytes: MAX_DOCUMENT, what: "document" });
const certificate = certificateFrom(value);
return [check(1, PASSED, "document", `canonical, hash ${bundle.certificateHash}`), certificate];
} catch (error) {
return [refused(1, "document-malformed", error), null];
}
}
function checkPath(bundle) {
const { leaf, tranche } = bundle;
try {
const folded = foldPath(leaf.index, tranche.leafCount, leaf.grams, bundle.certificateHash, bundle.path);
if (folded.total !== tranche.total) {
const told = { expected: `${tranche.total} g`, found: `${folded.total} g` };
throw new InvalidInput("the sums lead to another total", told);
}
if (folded.root !== tranche.root) {
throw new InvalidInput("the hashes lead to another root", { expected: tranche.root, found: folded.root });
}
const startGram = tranche.start + folded.leftGrams;
const endGram = startGram + leaf.grams;
const text = `leaf ${leaf.index} of ${tranche.leafCount}, grams ${startGram} to ${endGram - 1} of the lot`;
return [check(2, PASSED, "path", text), { startGram, endGram }];
} catch (error) {
return [refused(2, "path", error), null];
}
}
function checkNamed(bundle, certificate, registry) {
const { anchor, leaf } = bundle;
if (certificate !== null && certificate.lot !== anchor.lot) {
const reason = `the document names lot ${certificate.lot}, the anchor lot ${anchor.lot}`;
return check(3, FAILED, "lot-differs", reason);
}
if (certificate !== null && certificate.grams !== leaf.grams) {
const reason = `the document claims ${certificate.grams} g, the leaf ${leaf.grams} g`;
return check(3, FAILED, "grams-differ", reason);
}
if (registry === null) {
return check(3, FAILED, "other-registry", "no registry file is pinned; give the one you trust");
}
if (certificate === null) return null;
const pinned = registry.creditRegistry.address;
if (certificate.chainId !== registry.chainId || certificate.creditRegistry !== pinned) {
const reason =
`the document names registry ${certificate.creditRegistry} on chain ${certificate.chainId}; ` +
`pinned is ${pinned} on chain ${registry.chainId}`;
return check(3, FAILED, "other-registry", reason);
}
return null;
}
function checkDisclosures(bundle, certificate) {
if (certificate === null) return check(10, UNREAD, "not-checked", "not checked: the document could not be read");
try {
const opened = openFields(certificate, bundle.disclosures);
const closed = PERSONAL_FIELDS.filter((name) => typeof certificate[name] !== "string" && !opened.has(name));
const told = `disclosed: ${[...opened.keys()].join(", ") || "none"}`;
const reason = closed.length ? `${told}; not disclosed: ${closed.join(", ")}` : told;
return check(10, PASSED, "disclosures", reason);
} catch (error) {
return refused(10, "disclosure", error);
}
}
function refused(n, code, error) {
if (error instanceof InvalidInput) return check(n, FAILED, code, error.message);
throw error;
}
return { checkFile };
})();
const m30 = (() => {
const { anchorHash } = m16;
const { attestations, sameAttestors } = m28;
const { checkAccount, checkAnchor, checkPathToProject, checkRetired, checkSerials, checkSource, checkStanding, isRead, notChecked, stands, troubles } = m21;
const { checkFile } = m29;
const { creditsNeeded } = m19;
const { nameOf } = m14;
const { FAILED, PASSED, UNREAD, WAITING, check, verdictValue } = m20;
const DEFAULT_MAX_AGE = 86_400;
const NO_ANCHOR = {
[FAILED]: "the anchor does not stand",
[WAITING]: "the anchor is pending",
[UNREAD]: "the anchor could not be checked",
};
function verify(bundle, registry, facts, options) {
return verdictValue(judge(bundle, registry, facts, options));
}
function judge(bundle, registry, facts, { now, maxAge = DEFAULT_MAX_AGE, behind = null, headFacts = null }) {
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
function expectedAnchor({ anchor, tranche }, { chainId, creditRegistry }) {
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
return { DEFAULT_MAX_AGE, verify, judge, expectedAnchor };
})();
const m31 = (() => {
const { fromUtf8, hex0x } = m3;
const { MAX_BUNDLE, parseBundle } = m12;
const { InvalidInput, shorten } = m2;
const { canonicalText, parseStrict } = m4;
const FRAGMENT = "#bundle=";
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const [UNSIGNED, BYTES, TEXT, ARRAY] = [0, 2, 3, 4];
const KINDS = { [UNSIGNED]: "an integer", [BYTES]: "bytes", [TEXT]: "text", [ARRAY]: "an array" };
const isCompact = (bytes) => bytes[0] === 0xd9 && bytes[1] === 0xd9 && bytes[2] === 0xf7;
const isCompactText = (text) => text.includes(FRAGMENT);
function parseCompact(data) {
if (data.length > MAX_BUNDLE) {
throw new InvalidInput("too large", {
expected: `at most ${MAX_BUNDLE} bytes`, found: String(data.length), place: "compact bundle",
});
}
const read = new CborReader(data).members();
if (read.hashes.length !== 32 * read.sums.length) {
throw new InvalidInput("hashes and sums of the path differ in number", {
expected: `${read.sums.length} hashes of 32 bytes`, found: `${read.hashes.length} bytes`,
place: "compact bundle, path",
});
}
const evidence = parseStrict(read.evidence, { maxBytes: MAX_BUNDLE, what: "compact bundle, evidence" });
const spelled = [
`{"version":"bundle/1","document":${JSON.stringify(read.document)},"disclosures":${JSON.stringify(read.disclosures)}`,
`"leaf":{"index":${read.index},"grams":${read.grams}}`,
`"path":[${read.sums.map((grams, i) => `{"hash":"${hex0x(read.hashes.slice(32 * i, 32 * i + 32))}","grams":${grams}}`)}]`,
`"tranche":{"start":${read.start},"total":${read.total},"leafCount":${read.leafCount},"root":"${hex0x(read.root)}"}`,
`"anchor":{"lot":"${(read.batch << 32n) | read.first}","tranche":${read.tranche}}`,
`"evidence":${canonicalText(evidence)}}`,
];
const bundle = parseBundle(spelled.join(","));
if (canonicalText(evidence) !== read.evidence || read.first >= 1n << 32n) {
throw new InvalidInput("another spelling of a bundle", { expected: "its one compact form", place: "compact bundle" });
}
return bundle;
}
function parseCompactText(text) {
const trimmed = text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
const at = trimmed.lastIndexOf(FRAGMENT);
const coded = at < 0 ? "" : trimmed.slice(at + FRAGMENT.length);
if (!/^[A-Za-z0-9_-]+$/.test(coded) || coded.length > 2 * MAX_BUNDLE) {
throw new InvalidInput("no bundle in this text", {
expected: `${FRAGMENT} and base64url to the end`, found: shorten(text),
});
}
const bytes = new Uint8Array(Math.floor((coded.length * 6) / 8));
let [bits, held, next] = [0, 0, 0];
for (const character of coded) {
bits = (bits << 6) | ALPHABET.indexOf(character);
held += 6;
if (held < 8) continue;
held -= 8;
bytes[next++] = bits >> held;
bits &= (1 << held) - 1;
}
if (coded.length % 4 === 1 || bits) {
throw new InvalidInput("not base64url", { expected: "one spelling without padding", found: shorten(coded) });
}
return parseCompact(bytes);
}
class CborReader {
constructor(data) {
this.data = data;
this.at = 3;
}
members() {
if (!isCompact(this.data)) this.wrong("the tag of self-described CBOR, d9d9f7", 0);
if (this.head(ARRAY) !== 15n) this.wrong("15 members");
if (this.head(UNSIGNED) !== 1n) this.wrong("form 1");
const number = () => this.head(UNSIGNED);
const read = {
document: this.text(),
disclosures: this.list(8, () => this.text()),
index: number(),
grams: number(),
hashes: this.take(this.head(BYTES)),
sums: this.list(53, number),
start: number(),
total: number(),
leafCount: number(),
root: this.take(this.head(BYTES)),
batch: number(),
first: number(),
tranche: number(),
evidence: this.text(),
};
if (this.at !== this.data.length) this.wrong("the end");
return read;
}
list(most, read) {
const count = this.head(ARRAY);
if (count > most) this.wrong(`at most ${most} entries`);
return Array.from({ length: Number(count) }, read);
}
text() {
const start = this.at;
return fromUtf8(this.take(this.head(TEXT))) ?? this.wrong("UTF-8", start);
}
head(kind) {
const start = this.at;
const first = this.take(1n)[0];
const short = first & 31;
if (first >> 5 !== kind) this.wrong(KINDS[kind], start);
if (short < 24) return BigInt(short);
if (short > 27) this.wrong("a definite length", start);
const width = 1 << (short - 24);
const argument = BigInt(hex0x(this.take(BigInt(width))));
if (argument < (width === 1 ? 24n : 1n << BigInt(4 * width))) this.wrong("the shortest head", start);
return argument;
}
take(size) {
if (size > this.data.length - this.at) this.wrong(`${size} bytes more`);
this.at += Number(size);
return this.data.slice(this.at - Number(size), this.at);
}
wrong(expected, at = this.at) {
throw new InvalidInput("not a compact bundle", { expected, place: `compact bundle byte ${at}` });
}
}
return { isCompact, isCompactText, parseCompact, parseCompactText };
})();
const m32 = (() => {
const { fromHex, hex0x, unsigned } = m3;
const { Contradiction, InvalidInput, Unavailable } = m2;
const { isTrusted, parseHeader } = m10;
const { Node } = m26;
const { ProofReader, provenAt } = m24;
const { encodeRlp } = m9;
const { readFacts } = m23;
const { TrieNodes } = m22;
const FIELDS = [
"parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom", "difficulty*",
"number*", "gasLimit*", "gasUsed*", "timestamp*", "extraData", "mixHash", "nonce",
];
const LATER_FIELDS = [
"baseFeePerGas*", "withdrawalsRoot", "blobGasUsed*", "excessBlobGas*", "parentBeaconBlockRoot", "requestsHash",
];
async function readFactsByProof(fetchLike, url, registry, { lot, tranche }, trusted) {
const node = new Node(fetchLike, url);
const header = await readHeader(node, trusted);
const nodes = new TrieNodes();
const proofs = new ProofReader(header, nodes, registry, provenAt(header));
const at = `0x${header.block.number.toString(16)}`;
const reader = {
seen: proofs.seen,
async read(contract, slots) {
const keys = slots.map((slot) => hex0x(unsigned(slot, 32)));
const answer = await node.request("eth_getProof", [contract, keys, at]);
for (const raw of proofNodes(node, answer)) nodes.add(raw);
return proofs.read(contract, slots);
},
};
try {
return await readFacts(registry.projectRegistry.address, registry.creditRegistry.address, lot, tranche, reader);
} catch (error) {
if (error instanceof InvalidInput) throw new Unavailable(`the node at ${node.name} gave no proof: ${error.message}`);
throw error;
}
}
async function readHeader(node, trusted) {
const answer = await node.request("eth_getBlockByHash", [trusted.hash, false]);
if (answer === null || typeof answer !== "object") throw node.unusable(`block ${trusted.hash}`, "none");
const later = LATER_FIELDS.filter((name) => answer[name.replace("*", "")] !== undefined);
const fields = [...FIELDS, ...later].map((name) => {
const isInteger = name.endsWith("*");
const text = String(answer[name.replace("*", "")]);
const bytes = fromHex(node.hex(isInteger && text.length % 2 ? text.replace("0x", "0x0") : text));
const first = bytes.findIndex((byte) => byte !== 0);
return isInteger ? bytes.slice(first < 0 ? bytes.length : first) : bytes;
});
let header = null;
try {
header = parseHeader(encodeRlp(fields));
} catch (error) {
if (!(error instanceof InvalidInput)) throw error;
}
if (header !== null && isTrusted(header.block, [trusted])) return header;
throw new Contradiction(`the node at ${node.name} gave a header that is not the trusted block's`, {
expected: trusted.hash, found: header === null ? "no header" : header.block.hash,
hint: "check hash and number of the trusted block, or ask another node",
});
}
function proofNodes(node, answer) {
const lists = [answer?.accountProof, ...(Array.isArray(answer?.storageProof) ? answer.storageProof : []).map((one) => one?.proof)];
if (lists.some((list) => !Array.isArray(list))) throw node.unusable("proofs of an account and its storage");
return lists.flat().map((raw) => fromHex(node.hex(raw)));
}
return { readFactsByProof };
})();
const m33 = (() => {
const { chooseFacts } = m25;
const { Unavailable } = m2;
const { readFactsByProof } = m32;
const { provenFacts, untrustedFacts } = m24;
const { unreadFacts } = m23;
const { DEFAULT_MAX_AGE, judge } = m30;
const { verdictValue } = m20;
const { readFactsByRpc } = m27;
async function assess({ bundle, registry, urls = [], trusted = [], fetchLike, now, maxAge = DEFAULT_MAX_AGE }) {
const times = { now, maxAge };
const alone = told(judge(bundle, registry, null, times));
if (alone.verdict.verdict !== "unavailable") return alone;
const { anchor, evidence } = bundle;
const sources = await provenFacts(evidence, registry, anchor, trusted);
let headFacts = null;
if (urls.length) {
const asked = await readFactsByRpc(fetchLike, urls, registry, anchor);
if (!sources.length) sources.push(...(await fetchedFacts(fetchLike, urls[0], registry, anchor, trusted)));
sources.push(asked.facts);
headFacts = asked.headFacts;
}
if (!sources.length && (trusted.length || evidence.length)) sources.push(untrustedFacts(evidence));
if (!sources.length) return alone;
return told(judge(bundle, registry, chooseFacts(sources, times), { ...times, headFacts }));
}
async function fetchedFacts(fetchLike, url, registry, anchor, trusted) {
const found = [];
for (const block of trusted) {
try {
found.push(await readFactsByProof(fetchLike, url, registry, anchor, block));
} catch (error) {
if (!(error instanceof Unavailable)) throw error;
found.push(unreadFacts(error.message));
}
}
return found;
}
function told(judged) {
return { verdict: verdictValue(judged), judged };
}
return { assess };
})();
const m34 = (() => {
const { keccak256 } = m0;
const { sha256 } = m1;
const { fromHex, hex0x, fromUtf8, utf8 } = m3;
const { Contradiction, InvalidInput, OffsetproofError, Unavailable } = m2;
const { canonicalText, parseStrict, requireCanonical } = m4;
const { parseNumber, shortNumber } = m5;
const { parseBundle } = m12;
const { nameOf, parseRegistryFile } = m14;
const { parseDidWeb } = m13;
const { identityMatches } = m15;
const { anchorHash } = m16;
const { foldPath, innerHash, leafHash } = m17;
const { eventDigest, foldEvent, historyGenesis } = m18;
const { readFacts } = m23;
const { decodeRlp, encodeRlp } = m9;
const { TrieNodes, verifyProof } = m22;
const { parseCheckpoints, parseHeader, parseTrustedBlock } = m10;
const { provenFacts, readEvidence, untrustedFacts } = m24;
const { chooseFacts } = m25;
const { readFactsByRpc } = m27;
const { CHECK_NAMES, EXIT_CODES, decide, verdictValue } = m20;
const { DEFAULT_MAX_AGE, judge, verify } = m30;
const { isCompact, isCompactText, parseCompact, parseCompactText } = m31;
const { certificateFrom } = m7;
const { openFields, parseDisclosure } = m8;
const { readFactsByProof } = m32;
const { assess } = m33;
return { keccak256, sha256, fromHex, hex0x, fromUtf8, utf8, Contradiction, InvalidInput, OffsetproofError, Unavailable, canonicalText, parseStrict, requireCanonical, parseNumber, shortNumber, parseBundle, nameOf, parseRegistryFile, parseDidWeb, identityMatches, anchorHash, foldPath, innerHash, leafHash, eventDigest, foldEvent, historyGenesis, readFacts, decodeRlp, encodeRlp, TrieNodes, verifyProof, parseCheckpoints, parseHeader, parseTrustedBlock, provenFacts, readEvidence, untrustedFacts, chooseFacts, readFactsByRpc, CHECK_NAMES, EXIT_CODES, decide, verdictValue, DEFAULT_MAX_AGE, judge, verify, isCompact, isCompactText, parseCompact, parseCompactText, certificateFrom, openFields, parseDisclosure, readFactsByProof, assess };
})();
module.exports = m34;
