// Short certificate numbers: 12 Crockford base-32 characters of the hash's leading 60 bits, and a check character.
import { fromHex } from "./bytes.js";
import { InvalidInput, shorten } from "./errors.js";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const IGNORED = /[-\u2010-\u2014\u2212\s\x1c-\x1f\x85]/;

/** The number of a certificate hash (`0x` text), for example `3YA9-8YYJ-3CR5-P`. */
export function shortNumber(certificateHash) {
  const bytes = fromHex(certificateHash);
  const digits = [];
  for (let i = 0; i < 12; i++) {
    const bit = 5 * i;
    const pair = (bytes[bit >> 3] << 8) | bytes[(bit >> 3) + 1];
    digits.push((pair >> (11 - (bit & 7))) & 31);
  }
  return spell(digits);
}

/** The number that a person typed, in its one spelling. Raises InvalidInput if a character is wrong. */
export function parseNumber(text) {
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
