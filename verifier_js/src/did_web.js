// did:web identifiers, in their one spelling (docs/spec/identity.md): a domain's name for itself, and its document's address.
import { InvalidInput, shorten } from "./errors.js";
import { countPoints } from "./strict_json.js";

const PREFIX = "did:web:";
const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const HOST = new RegExp(`^(?:${LABEL}\\.)+${LABEL}$`);

/** `{did, host, url}` of an identifier; raises InvalidInput for any other text. */
export function parseDidWeb(text, place = "did") {
  if (typeof text !== "string" || !text.startsWith(PREFIX) || countPoints(text) > 256) {
    wrong("did:web: and a domain, at most 256 characters", text, place);
  }
  const [first, ...segments] = text.slice(PREFIX.length).split(":");
  const at = first.indexOf("%3A");
  const host = at < 0 ? first : first.slice(0, at);
  if (host.length > 253 || !HOST.test(host) || /\.[0-9]+$/.test(host)) {
    wrong("a lower-case domain name of at least two labels, no address", host, place);
  }
  const port = at < 0 ? "" : first.slice(at + 3);
  if (at >= 0 && (!/^[1-9][0-9]{0,4}$/.test(port) || Number(port) > 65_535 || port === "443")) {
    wrong("a port from 1 to 65535 other than 443", port, place);
  }
  for (const segment of segments) {
    if (!/^[A-Za-z0-9._-]+$/.test(segment) || segment === "." || segment === "..") {
      wrong("path segments of A-Z a-z 0-9 . _ -", segment, place);
    }
  }
  const path = (segments.length ? segments : [".well-known"]).join("/");
  return { did: text, host, url: `https://${host}${port && `:${port}`}/${path}/did.json` };
}

function wrong(expected, found, place) {
  throw new InvalidInput("not a did:web identifier", { expected, found: shorten(found), hint: "did:web:example.com", place });
}
