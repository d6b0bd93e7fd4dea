/** What becomes of cards that have to wait, and of events that come early or late. */

import { el, field, uniqueId } from "./dom.js";
import { t } from "./texts.js";

const MINUTES = 43_200;
const SECONDS = 300;

const STALE = [
  ["keep", t("Send it as any other")],
  ["mark", t("Send it, marked as late")],
  ["drop", t("Do not send it")],
];

/** A number as it is typed in: with nothing between its digits. */
const typed = (number) => String(number);

/**
 * @param {object} options `{digest, expiry, hold, stale, onChange}`: what is chosen at first, `expiry` in minutes or null for
 *   never, `hold` in seconds; onChange() answers the user
 * @returns `value()`: `{digest, expiry, hold, stale}` as the bridge takes them, 0 for never; `fieldOf(name)`: what has
 *   `fault(sentence)`; `of(source)`: whose events they are
 */
export function waitingSection({ digest, expiry, hold, stale, onChange }) {
  const merging = option(t("Merge cards when too many wait"), digest, t("One digest card then lists many, with a link to each."));
  const dropping = amount({
    label: t("Drop cards that are late"),
    hint: t("Otherwise every card is sent, however late."),
    number: t("Minutes until a card is dropped"),
    longest: MINUTES,
    most: t("At most {longest}, which is 30 days.", { longest: typed(MINUTES) }),
    missing: t("Say how many minutes, or switch this off."),
    wrong: t("Give whole minutes from 1 to {longest}.", { longest: typed(MINUTES) }),
    // TRANSLATORS: In a list after “Still needed: ”.
    needed: t("a number of minutes"),
    given: expiry || null,
    offered: 60,
    onChange,
  });
  const holding = amount({
    label: t("Wait a moment when something is opened"),
    hint: t("So that filters see the labels that are added right after."),
    number: t("Seconds to wait"),
    longest: SECONDS,
    most: t("At most {longest}, which is 5 minutes.", { longest: typed(SECONDS) }),
    missing: t("Say how many seconds, or switch this off."),
    wrong: t("Give whole seconds from 1 to {longest}.", { longest: typed(SECONDS) }),
    // TRANSLATORS: In a list after “Still needed: ”.
    needed: t("a number of seconds"),
    given: hold || null,
    offered: 10,
    onChange,
  });
  const older = field(t("When an event is older than what was shown of the same thing"), el("select", { onchange: onChange }, STALE.map(([value, label]) => el("option", { value }, label))));
  older.control.value = stale;
  merging.box.addEventListener("input", onChange);
  const fields = { expiry: dropping, hold: holding, stale: older };

  const about = el("p", { class: "about", id: uniqueId("about") }, t("A channel takes only so many cards at a time, and sometimes none. Events come in another order now and then."));
  return {
    element: el(
      "fieldset",
      { class: "section", id: "waiting", "aria-describedby": about.id },
      el("legend", {}, el("h2", {}, t("When cards have to wait"))),
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

/**
 * A checkbox that opens a field for a whole number from 1 to `longest`; `value()` is 0 where it is not checked.
 *
 * Of the number, `most` says how large it may be, `missing` and `wrong` what is wrong, and `needed` what it is.
 */
function amount({ label, hint, number, longest, most, missing, wrong, needed, given, offered, onChange }) {
  const { box, element } = option(label, given !== null, hint);
  const input = el("input", { type: "text", inputmode: "numeric", autocomplete: "off", value: given ?? offered });
  const entry = field(number, input, { hint: most });
  element.append(entry.element);

  function fault() {
    if (!box.checked) return null;
    const text = input.value.trim();
    if (text === "") return missing;
    const fits = /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= longest;
    return fits ? null : wrong;
  }

  function show() {
    entry.element.hidden = !box.checked;
    entry.fault(fault());
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
    fault: entry.fault,
    value: () => (box.checked ? Number(input.value) : 0),
    problem: () => (fault() ? needed : null),
  };
}

/** A checkbox with a sentence that says what it does. */
function option(label, checked, hint) {
  const hintElement = el("p", { class: "hint", id: uniqueId("hint") }, hint);
  const box = el("input", { type: "checkbox", checked, "aria-describedby": hintElement.id });
  return { box, element: el("div", { class: "option" }, el("label", { class: "check" }, box, el("span", {}, label)), hintElement) };
}
