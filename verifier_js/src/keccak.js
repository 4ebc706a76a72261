// Keccak-256 as Ethereum uses it (the original padding, not SHA3-256's), on pairs of 32-bit words.

const RATE = 136;
const [ROUNDS, TURNS, PLACES] = constants();
const C = new Int32Array(10);
const B = new Int32Array(50);

/** The 32 bytes of keccak256 over `message`. */
export function keccak256(message) {
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

// Written flat, without small arrays: most pages hash a hundred blocks, before any compiler has warmed up.
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
      // A shift by 32 is a shift by 0 here, so half of each word goes in two steps.
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

// Round constants from the LFSR, rotations and places from the walk of FIPS 202, sections 3.2.2, 3.2.3 and 3.2.5.
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
