// SHA-256 and Keccak-256 of our own, against the standards' examples and Node's own implementation.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { fromUtf8, hex0x, keccak256, sha256, utf8 } from "../../../verifier_js/src/index.js";

test("SHA-256 gives the examples of FIPS 180-4", () => {
  const examples = {
    "": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    abc: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq: "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  };
  for (const [text, digest] of Object.entries(examples)) assert.equal(hex0x(sha256(utf8(text))), `0x${digest}`);
  assert.equal(hex0x(sha256(new Uint8Array(1_000_000).fill(97))), "0xcdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
});

test("SHA-256 equals Node's for every length around its blocks", () => {
  for (let size = 0; size < 300; size++) {
    const message = Uint8Array.from({ length: size }, (_, i) => (i * 37 + size) & 255);
    assert.equal(hex0x(sha256(message)), `0x${createHash("sha256").update(message).digest("hex")}`);
  }
});

test("Keccak-256 gives the known digests, and is not SHA3-256", () => {
  assert.equal(hex0x(keccak256(utf8(""))), "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
  assert.equal(hex0x(keccak256(utf8("abc"))), "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
  assert.equal(hex0x(keccak256(Uint8Array.of(0x80))), "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");
});

test("UTF-8 is written and read as TextEncoder and TextDecoder do, and refused where they refuse", () => {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  for (const text of ["", "a\u007f\u0080\u07ff\u0800\uffff", "张三 😀", "\ufeffx", "\0"]) {
    assert.deepEqual(utf8(text), new TextEncoder().encode(text));
    assert.equal(fromUtf8(utf8(text)), text);
  }
  assert.equal(utf8("\ud83d"), null);
  assert.equal(utf8("\ude00\ud83d"), null);
  for (let first = 0; first < 256; first++) {
    for (const rest of [[], [0x80], [0xbf, 0xbf], [0x80, 0x80, 0x80], [0x9f, 0xbf, 0xbf], [0xa0, 0x80], [0x8f, 0xbf, 0xbf], [0x41]]) {
      const bytes = Uint8Array.from([first, ...rest]);
      let expected = null;
      try {
        expected = decoder.decode(bytes);
      } catch {
        // not UTF-8
      }
      assert.equal(fromUtf8(bytes), expected, hex0x(bytes));
    }
  }
});
