/** What becomes of cards that have to wait, and of events that come early or late. */

import { el, field, uniqueId } from "./dom.js";

const STALE = [
  ["keep", "Send it as any other"],
  ["mark", "Send it, marked as late"],
  ["drop", "Do not send it"],
];

/**
 * @param {object} options `{digest, expiry, hold, stale, onChange}`: what is chosen at first, `expiry` in minutes or null for
 *   never, `hold` in seconds; onChange() answers the user
 * @returns `value()`: `{digest, expiry, hold, stale}` as the bridge takes them, 0 for never; `fieldOf(name)`: what has
 *   `fault(sentence)`; `of(source)`: whose events they are
 */
export function waitingSection({ digest, expiry, hold, stale, onChange }) {
  const merging = option("Merge cards when too many wait", digest, "One digest card then lists many, with a link to each.");
  const dropping = amount({
    label: "Drop cards that are late",
    hint: "Otherwise every card is sent, however late.",
    number: "Minutes until a card is dropped",
    unit: "minutes",
    longest: 43_200,
    means: "30 days",
    given: expiry || null,
    offered: 60,
    onChange,
  });
  const holding = amount({
    label: "Wait a moment when something is opened",
    hint: "So that filters see the labels that are added right after.",
    number: "Seconds to wait",
    unit: "seconds",
    longest: 300,
    means: "5 minutes",
    given: hold || null,
    offered: 10,
    onChange,
  });
  const older = field("When an event is older than what was shown of the same thing", el("select", { onchange: onChange }, STALE.map(([value, label]) => el("option", { value }, label))));
  older.control.value = stale;
  merging.box.addEventListener("input", onChange);
  const fields = { expiry: dropping, hold: holding, stale: older };

  const about = el("p", { class: "about", id: uniqueId("about") }, "A channel takes only so many cards at a time, and sometimes none. Events come in another order now and then.");
  return {
    element: el(
      "fieldset",
      { class: "section", id: "waiting", "aria-describedby": about.id },
      el("legend", {}, el("h2", {}, "When cards have to wait")),
      about,
      merging.element,
      dropping.element,
      holding.element,
      older.element,
    ),
    /** Only where the source says what opens something can that be waited for. */
    of(source) {
      holding.element.hidden = !source.opens;
    },
    fieldOf: (name) => fields[name],
    value: () => ({
      digest: merging.box.checked,
      expiry: dropping.value(),
      hold: holding.element.hidden ? 0 : holding.value(),
      stale: older.control.value,
    }),
    problem: () => dropping.problem() ?? (holding.element.hidden ? null : holding.problem()),
  };
}

/** A checkbox that opens a field for a whole number from 1 to `longest`; `value()` is 0 where it is not checked. */
function amount({ label, hint, number, unit, longest, means, given, offered, onChange }) {
  const { box, element } = option(label, given !== null, hint);
  const input = el("input", { type: "text", inputmode: "numeric", autocomplete: "off", value: given ?? offered });
  const typed = field(number, input, { hint: `At most ${longest}, which is ${means}.` });
  element.append(typed.element);

  function wrong() {
    if (!box.checked) return null;
    const text = input.value.trim();
    if (text === "") return `Say how many ${unit}, or switch this off.`;
    const fits = /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= longest;
    return fits ? null : `Give whole ${unit} from 1 to ${longest}.`;
  }

  function show() {
    typed.element.hidden = !box.checked;
    typed.fault(wrong());
  }

  for (const control of [box, input]) {
    control.addEventListener("input", () => {
      show();
      onChange();
    });
  }
  show();
  return {
    element,
    fault: typed.fault,
    value: () => (box.checked ? Number(input.value) : 0),
    problem: () => (wrong() ? `a number of ${unit}` : null),
  };
}

/** A checkbox with a sentence that says what it does. */
function option(label, checked, hint) {
  const hintElement = el("p", { class: "hint", id: uniqueId("hint") }, hint);
  const box = el("input", { type: "checkbox", checked, "aria-describedby": hintElement.id });
  return { box, element: el("div", { class: "option" }, el("label", { class: "check" }, box, el("span", {}, label)), hintElement) };
}
