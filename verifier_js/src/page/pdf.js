// The bundle inside a certificate's PDF: exactly one embedded file, of the fixed name. The printed text counts for nothing.
import { MAX_BUNDLE } from "../bundle.js";
import { InvalidInput, shorten } from "../errors.js";
import { parsePdf } from "./pdf_objects.js";

const ATTACHMENT = "offsetproof-bundle.json";
const REFUSED_KEYS = [
  "JS", "JavaScript", "OpenAction", "AA", "AcroForm", "XFA", "Launch", "RichMedia", "Collection", "FFilter", "FDecodeParms",
];
// As Type, Subtype or S: packed objects, signatures, what is more than a page, every action but going to a place or address.
const REFUSED_TYPES = [
  "ObjStm", "XRef", "Sig", "FileAttachment", "Widget", "Screen", "Movie", "Sound", "RichMedia", "3D",
  "JavaScript", "Launch", "GoToR", "GoToE", "GoTo3DView", "SubmitForm", "ResetForm", "ImportData", "Rendition",
  "Thread", "Hide", "Named", "SetOCGState", "Trans", "RichMediaExecute",
];

export const isPdf = (bytes) => [0x25, 0x50, 0x44, 0x46].every((byte, i) => bytes[i] === byte);

/** The bytes of the attachment, promised; raises InvalidInput for any other or odd PDF. */
export async function attachedBundle(bytes) {
  const file = parsePdf(characters(bytes));
  const resolve = (value) => (value?.reference === undefined ? value : file.objects.get(value.reference));
  for (const key of ["Encrypt", "Prev", "XRefStm"]) {
    if (file.trailer.has(key)) wrong("a PDF written once, in the open", key);
  }
  const specifications = [];
  let embedded = 0;
  for (const members of dictionaries(file)) {
    requireStill(members);
    if (members.has("EF")) specifications.push(members);
    if (members.get("Type")?.name === "EmbeddedFile") embedded++;
  }
  if (specifications.length !== 1 || embedded > 1) {
    wrong(`exactly one attachment, ${ATTACHMENT}`, String(Math.max(specifications.length, embedded)));
  }
  const [specification] = specifications;
  if (namedFile(file, resolve) !== specification) wrong("the attachment in the catalogue's name tree", "another entry, or none");
  for (const key of ["F", "UF"]) {
    const name = textOf(specification.get(key));
    if (name !== ATTACHMENT) wrong(`an attachment named ${ATTACHMENT}`, shorten(name));
  }
  const streams = resolve(specification.get("EF"));
  const isOne = streams instanceof Map && streams.has("F") && [...streams.keys()].every((key) => ["F", "UF"].includes(key))
    && new Set([...streams.values()].map((value) => JSON.stringify(value))).size === 1;
  if (!isOne) wrong("one embedded stream", "several, or none");
  const stream = resolve(streams.get("F"));
  if (stream?.members === undefined) wrong("an embedded stream", "none");
  return unpacked(stream);
}

function characters(bytes) {
  const parts = [];
  for (let at = 0; at < bytes.length; at += 8192) parts.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  return parts.join("");
}

function* dictionaries({ objects, trailer }) {
  const waiting = [...objects.values(), trailer];
  while (waiting.length) {
    const value = waiting.pop();
    const inside = value?.members ?? value;
    if (inside instanceof Map) {
      yield inside;
      waiting.push(...inside.values());
    } else if (Array.isArray(inside)) {
      waiting.push(...inside);
    }
  }
}

function requireStill(members) {
  const types = ["Type", "Subtype", "S"].map((key) => members.get(key)?.name);
  const refused = [...REFUSED_KEYS.filter((key) => members.has(key)), ...types.filter((name) => REFUSED_TYPES.includes(name))];
  if (refused.length) wrong("a still page without scripts, forms, signatures and packed objects", shorten(refused[0]));
}

// The one entry of the catalogue's tree of embedded files.
function namedFile({ trailer }, resolve) {
  let node = trailer;
  for (const key of ["Root", "Names", "EmbeddedFiles"]) node = node instanceof Map ? resolve(node.get(key)) : null;
  if (!(node instanceof Map) || node.has("Kids")) wrong("a name tree of one node", "another");
  const entries = resolve(node.get("Names"));
  if (!Array.isArray(entries) || entries.length !== 2 || textOf(entries[0]) !== ATTACHMENT) {
    wrong(`exactly one attachment, ${ATTACHMENT}`, "another list of names");
  }
  return resolve(entries[1]);
}

// A text string: UTF-16 with its mark, else one byte a character.
function textOf(value) {
  if (typeof value !== "string") return "";
  if (!value.startsWith("\xfe\xff")) return value;
  return value.slice(2).replace(/([\s\S])([\s\S])/g, (_, high, low) => String.fromCharCode((high.charCodeAt(0) << 8) | low.charCodeAt(0)));
}

// The bytes of an embedded stream: as they stand, or deflated.
async function unpacked({ members, raw }) {
  const given = members.get("Filter");
  const packing = Array.isArray(given) && given.length === 1 ? given[0] : given;
  const isPlain = packing === undefined || packing === null;
  if (members.has("DecodeParms") || members.has("F") || !(isPlain || packing.name === "FlateDecode")) {
    wrong("an attachment that is plain or deflated", "another");
  }
  const bytes = Uint8Array.from(raw, (character) => character.charCodeAt(0));
  const found = isPlain ? bytes : await inflated(bytes);
  if (found.length > MAX_BUNDLE) wrong(`an attachment of at most ${MAX_BUNDLE} bytes`, "more");
  return found;
}

async function inflated(bytes) {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  const pieces = [];
  let size = 0;
  try {
    for (let next = await reader.read(); !next.done && size <= MAX_BUNDLE; next = await reader.read()) {
      pieces.push(next.value);
      size += next.value.length;
    }
  } catch {
    wrong("the whole attachment, deflated", "other bytes, a part, or more than it");
  }
  const found = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    found.set(piece, at);
    at += piece.length;
  }
  return found;
}

function wrong(expected, found) {
  throw new InvalidInput("this PDF does not carry one certificate", {
    expected, found, hint: "ask for the original file; what a page prints proves nothing", place: "PDF",
  });
}
