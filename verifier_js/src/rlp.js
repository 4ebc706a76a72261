// RLP, Ethereum's encoding of nested byte strings, read strictly: one value, one spelling; all else is refused.
// An item is a Uint8Array or a list of items. Source: Ethereum Yellow Paper, appendix B.
import { concat, toBigInt } from "./bytes.js";
import { InvalidInput } from "./errors.js";

const MAX_RLP = 4_096;
const MAX_NESTING = 8;

/** The one item that `data` (Uint8Array) spells; raises InvalidInput for any other spelling. */
export function decodeRlp(data, { maxBytes = MAX_RLP, what = "RLP" } = {}) {
  if (data.length > maxBytes) {
    throw new InvalidInput("too large", { expected: `at most ${maxBytes} bytes`, found: String(data.length), place: what });
  }
  if (!data.length) refuse("it ends too early", 0, what);
  const [item, end] = readItem(data, 0, data.length, 0, what);
  if (end !== data.length) refuse("something follows the item", end, what);
  return item;
}

/** The one spelling of an item. */
export function encodeRlp(item) {
  if (!Array.isArray(item)) {
    return item.length === 1 && item[0] < 0x80 ? item : concat(prefix(0x80, item.length), item);
  }
  const payload = concat(...item.map(encodeRlp));
  return concat(prefix(0xc0, payload.length), payload);
}

/** The integer (BigInt) of a byte string of at most `mostBytes` without a leading zero. */
export function decodeInteger(item, mostBytes, what) {
  if (Array.isArray(item) || item.length > mostBytes || item[0] === 0) {
    throw new InvalidInput("not an RLP integer", {
      expected: `at most ${mostBytes} bytes without leading zero`, found: told(item), place: what,
    });
  }
  return toBigInt(item);
}

/** A byte string of exactly `size` bytes. */
export function decodeFixed(item, size, what) {
  if (Array.isArray(item) || item.length !== size) {
    throw new InvalidInput("wrong bytes", { expected: `${size} bytes`, found: told(item), place: what });
  }
  return item;
}

// The item at `at` and where it ends; it must end at or before `end`.
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

// Where the payload starts and ends; `size` is the prefix above its base: a length, or 55 + bytes of the length.
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
