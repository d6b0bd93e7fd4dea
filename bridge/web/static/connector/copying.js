/** A value to be pasted elsewhere, with a button that copies it. */

import { announce, el, uniqueId } from "./dom.js";
import { t } from "./texts.js";

const SHOWN = 2_000;

/** @param {string} label what it is, e.g. "URL" @param {string} value */
export function copyable(label, value) {
  const id = uniqueId("copy");
  const output = el("input", { id, class: "copy-value", readonly: true, value, spellcheck: "false", onfocus: () => output.select() });
  const button = el("button", { type: "button", class: "copy", "aria-label": t("Copy {label}", { label }) }, t("Copy"));
  let timer;
  button.addEventListener("click", async () => {
    const copied = await copy(value, output);
    button.textContent = copied ? t("Copied") : t("Press Ctrl+C");
    announce(copied ? t("{label} copied.", { label }) : t("{label} is selected: press Ctrl+C to copy it.", { label }));
    clearTimeout(timer);
    timer = setTimeout(() => (button.textContent = t("Copy")), SHOWN);
  });
  return el("div", { class: "field" }, el("label", { for: id }, label), el("div", { class: "copy-row" }, output, button));
}

// Teams does not lend its clipboard to every frame; then the old way is tried, and at last the user's own hands.
async function copy(value, output) {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    output.focus();
    output.select();
    return document.execCommand("copy");
  }
}
