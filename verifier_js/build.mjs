// Builds what is served and handed out, from src/ alone and without a bundler: modules in the order in which they need
// each other, imports and exports taken away, comments and indentation too. `node verifier_js/build.mjs [FOLDER]`
// writes into verifier_api/static, or into FOLDER.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const SOURCE = join(HERE, "src");
const LICENCE = "// Offsetproof verifier. Apache-2.0. Built from verifier_js/ by build.mjs; read it there.\n";

/** The files that `entry` needs, itself last, each after what it needs. Raises on a cycle. */
function inOrder(entry, found = [], way = []) {
  if (found.includes(entry)) return found;
  if (way.includes(entry)) throw new Error(`modules need each other: ${[...way, entry].join(" → ")}`);
  const needs = [...read(entry).matchAll(/^(?:import|export)\s[^;]*?from "(\.[^"]+)";/gm)];
  for (const [, name] of needs) inOrder(normalize(join(dirname(entry), name)), found, [...way, entry]);
  found.push(entry);
  return found;
}

function read(name) {
  return readFileSync(join(SOURCE, name), "utf8");
}

/** One script in which every module is a function's scope that gives what the module exports: `const m3 = (() => …)()`. */
function joined(entry) {
  const order = inOrder(entry);
  const place = (from, name) => `m${order.indexOf(normalize(join(dirname(from), name)))}`;
  const modules = order.map((name, number) => {
    const exported = [];
    const text = squeeze(read(name)
      .replace(/^(import|export) \{([^}]*)\} from "(\.[^"]+)";\n/gm, (_, kind, names, from) => {
        const list = names.split(",").map((one) => one.trim()).filter((one) => one);
        if (kind === "export") exported.push(...list);
        return `const { ${list.join(", ")} } = ${place(name, from)};\n`;
      })
      .replace(/^export (?=(?:const|class|function|async function) (\w+))/gm, "")
      .trimEnd());
    exported.push(...[...read(name).matchAll(/^export (?:const|class|function|async function) (\w+)/gm)].map(([, one]) => one));
    if (/^(?:import|export)\b/m.test(text)) throw new Error(`an import or export of another form in ${name}`);
    const given = exported.length ? `return { ${exported.join(", ")} };\n` : "";
    return `const m${number} = (() => {\n${text}\n${given}})();\n`;
  });
  return { text: modules.join(""), place: (name) => `m${order.indexOf(name)}` };
}

// Whole-line comments, block comments that start a line, indentation and empty lines. Nothing inside a line is touched.
function squeeze(text) {
  return text
    .replace(/^\s*\/\*\*?[\s\S]*?\*\/\n/gm, "")
    .replace(/^\s*\/\/.*\n/gm, "")
    .replace(/^[ \t]+/gm, "")
    .replace(/\n{2,}/g, "\n");
}

/** The names that the module offers, as src/index.js lists them. */
function offered() {
  return [...read("index.js").matchAll(/^export \{([^}]*)\}/gm)].flatMap(([, names]) => names.split(",").map((n) => n.trim()));
}

const hashOf = (text, form) => createHash("sha256").update(text).digest(form);

/** The one page, complete in itself: its policy names its script and style by hash, and lets nothing else run. */
function page() {
  const style = squeeze(read("page/offline.css"));
  const script = `"use strict";\n${joined("page/offline.js").text}`;
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${hashOf(script, "base64")}'`,
    `style-src 'sha256-${hashOf(style, "base64")}'`,
    "connect-src https: http:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const fill = { POLICY: policy, STYLE: style, SCRIPT: script };
  return read("page/offline.html").replace(/\{\{(POLICY|STYLE|SCRIPT)\}\}/g, (_, name) => fill[name]);
}

/** Every file that is built, by its name under the folder of static files. */
export function build() {
  const names = offered().join(", ");
  const module = joined("index.js");
  const served = joined("page/enhance.js");
  const offline = {
    "verify.html": page(),
    "verifier.js": `${LICENCE}"use strict";\n${module.text}module.exports = ${module.place("index.js")};\n`,
  };
  const sums = Object.entries(offline).map(([name, text]) => `${hashOf(text, "hex")}  ${name}\n`).join("");
  return {
    "verify.js": `${LICENCE}${served.text}export const { ${names} } = ${served.place("index.js")};\n`,
    "verify.css": squeeze(read("page/desk.css")),
    "offline/verify.html": offline["verify.html"],
    "offline/verifier.js": offline["verifier.js"],
    "offline/SHA256SUMS": sums,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2] ?? join(HERE, "..", "verifier_api", "static");
  for (const [name, text] of Object.entries(build())) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
    console.log(`${name}: ${Buffer.byteLength(text)} bytes`);
  }
}
