// Whether a domain says, in its own DID document, that an account is its own (docs/spec/identity.md). Changes no verdict.
import { InvalidInput } from "./errors.js";
import { parseStrict } from "./strict_json.js";

const MAX_DOCUMENT = 65_536;
const CAIP10 = /^eip155:(0|[1-9][0-9]{0,31}):(0x[0-9a-fA-F]{40})$/;

/**
 * What a DID document (text or bytes, as fetched from `url` of parseDidWeb) says of `account` (`0x` and lower-case hex)
 * on chain `chainId` (BigInt): `{matches, code, reason}`. A document that cannot be read does not match.
 */
export function identityMatches(document, { did, host }, chainId, account) {
  let value;
  try {
    value = parseStrict(document, { maxBytes: MAX_DOCUMENT, what: "DID document" });
  } catch (error) {
    if (error instanceof InvalidInput) return told(false, "malformed", error.message);
    throw error;
  }
  if (!isObject(value)) return told(false, "malformed", "the DID document is no JSON object");
  if (value.id !== did) return told(false, "other-did", `the document is not about ${did}`);
  const methods = Array.isArray(value.verificationMethod) ? value.verificationMethod : [];
  const accounts = methods.map((method) => accountOf(method, did)).filter((found) => found !== null);
  const named = accounts.filter((found) => found.account === account);
  if (named.some((found) => found.chainId === chainId)) {
    return told(true, "listed", `${host} lists ${account} on chain ${chainId}`);
  }
  if (named.length) return told(false, "other-chain", `${host} lists ${account} on another chain only`);
  if (accounts.length) return told(false, "other-account", `${host} lists other accounts, not ${account}`);
  return told(false, "no-account", `${host} lists no account of a chain`);
}

// Chain and account of a verification method of `did`; null for any other entry of the list.
function accountOf(method, did) {
  if (!isObject(method) || method.controller !== did) return null;
  const { id, type, blockchainAccountId } = method;
  if (typeof id !== "string" || typeof type !== "string" || !type || typeof blockchainAccountId !== "string") return null;
  if (!/^#[^]/.test(id.startsWith(did) ? id.slice(did.length) : id)) return null;
  const found = CAIP10.exec(blockchainAccountId);
  return found && { chainId: BigInt(found[1]), account: found[2].toLowerCase() };
}

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const told = (matches, code, reason) => ({ matches, code, reason });
