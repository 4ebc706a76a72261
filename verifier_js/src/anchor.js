// The anchor: 32 bytes on chain that bind a tranche to chain, contract, lot and position.
import { concat, fromHex, hex0x, unsigned, utf8 } from "./bytes.js";
import { MAX_U256 } from "./certificate.js";
import { requireInteger } from "./members.js";
import { sha256 } from "./sha256.js";

const MAX_U64 = (1n << 64n) - 1n;

/** The twin of `CreditRegistry.anchor`. Integers are numbers or BigInt; `contract` and `root` are `0x` texts. */
export function anchorHash({ chainId, contract, lot, tranche, start, total, leafCount, root }) {
  const integer = (value, name, most, width) => unsigned(requireInteger(BigInt(value), name, 0n, most), width);
  return hex0x(sha256(concat(
    [2],
    sha256(utf8("tranche/1")),
    integer(chainId, "chain id", MAX_U256, 32),
    fromHex(contract),
    integer(lot, "lot", MAX_U256, 32),
    integer(tranche, "tranche", 0xffffffffn, 4),
    integer(start, "start", MAX_U64, 8),
    integer(total, "total", MAX_U64, 8),
    integer(leafCount, "leaf count", MAX_U64, 8),
    fromHex(root),
  )));
}
