// One error family, as in Python: each message says what was expected, what was found and what to try.

/** Base of all errors of this module. */
export class OffsetproofError extends Error {
  constructor(said, { expected = "", found = "", hint = "", place = "" } = {}) {
    const parts = [said];
    if (expected) parts.push(`expected ${expected}`);
    if (found) parts.push(`found ${found}`);
    if (hint) parts.push(`try: ${hint}`);
    super((place ? `${place}: ` : "") + parts.join("; "));
    this.place = place;
  }
}

/** A file or a value is wrong. Final: the same input fails again. */
export class InvalidInput extends OffsetproofError {}

/** Something did not answer, or this machine cannot do it. Never shown as forgery or as not found. */
export class Unavailable extends OffsetproofError {}

/** Things that must agree do not: another chain, other code, nodes that disagree. Final. */
export class Contradiction extends OffsetproofError {}

const QUOTED = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** What was found, quoted, in ASCII and cut, safe to show in a message: Python's `ascii()` of it. */
export function shorten(found, most = 80) {
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
