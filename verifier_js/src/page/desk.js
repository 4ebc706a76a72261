// The desk: where a visitor lays a certificate, a registry file, and what the chain is read from; and gets the answer.
import { assess } from "../assess.js";
import { parseTrustedBlock } from "../header.js";
import { parseRegistryFile } from "../registry_file.js";
import { Unusable, bundleFrom, bytesOf, fileField, showFailure } from "./inputs.js";
import { make, showError, showVerdict } from "./view.js";

const SECONDS = 30;

/**
 * A form and a place for its answer. If `registry` is given, parsed, none is asked for; `isServed` says that somebody
 * served this page; `carried` of what it gives may be set to a bundle's text, to be checked if no other is laid down.
 * Nothing is asked of any network but the nodes that the visitor names.
 */
export function makeDesk(say, { registry = null, isServed }) {
  const file = fileField(say, "file", "file.hint", ".json,.pdf,.cbor,.txt,image/*");
  const pinned = registry === null ? fileField(say, "registry", "registry.hint", ".json") : null;
  const nodes = make("textarea", { rows: "2", spellcheck: "false", id: "nodes", placeholder: "https://…" });
  const trusted = make("input", { type: "text", spellcheck: "false", id: "trusted", autocomplete: "off", placeholder: "0x…" });
  const answer = make("div", { class: "answer", "aria-live": "polite", tabindex: "-1" });
  const button = make("button", { type: "submit" }, say("check"));
  const form = make("form", { class: "desk" },
    file.field,
    pinned && pinned.field,
    make("fieldset", {},
      make("legend", {}, say("chain")),
      make("label", { for: "nodes" }, say("chain.nodes")), nodes, make("p", { class: "hint" }, say("chain.nodes.hint")),
      make("label", { for: "trusted" }, say("chain.trusted")), trusted, make("p", { class: "hint" }, say("chain.trusted.hint"))),
    button);
  const desk = { form, answer, file, pinned, nodes, trusted, carried: null, result: null };

  desk.show = (speak = say) => {
    if (desk.result) answer.replaceChildren(showVerdict(speak, desk.result, isServed));
  };
  desk.check = async () => {
    const given = file.take() ?? desk.carried;
    desk.result = null;
    if (given === null) return answer.replaceChildren(showError(say, "error.nothing"));
    button.disabled = true;
    answer.replaceChildren(make("p", {}, say("checking")));
    try {
      desk.result = await assess({
        bundle: await bundleFrom(given),
        registry: registry ?? (await registryFrom(pinned.take())),
        urls: nodes.value.split(/\s+/).filter((line) => line),
        trusted: trustedFrom(trusted.value.trim()),
        fetchLike,
        now: Math.floor(Date.now() / 1000),
      });
      desk.show();
    } catch (error) {
      showFailure(say, answer, error);
    } finally {
      button.disabled = false;
    }
    return answer.scrollIntoView({ block: "start" });
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    desk.check();
  });
  return desk;
}

async function registryFrom(given) {
  if (given === null) return null;
  try {
    return parseRegistryFile(typeof given === "string" ? given : await bytesOf(given));
  } catch (error) {
    throw new Unusable("error.registry", error);
  }
}

function trustedFrom(text) {
  if (!text) return [];
  try {
    return [parseTrustedBlock(text)];
  } catch (error) {
    throw new Unusable("error.trusted", error);
  }
}

function fetchLike(url, options) {
  const signal = AbortSignal.timeout(SECONDS * 1000);
  return fetch(url, { ...options, signal, credentials: "omit", referrerPolicy: "no-referrer", redirect: "error" });
}
