// Disclosures: personal fields apart from their document, which carries only their salted digests.
import { hex0x, requireHex, utf8 } from "./bytes.js";
import { MAX_TEXT } from "./certificate.js";
import { InvalidInput, shorten } from "./errors.js";
import { requireList, requireString, requireText } from "./members.js";
import { sha256 } from "./sha256.js";
import { requireCanonical } from "./strict_json.js";

export const PERSONAL_FIELDS = ["beneficiary", "purpose"];
export const MAX_DISCLOSURE = 4096;

/** The field that a disclosure opens: `{name, text, digest}`; raises InvalidInput unless it is in canonical form. */
export function parseDisclosure(json) {
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

/** The texts of the fields that `disclosures` open, as a Map by name; raises InvalidInput if one matches no digest. */
export function openFields(certificate, disclosures) {
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
