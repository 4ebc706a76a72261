// A PDF file as objects, read once from its first byte to its last, with nothing left over and no repair: two programs
// must not see two files. The rules are those of docs/pdf.md, and of registry/render/pdf_objects.py.
import { InvalidInput, shorten } from "../errors.js";

const MAX_FILE = 5 * 1_048_576;
const MAX_OBJECTS = 5_000;
const MAX_SYNTAX = 65_536;
const MAX_LEVELS = 16;
const ESCAPES = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", "\n": "", "\r": "", "\r\n": "" };

/**
 * `{objects, trailer}` of a PDF given as a text of one character a byte. Values are numbers, strings (bytes), booleans,
 * null (also for numbers with a point), lists, Maps, `{name}`, `{reference}` and `{members, raw}` for a stream.
 */
export function parsePdf(data) {
  if (data.length > MAX_FILE) {
    throw new InvalidInput("too large", { expected: `at most ${MAX_FILE} bytes`, found: String(data.length), place: "PDF" });
  }
  const ends = data.split("%%EOF").length - 1;
  if (ends !== 1) {
    throw new InvalidInput("a certificate's PDF is written once and never updated", {
      expected: "one %%EOF", found: String(ends), place: "PDF",
      hint: "ask for the original file; signing, stamping or saving it again changes it",
    });
  }
  return new PdfParser(data).file();
}

class PdfParser {
  constructor(data) {
    this.data = data;
    this.at = 0;
    this.streamed = 0;
  }

  file() {
    this.match(/%PDF-[12]\.[0-9]\r?\n(?:%[^\r\n]{0,64}\r?\n)?/y, "a PDF header");
    const objects = new Map();
    const places = new Map();
    this.skip();
    for (let found = this.peek(/([0-9]{1,7}) 0 obj\b/y); found; found = this.peek(/([0-9]{1,7}) 0 obj\b/y)) {
      const number = Number(found[1]);
      if (objects.has(number) || objects.size >= MAX_OBJECTS) this.wrong(`each object once, at most ${MAX_OBJECTS}`, `object ${number}`);
      places.set(number, this.at);
      this.at += found[0].length;
      objects.set(number, this.object());
      this.skip();
    }
    const start = this.at;
    this.table(places);
    this.skip();
    this.match(/trailer\b/y, "the trailer");
    const trailer = this.value(0);
    this.skip();
    const end = this.match(/startxref\r?\n([0-9]{1,10})\r?\n%%EOF[\0\t\n\f\r ]*$/y, "startxref and the end of the file");
    if (!(trailer instanceof Map) || Number(end[1]) !== start) this.wrong(`startxref ${start}`, end[1]);
    return { objects, trailer };
  }

  // The cross-reference table; it must name the objects that stand in the file, each where it stands.
  table(places) {
    const size = Number(this.match(/xref\r?\n0 ([0-9]{1,7})\r?\n/y, "an object, or a classic cross-reference table of one section")[1]);
    if (size > MAX_OBJECTS + 1) this.wrong(`at most ${MAX_OBJECTS} objects`, String(size));
    let named = 0;
    for (let number = 0; number < size; number++) {
      const entry = this.match(/([0-9]{10}) ([0-9]{5}) ([nf])(?: \r| \n|\r\n)/y, "an entry of the cross-reference table");
      if (entry[3] !== "n") continue;
      named++;
      if (places.get(number) !== Number(entry[1])) this.wrong("a table of exactly the objects in the file", "another one");
    }
    if (named !== places.size) this.wrong("a table of exactly the objects in the file", "another one");
  }

  object() {
    const value = this.value(0);
    this.skip();
    const found = value instanceof Map ? this.peek(/stream\r?\n/y) : null;
    if (!found) {
      this.match(/endobj\b/y, "endobj");
      return value;
    }
    const length = value.get("Length");
    if (typeof length !== "number" || length < 0 || length > this.data.length) {
      this.wrong("a stream that states its length itself", typeof length);
    }
    const from = this.at + found[0].length;
    this.at = from + length;
    this.streamed += length;
    this.match(/\r?\n?endstream[\t\n\f\r ]+endobj\b/y, "endstream where the length says");
    return { members: value, raw: this.data.slice(from, from + length) };
  }

