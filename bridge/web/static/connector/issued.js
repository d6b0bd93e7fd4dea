/** The secret that the external system makes for its webhooks: entered here, and never shown. */

import { announce, el, faultOf, uniqueId } from "./dom.js";
import { t } from "./texts.js";

/** @param {object} endpoint with its `secrets` @param {object} source @param {object} api */
export function issuedSecret(endpoint, source, api) {
  const id = uniqueId("issued");
  const named = { source: source.label };
  const input = el("input", { id, type: "password", class: "copy-value", autocomplete: "off", spellcheck: "false", maxlength: "1000" });
  const known = wasEntered(endpoint) ? t("It was entered already. Enter another one if it changed.") : t("{source} shows it once it knows the URL.", named);
  const state = el("p", { class: "hint", id: `${id}-hint` }, known);
  const { element: faultElement, fault } = faultOf(input, [state.id]);
  const button = el("button", { type: "button", class: "copy" }, t("Save secret"));
  const save = async () => {
    fault();
    if (!input.value.trim()) {
      fault(t("Paste the secret that {source} shows.", named));
      input.focus();
      return;
    }
    button.disabled = true;
    try {
      await api.post(`endpoints/${encodeURIComponent(endpoint.id)}/secrets`, { secret: input.value.trim() });
      input.value = "";
      state.textContent = t("Saved. What {source} sends is checked with it from now on.", named);
      announce(state.textContent);
    } catch (error) {
      fault(error.fields?.secret ?? error.message);
      input.focus();
    }
    button.disabled = false;
  };
  button.addEventListener("click", save);
  input.addEventListener("input", () => fault());
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") save();
  });
  const row = el("div", { class: "copy-row" }, input, button);
  return el("div", { class: "field issued" }, el("label", { for: id }, t("Secret from {source}", named)), row, state, faultElement);
}

// An endpoint begins with a secret of the bridge's, which nobody is told.
function wasEntered(endpoint) {
  return endpoint.secrets.length > 1 || endpoint.secrets.some((one) => one.created_at !== endpoint.created_at);
}
