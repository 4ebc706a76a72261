// Bytes, hex, UTF-8 and big-endian integers. No TextEncoder: mini-program runtimes have none.
import { InvalidInput, shorten } from "./errors.js";

const PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** `0x` and two lower-case digits a byte. */
export function hex0x(bytes) {
  let text = "0x";
  for (let i = 0; i < bytes.length; i++) text += PAIRS[bytes[i]];
  return text;
}

/** The bytes of a `0x` text that is known to be well-formed, in either case. */
export function fromHex(text) {
  const bytes = new Uint8Array((text.length - 2) >> 1);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = (digit(text.charCodeAt(2 * i + 2)) << 4) | digit(text.charCodeAt(2 * i + 3));
  }
  return bytes;
}

// 0–9 are 48 to 57, A–F 65 to 70, a–f 97 to 102.
function digit(unit) {
  return unit < 58 ? unit - 48 : (unit | 32) - 87;
}

/** `text` if it is `0x` and lower-case hex of `least` to `most` bytes; raises InvalidInput for any other spelling. */
export function requireHex(text, least, most, place = "", what = "hex") {
  const given = typeof text === "string" ? text : "";
  if (given.length < 2 + 2 * least || given.length > 2 + 2 * most || !/^0x(?:[0-9a-f]{2})*$/.test(given)) {
    const digits = least === most ? `${2 * least}` : `${2 * least} to ${2 * most}`;
    throw new InvalidInput(`not a ${what}`, {
      expected: `0x and ${digits} lower-case hex digits`, found: shorten(given), place,
    });
  }
  return given;
}

export const requireHash = (text, place = "") => requireHex(text, 32, 32, place, "hash");
export const requireAddress = (text, place = "") => requireHex(text, 20, 20, place, "address");

/** The UTF-8 bytes of a text; null if it holds a lone surrogate. */
export function utf8(text) {
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

/** The text of UTF-8 bytes, strictly; null if they are none (overlong forms and surrogates included). */
export function fromUtf8(bytes) {
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

export function concat(...pieces) {
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}

/** A non-negative integer, number below 2^53 or BigInt, as `width` big-endian bytes. */
export function unsigned(value, width) {
  return fromHex(`0x${BigInt(value).toString(16).padStart(2 * width, "0")}`);
}

/** Big-endian bytes as a BigInt. */
export const toBigInt = (bytes) => (bytes.length ? BigInt(hex0x(bytes)) : 0n);
