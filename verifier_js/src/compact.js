// The bundle in CBOR, for QR codes (docs/spec/compact.md): another spelling of the same file, and only one of it.
import { fromUtf8, hex0x } from "./bytes.js";
import { MAX_BUNDLE, parseBundle } from "./bundle.js";
import { InvalidInput, shorten } from "./errors.js";
import { canonicalText, parseStrict } from "./strict_json.js";

const FRAGMENT = "#bundle=";
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const [UNSIGNED, BYTES, TEXT, ARRAY] = [0, 2, 3, 4];
const KINDS = { [UNSIGNED]: "an integer", [BYTES]: "bytes", [TEXT]: "text", [ARRAY]: "an array" };

/** Whether `bytes` begin with the tag of self-described CBOR, as every compact bundle does. */
export const isCompact = (bytes) => bytes[0] === 0xd9 && bytes[1] === 0xd9 && bytes[2] === 0xf7;

/** Whether a text holds a bundle for QR codes. */
export const isCompactText = (text) => text.includes(FRAGMENT);

/** The bundle of a compact form (Uint8Array); raises InvalidInput, and nothing else, for every other input. */
export function parseCompact(data) {
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
  // One reader decides what a bundle is; here is only another spelling of it. Integers are BigInt, so that none is cut.
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

/** The bundle in a text that ends in `#bundle=…`. The address before it is not looked at. */
export function parseCompactText(text) {
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

// Reads the fixed shape: integers, byte and text strings, arrays; definite lengths, shortest heads.
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

  // The argument (BigInt) of the next head, which must be of `kind` and of the shortest length.
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
