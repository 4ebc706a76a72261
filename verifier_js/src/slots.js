// Where the contracts keep what checks 4 to 9 need, and how to read it: the storage layout of docs/spec/storage.md.
// One node, several that agree, or storage proofs under a trusted header answer through the same reader.
import { isRead } from "./chain_checks.js";
import { concat, fromHex, hex0x, toBigInt, unsigned } from "./bytes.js";
import { Contradiction, Unavailable } from "./errors.js";
import { keccak256 } from "./keccak.js";
import { lotBatch } from "./position.js";
import { NotProven } from "./trie.js";

const HISTORY = 0n;
const [MARKS, ANCHORS, BATCHES, SEGMENTS, SERIES, CONFIRMED_BY] = [6n, 7n, 8n, 9n, 10n, 11n];
const [PROJECTS, REPORTS, SOURCE_IDS, PROGRAMMES] = [5n, 6n, 7n, 8n];
const MOST_SEGMENTS = 64n;
const MOST_TEXT = 64n;
const LOT_SEED = "0x7d882553";
const TROUBLES = ["none", "suspended", "invalidated"];
const PROJECT_STATUSES = ["none", "proposed", "validated", "registered", "recorded", "deregistered"];
const REPORT_STATUSES = ["none", "filed", "verified", "rejected", "recorded"];

/** Slot (BigInt) of `mapping[key]` for a mapping with integer keys at `slot`. */
export const memberSlot = (key, slot) => toBigInt(keccak256(concat(unsigned(key, 32), unsigned(slot, 32))));

/** First slot of the elements of a dynamic array, or of a long string, whose length stands at `slot`. */
export const elementSlot = (slot) => toBigInt(keccak256(unsigned(slot, 32)));

/** Slot of a lot's owner and tape: the ERC-721 ownership slot. */
export function lotSlot(lot) {
  const base = keccak256(concat(unsigned(lotBatch(lot), 28), fromHex(LOT_SEED)));
  return (toBigInt(base) + 2n * lot) % (1n << 256n);
}

export const anchorSlot = (lot, tranche) => memberSlot(BigInt(tranche), memberSlot(lot, ANCHORS));

/**
 * What checks 4 to 9 need for one tranche of one lot (BigInt); what could not be read is `{unread: reason}`.
 *
 * `reader` has `seen` ({level, block, final, sources}) and `read(contract, slots)`, which gives, or promises, the
 * 256-bit words (BigInt) at these slots of a contract, all at the block of `seen`; it throws Unavailable, or
 * Contradiction if its sources disagree; after NotProven it is asked for each fact by itself. The two addresses are
 * the pinned ones; nothing else says where to look.
 */
export async function readFacts(projectRegistry, creditRegistry, lot, tranche, reader) {
  const batchId = lotBatch(lot);
  const batchAt = memberSlot(batchId, BATCHES);
  const segmentsAt = memberSlot(batchId, SEGMENTS);
  // One question for all, since a question may be a round trip; the facts fail one by one.
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

/** Facts of which none was read. */
export function unreadFacts(reason, retryable = true) {
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

// A Solidity string: up to 31 bytes in place, longer ones from `elementSlot(slot)` on.
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

// The words of several groups of slots; a group of which one is not proven is unread, the others are not.
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

// What becomes `{unread}`, so that one missing word spoils only what needs it.
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
