// Help that nobody needs: drop a file anywhere on the zone, hear early that it is too large, copy by a button,
// and the check by the visitor's own machine, loaded when it is asked for or the address carries a certificate.
"use strict";
for (const zone of document.querySelectorAll("[data-drop]")) {
  const input = zone.querySelector("input[type=file]");
  const warning = zone.querySelector("[data-large]");
  const look = () => {
    const file = input.files[0];
    const most = Number(file && /\.pdf$/i.test(file.name) ? zone.dataset.dropPdf : zone.dataset.drop);
    warning.hidden = !file || file.size <= most;
    return Boolean(file) && file.size <= most;
  };
  input.addEventListener("change", look);
  zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    if (look()) zone.closest("form").requestSubmit();
  });
  zone.closest("form").addEventListener("submit", (event) => { if (input.files.length && !look()) event.preventDefault(); });
}
for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const said = button.textContent;
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = said; }, 1500);
  });
}
for (const desk of document.querySelectorAll("[data-script]")) {
  const button = desk.querySelector("[data-start]");
  const start = () => {
    button.closest("p").remove();
    import(desk.dataset.script);
  };
  button.hidden = false;
  button.addEventListener("click", start, { once: true });
  if (location.hash.startsWith("#bundle=")) start();
}
