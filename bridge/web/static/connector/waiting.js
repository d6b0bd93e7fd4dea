/** What becomes of cards that have to wait: whether they may be merged, and whether they are dropped when they are late. */

import { el, field, uniqueId } from "./dom.js";

const LONGEST = 43_200;
const OFFERED = 60;

/**
 * @param {object} options `{digest, expiry, onChange}`: what is chosen at first, `expiry` in minutes or null for never;
 *   onChange() answers the user
 * @returns `value()`: `{digest, expiry}` as the bridge takes them, 0 for never; `fault(sentence)`: about the minutes
 */
export function waitingSection({ digest, expiry, onChange }) {
  const merging = option("Merge cards when too many wait", digest, "One digest card then lists many, with a link to each.");
  const dropping = option("Drop cards that are late", expiry !== null, "Otherwise every card is sent, however late.");
  const minutes = field("Minutes until a card is dropped", el("input", { type: "text", inputmode: "numeric", autocomplete: "off", value: expiry ?? OFFERED }), {
    hint: `At most ${LONGEST}, which is 30 days.`,
  });
  dropping.element.append(minutes.element);

  const wrong = () => (dropping.box.checked ? minutesFault(minutes.control.value.trim()) : null);

  function show() {
    minutes.element.hidden = !dropping.box.checked;
    minutes.fault(wrong());
  }

  for (const control of [merging.box, dropping.box, minutes.control]) {
    control.addEventListener("input", () => {
      show();
      onChange();
    });
  }
  show();

  const about = el("p", { class: "about", id: uniqueId("about") }, "A channel takes only so many cards at a time, and sometimes none.");
  return {
    element: el(
      "fieldset",
      { class: "section", id: "waiting", "aria-describedby": about.id },
      el("legend", {}, el("h2", {}, "When cards have to wait")),
      about,
      merging.element,
      dropping.element,
    ),
    fault: minutes.fault,
    value: () => ({ digest: merging.box.checked, expiry: dropping.box.checked ? Number(minutes.control.value) : 0 }),
    problem: () => (wrong() ? "a number of minutes" : null),
  };
}

function minutesFault(text) {
  if (text === "") return "Say after how many minutes, or switch this off.";
  const fits = /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= LONGEST;
  return fits ? null : `Give whole minutes from 1 to ${LONGEST}.`;
}

/** A checkbox with a sentence that says what it does. */
function option(label, checked, hint) {
  const hintElement = el("p", { class: "hint", id: uniqueId("hint") }, hint);
  const box = el("input", { type: "checkbox", checked, "aria-describedby": hintElement.id });
  return { box, element: el("div", { class: "option" }, el("label", { class: "check" }, box, el("span", {}, label)), hintElement) };
}
