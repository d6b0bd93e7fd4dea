/** Several short texts in one field: Enter or a comma ends one, Backspace takes the last one back. */

import { announce, el, field, uniqueId, unpressed } from "./dom.js";
import { t } from "./texts.js";

/**
 * @param {object} options `{label, hint, values, suggestions, onChange}`: onChange(values) answers the user
 * @returns `{element, control, fault, values(), suggest(values), clear(), focus()}`
 */
export function chips({ label, hint = null, values = [], suggestions = [], onChange }) {
  const held = [...values];
  const listId = uniqueId("suggestions");
  const input = el("input", { type: "text", class: "chip-input", list: listId, autocomplete: "off", spellcheck: "false", maxlength: "1000" });
  const list = el("datalist", { id: listId });
  const shown = el("span", { class: "chip-list" });
  const box = el("div", { class: "chips", onclick: (event) => event.target === box && input.focus() }, shown, input);
  const parts = field(label, input, { hint });
  input.replaceWith(box);
  box.append(input);
  parts.element.append(list);

  const pending = () => split(input.value);
  const current = () => [...new Set([...held, ...pending()])];

  function show() {
    shown.replaceChildren(
      ...held.map((value, index) =>
        el(
          "span",
          { class: "chip" },
          el("span", { class: "chip-text" }, value),
          el("button", { type: "button", "aria-label": t("Remove {value}", { value }), onclick: () => take(index) }, "×"),
        ),
      ),
    );
  }

  function take(index) {
    const [gone] = held.splice(index, 1);
    show();
    input.focus();
    announce(t("{value} removed.", { value: gone }));
    onChange(current());
  }

  function keep() {
    const added = pending();
    if (added.length === 0 && input.value === "") return;
    held.splice(0, held.length, ...current());
    input.value = "";
    show();
    onChange(current());
  }

  input.addEventListener("input", (event) => {
    // A suggestion that was picked comes whole; a comma ends a value that is typed.
    const picked = event.inputType === "insertReplacementText" || event.inputType === undefined;
    if (picked || input.value.endsWith(",")) keep();
    else onChange(current());
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      keep();
    } else if (event.key === "Backspace" && input.value === "" && held.length) {
      take(held.length - 1);
    }
  });
  input.addEventListener("blur", () => unpressed(keep));

  const suggest = (offered) => list.replaceChildren(...[...new Set(offered)].map((value) => el("option", { value })));
  suggest(suggestions);
  show();
  const clear = () => {
    held.length = 0;
    input.value = "";
    show();
  };
  return { ...parts, values: current, suggest, clear, focus: () => input.focus() };
}

function split(text) {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);
}
