// What the module offers. Free of the DOM, of WebCrypto and of the network: a caller passes in what it has.
export { keccak256 } from "./keccak.js";
export { sha256 } from "./sha256.js";
export { fromHex, hex0x, fromUtf8, utf8 } from "./bytes.js";
export { Contradiction, InvalidInput, OffsetproofError, Unavailable } from "./errors.js";
export { canonicalText, parseStrict, requireCanonical } from "./strict_json.js";
export { parseNumber, shortNumber } from "./number.js";
export { parseBundle } from "./bundle.js";
export { nameOf, parseRegistryFile } from "./registry_file.js";
export { anchorHash } from "./anchor.js";
export { foldPath, innerHash, leafHash } from "./sumtree.js";
export { eventDigest, foldEvent, historyGenesis } from "./history.js";
export { readFacts } from "./slots.js";
export { readFactsByRpc } from "./witness.js";
export { CHECK_NAMES, EXIT_CODES, decide, verdictValue } from "./verdict.js";
export { DEFAULT_MAX_AGE, judge, verify } from "./verify.js";
