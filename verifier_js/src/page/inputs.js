// What people bring: a file, a pasted text, a photo of a QR code. Read here, on this machine.
import { fromUtf8 } from "../bytes.js";
import { parseBundle } from "../bundle.js";
import { isCompact, isCompactText, parseCompact, parseCompactText } from "../compact.js";
import { OffsetproofError } from "../errors.js";
import { attachedBundle, isPdf } from "./pdf.js";
import { make, showError } from "./view.js";

const MOST_BYTES = 32 * 1_048_576;

/** What was brought cannot be used; `key` names the text that says so, `cause` is the error that tells the detail. */
export class Unusable extends Error {
  constructor(key, cause = null) {
    super(key);
    this.key = key;
    this.cause = cause;
  }
}

/** The bundle in a chosen file or a text: JSON, the compact form, or what a QR code holds. */
export async function bundleFrom(given) {
  try {
    if (typeof given === "string") return isCompactText(given) ? parseCompactText(given) : parseBundle(given.trim());
    if (/^image\//.test(given.type)) return parseCompactText(await qrText(given));
    const bytes = await bytesOf(given);
    if (isCompact(bytes)) return parseCompact(bytes);
    if (isPdf(bytes)) return parseBundle(await attached(bytes));
    const text = fromUtf8(bytes.subarray(0, 100)) ?? "";
    return text.includes("#bundle=") ? parseCompactText(fromUtf8(bytes) ?? "") : parseBundle(bytes);
  } catch (error) {
    throw error instanceof Unusable ? error : new Unusable("error.file", error);
  }
}

/** The bytes of a file, or null if none was chosen. */
export async function bytesOf(file) {
  if (!file) return null;
  return new Uint8Array(await file.slice(0, MOST_BYTES).arrayBuffer());
}

/** A field to choose or drop a file, or to paste a text, named `name`. `take()` gives the File, the text, or null. */
export function fileField(say, name, hint, accept) {
  const input = make("input", { type: "file", accept, class: "visually-hidden", "data-file": name, "aria-label": say(name) });
  const chosen = make("span", { class: "hint chosen" });
  const area = make("textarea", { rows: "2", spellcheck: "false", placeholder: say("file.paste"), "data-paste": name, "aria-label": say(name) });
  const button = make("label", { class: "button quiet" }, say("file.choose"), input);
  const field = make("fieldset", { class: "lay" },
    make("legend", {}, say(name)), make("p", { class: "hint" }, say(hint)), make("p", {}, button, " ", chosen), area);
  const tell = () => { chosen.textContent = input.files[0]?.name ?? ""; };
  field.addEventListener("dragover", (event) => {
    event.preventDefault();
    field.classList.add("over");
  });
  field.addEventListener("dragleave", () => field.classList.remove("over"));
  field.addEventListener("drop", (event) => {
    event.preventDefault();
    field.classList.remove("over");
    if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
    area.value = "";
    tell();
  });
  input.addEventListener("change", () => {
    area.value = "";
    tell();
  });
  area.addEventListener("input", () => {
    input.value = "";
    tell();
  });
  return { field, input, area, tell, take: () => input.files[0] ?? (area.value.trim() || null) };
}

/** Show what went wrong in `place`. What nobody foresaw is the page's fault, never the certificate's, and thrown on. */
export function showFailure(say, place, error) {
  if (error instanceof Unusable) return place.replaceChildren(showError(say, error.key, error.cause));
  const isKnown = error instanceof OffsetproofError;
  place.replaceChildren(showError(say, isKnown ? "error.node" : "error.fault", error));
  if (!isKnown) throw error;
  return undefined;
}

async function attached(bytes) {
  try {
    return await attachedBundle(bytes);
  } catch (error) {
    throw new Unusable("error.pdf", error);
  }
}

async function qrText(picture) {
  if (!("BarcodeDetector" in globalThis)) throw new Unusable("error.picture");
  const found = await new BarcodeDetector({ formats: ["qr_code"] }).detect(await createImageBitmap(picture));
  const code = found.map(({ rawValue }) => rawValue).find(isCompactText);
  if (code === undefined) throw new Unusable("error.picture");
  return code;
}