  value(depth) {
    this.skip();
    if (depth > MAX_LEVELS) this.wrong(`at most ${MAX_LEVELS} levels`, "more");
    if (this.at - this.streamed > MAX_SYNTAX) this.wrong(`at most ${MAX_SYNTAX} bytes outside streams`, "more");
    const first = this.data[this.at];
    if (first === "/") return { name: this.name() };
    if (this.data.startsWith("<<", this.at)) return this.dictionary(depth);
    if (first === "[") return this.array(depth);
    if (first === "(") return this.string();
    if (first === "<") {
      const digits = this.match(/<([0-9A-Fa-f\t\n\f\r ]*)>/y, "hex digits")[1].replace(/\s/g, "");
      return `${digits}${"0".repeat(digits.length % 2)}`.replace(/../g, (pair) => String.fromCharCode(parseInt(pair, 16)));
    }
    const reference = this.peek(/([0-9]{1,7}) 0 R\b/y);
    if (reference) {
      this.at += reference[0].length;
      return { reference: Number(reference[1]) };
    }
    const word = this.peek(/(?:true|false|null)\b/y);
    if (word) {
      this.at += word[0].length;
      return word[0] === "null" ? null : word[0] === "true";
    }
    const number = this.match(/[+-]?(?:[0-9]{1,15}(?:\.[0-9]*)?|\.[0-9]+)(?=[\0\t\n\f\r ()<>[\]{}/%])/y, "a value")[0];
    return number.includes(".") ? null : Number(number);
  }

  dictionary(depth) {
    this.at += 2;
    const members = new Map();
    this.skip();
    while (!this.data.startsWith(">>", this.at)) {
      const key = this.name();
      if (members.has(key)) this.wrong("each key once", shorten(key));
      members.set(key, this.value(depth + 1));
      this.skip();
    }
    this.at += 2;
    return members;
  }

  array(depth) {
    this.at++;
    const entries = [];
    this.skip();
    while (this.data[this.at] !== "]") {
      entries.push(this.value(depth + 1));
      this.skip();
    }
    this.at++;
    return entries;
  }

  name() {
    const raw = this.match(/\/([^\0\t\n\f\r ()<>[\]{}/%]{0,127})/y, "a name")[1];
    return raw.replace(/#([0-9A-Fa-f]{2})/g, (_, code) => String.fromCharCode(parseInt(code, 16)));
  }

  // A literal string with balanced parentheses and escapes.
  string() {
    const start = this.at + 1;
    let depth = 0;
    for (const mark of this.data.slice(this.at, this.at + MAX_SYNTAX).matchAll(/\\[\s\S]|[()]/g)) {
      depth += { "(": 1, ")": -1 }[mark[0]] ?? 0;
      if (depth) continue;
      const end = this.at + mark.index;
      this.at = end + 1;
      return this.data.slice(start, end).replace(/\\([0-7]{1,3}|\r\n|[\s\S])/g, (_, code) =>
        /[0-7]/.test(code[0]) ? String.fromCharCode(parseInt(code, 8) & 255) : (ESCAPES[code] ?? code));
    }
    return this.wrong("the end of a string", "none");
  }

  skip() {
    const ahead = this.data.slice(this.at, this.at + MAX_SYNTAX);
    this.at += /^(?:[\0\t\n\f\r ]|%[^\r\n]*)*/.exec(ahead)[0].length;
  }

  peek(pattern) {
    pattern.lastIndex = this.at;
    return pattern.exec(this.data);
  }

  match(pattern, expected) {
    const found = this.peek(pattern);
    if (!found) this.wrong(expected, shorten(this.data.slice(this.at, this.at + 20)));
    this.at += found[0].length;
    return found;
  }

  wrong(expected, found) {
    throw new InvalidInput("this PDF is not as plain as a certificate's is", {
      expected, found, hint: "ask for the original file, or take the attachment out of this one", place: `PDF byte ${this.at}`,
    });
  }
}
