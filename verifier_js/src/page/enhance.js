// On a served page: every element with `data-verify` gets a check by the visitor's own machine beside the server's.
//
// <section data-verify>                                         lang from the page
//   <script type="application/json" data-registry>{…}</script>  the registry file that this server speaks for
//   <script type="application/json" data-bundle>{…}</script>    the certificate shown, if there is one
//   <data data-said value="retired"></data>                     the server's verdict on it, to compare
// </section>
import { parseRegistryFile } from "../index.js";
import { makeDesk } from "./desk.js";
import { speaker } from "./texts.js";
import { make } from "./view.js";

/** Turn one element into a desk, and check what it carries. Gives a promise of nothing. */
export async function enhance(element) {
  const say = speaker(document.documentElement.lang.slice(0, 2));
  const carried = (name) => element.querySelector(`script[data-${name}]`)?.textContent ?? null;
  const pinned = carried("registry");
  const desk = makeDesk(say, { registry: pinned === null ? null : parseRegistryFile(pinned), isServed: true });
  const compared = make("p", { class: "soft" });
  const bundle = location.hash.startsWith("#bundle=") ? location.hash : carried("bundle");
  const said = element.querySelector("[data-said]")?.getAttribute("value") ?? null;
  document.head.append(make("link", { rel: "stylesheet", href: new URL("verify.css", import.meta.url).href }));
  element.append(...[
    make("h2", {}, say(bundle === null ? "title" : "beside")),
    bundle === null ? make("p", { class: "soft" }, say("served")) : null,
    compared,
    desk.answer,
    make("details", bundle === null ? { open: true } : {}, make("summary", {}, say("more")), desk.form),
  ].filter((part) => part !== null));
  if (bundle === null) return;
  desk.carried = bundle;
  await desk.check();
  const found = desk.result?.verdict.verdict;
  if (said !== null && found !== undefined) compared.textContent = say(found === said ? "agrees" : "differs");
}

if (typeof document !== "undefined") for (const element of document.querySelectorAll("[data-verify]")) enhance(element);
