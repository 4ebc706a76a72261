// The one page that works from a disk: it speaks both languages and keeps what was laid down when they are exchanged.
import { makeDesk } from "./desk.js";
import { LANGUAGES, speaker } from "./texts.js";
import { make } from "./view.js";

const isServed = location.protocol !== "file:";
const wanted = new URLSearchParams(location.search).get("lang") ?? navigator.language.slice(0, 2);
let desk = null;

function render(language) {
  const say = speaker(language);
  document.documentElement.lang = say.tag;
  document.title = `Offsetproof · ${say("title")}`;
  const before = desk;
  desk = makeDesk(say, { isServed });
  if (before !== null) {
    for (const name of ["nodes", "trusted"]) desk[name].value = before[name].value;
    for (const name of ["file", "pinned"]) {
      desk[name].area.value = before[name].area.value;
      if (before[name].input.files.length) desk[name].input.files = before[name].input.files;
      desk[name].tell();
    }
    desk.result = before.result;
    desk.show();
  }
  const other = LANGUAGES.find((one) => one !== language);
  const toggle = make("button", { type: "button", class: "quiet", lang: other }, say("language"));
  toggle.addEventListener("click", () => render(other));
  document.body.replaceChildren(
    make("header", {}, make("strong", {}, "Offsetproof"), toggle),
    make("main", {},
      make("h1", {}, say("title")),
      make("p", { class: "lead" }, say("lead")),
      make("p", { class: "soft" }, say(isServed ? "served" : "saved")),
      desk.form,
      desk.answer),
  );
}

render(LANGUAGES.includes(wanted) ? wanted : "en");
if (location.hash.startsWith("#bundle=")) {
  desk.file.area.value = location.hash;
  desk.check();
}
