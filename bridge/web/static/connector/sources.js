/** Which kind of system the webhooks come from. */

import { el, faultOf, section } from "./dom.js";
import { t } from "./texts.js";

/** @param {(source: object) => void} onChoose called when the user picks one */
export function sourceSection(sources, chosenName, onChoose) {
  const choices = sources.map((source) => {
    const input = el("input", {
      type: "radio",
      name: "source",
      value: source.name,
      checked: source.name === chosenName,
      onchange: () => {
        fault();
        onChoose(source);
      },
    });
    return el(
      "label",
      { class: "choice" },
      input,
      el("span", { class: "monogram", "aria-hidden": "true" }, source.label.slice(0, 1).toUpperCase()),
      el("span", { class: "choice-label" }, source.label),
    );
  });
  if (choices.length === 0) choices.push(el("p", {}, t("Your invitation covers nothing that is installed here: ask the operator for another one.")));
  const group = el("div", { class: "choices", role: "radiogroup", "aria-labelledby": "source-title" }, choices);
  const { element, fault } = faultOf(group);
  return { element: section("source", t("Source"), t("The system that sends the webhooks."), group, element), fault };
}
