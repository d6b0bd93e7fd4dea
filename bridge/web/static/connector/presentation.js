/** How cards look in this channel: how much of them, their colour, facts, text and times, and a template of one's own. */

import { chips } from "./chips.js";
import { el, field, uniqueId } from "./dom.js";
import { templateEditor } from "./template.js";
import { t, tn } from "./texts.js";

const STYLES = [
  // TRANSLATORS: how much of a card is shown.
  ["full", t("Full")],
  ["compact", t("Compact")],
];
const ACCENTS = [
  // TRANSLATORS: a card's colour.
  ["auto", t("As the source gives it")],
  ["neutral", t("No colour")],
  ["accent", t("Violet")],
  ["good", t("Green")],
  ["warning", t("Yellow")],
  ["attention", t("Red")],
];
const FACTS = [
  ["all", t("All facts")],
  ["only", t("Only these")],
  ["except", t("All but these")],
  ["none", t("No facts")],
];
const TEXTS = [
  // TRANSLATORS: a card's text.
  ["", t("As the source shows it")],
  ["400", atMost(400)],
  ["120", atMost(120)],
  ["0", t("No text")],
];
const LACKING = {
  // TRANSLATORS: as in: Still needed: a template without faults.
  template: t("a template without faults"),
  // TRANSLATORS: as in: Still needed: a time zone that there is.
  time_zone: t("a time zone that there is"),
  // TRANSLATORS: as in: Still needed: the names of facts.
  facts: t("the names of facts"),
};

/**
 * @param {object} options `{source, wanted, fresh, onChange}`: `wanted` is the presentation as the bridge gives it, `fresh`
 *   whether it is of a new subscription, whose times are told in this browser's zone; onChange() answers the user
 * @returns `value()`: as the bridge takes it; `faults(fields)`: its sentences by field; `offer(facts)`: names to choose from;
 *   `show(values)`: what a template can say of the event in the preview
 */
export function presentationSection({ source, wanted, fresh, onChange }) {
  const others = rest(wanted);
  let faulty = null;

  const style = segments(STYLES, wanted.style ?? "full", changed);
  const accent = choice(t("Colour"), ACCENTS, wanted.accent ?? "auto", changed);
  const given = wanted.facts ?? null;
  const names = chips({
    label: t("Names of the facts"),
    hint: t("As they stand on the cards, in the order in which they are to be shown. Press Enter after each."),
    values: Array.isArray(given) ? given : (given?.except ?? []),
    onChange: changed,
  });
  const facts = choice(t("Facts"), FACTS, given === null ? "all" : Array.isArray(given) ? (given.length ? "only" : "none") : "except", changed);
  const lengths = wanted.text === undefined || TEXTS.some(([value]) => value === String(wanted.text)) ? TEXTS : [...TEXTS, [String(wanted.text), atMost(wanted.text)]];
  const text = choice(t("Text"), lengths, wanted.text === undefined ? "" : String(wanted.text), changed);
  const zones = el("datalist", { id: uniqueId("zones") }, zoneNames().map((value) => el("option", { value })));
  const zone = field(t("Time zone"), el("input", { type: "text", autocomplete: "off", spellcheck: "false", list: zones.id, value: wanted.time_zone ?? (fresh ? ownZone() : "") }), {
    hint: t("Times on cards are told in it. Without one, they are in UTC."),
  });
  names.control.addEventListener("blur", () => names.fault(nameless()));
  zone.control.addEventListener("input", changed);
  const template = templateEditor({ source, wanted: wanted.template, onChange: changed });

  const named = () => facts.control.value === "only" || facts.control.value === "except";
  const nameless = () => (named() && names.values().length === 0 ? t("Name at least one fact.") : null);

  function changed() {
    show();
    onChange();
  }

  function show() {
    names.element.hidden = !named();
    names.fault();
  }

  function value() {
    const looks = { ...others };
    if (style.value() !== "full") looks.style = style.value();
    if (accent.control.value !== "auto") looks.accent = accent.control.value;
    const chosen = facts.control.value;
    if (chosen === "none") looks.facts = [];
    else if (chosen !== "all" && names.values().length) looks.facts = chosen === "only" ? names.values() : { except: names.values() };
    if (text.control.value !== "") looks.text = Number(text.control.value);
    const where = zone.control.value.trim();
    if (where) looks.time_zone = where;
    const own = template.value();
    if (own) looks.template = own;
    return looks;
  }

  function faults(fields) {
    const found = Object.entries(fields)
      .filter(([name]) => name.startsWith("presentation."))
      .map(([name, sentence]) => [name.slice("presentation.".length), sentence]);
    const about = (head) => found.filter(([name]) => name.split(".")[0] === head);
    zone.fault(about("time_zone")[0]?.[1]);
    names.fault(about("facts")[0]?.[1]);
    template.faults(about("template"));
    faulty = Object.keys(LACKING).find((head) => about(head).length) ?? null;
    return found.filter(([name]) => !(name.split(".")[0] in LACKING)).map(([, sentence]) => sentence);
  }

  show();
  const details = el(
    "details",
    { class: "more", open: given !== null || wanted.text !== undefined },
    el("summary", {}, t("Facts, text and times")),
    facts.element,
    names.element,
    text.element,
    zone.element,
    zones,
  );
  return {
    element: el(
      "fieldset",
      { class: "section", id: "presentation" },
      el("legend", {}, el("h2", {}, t("How cards look"))),
      style.element,
      accent.element,
      details,
      template.element,
    ),
    value,
    faults,
    problem: () => (faulty ? LACKING[faulty] : nameless() ? LACKING.facts : null),
    offer: names.suggest,
    show: template.show,
  };
}

/** What this section knows nothing of stays as it is. */
function rest(wanted) {
  const { style, accent, facts, text, time_zone, template, ...others } = wanted;
  return others;
}

function segments(options, chosen, onChange) {
  const name = uniqueId("style");
  const hint = el("p", { class: "hint", id: uniqueId("hint") }, t("Compact is a title, and one line with what matters."));
  const boxes = options.map(([value]) => el("input", { type: "radio", name, value, checked: value === chosen, onchange: onChange }));
  const labels = options.map(([, label], index) => el("label", { class: "segment" }, boxes[index], label));
  return {
    element: el("div", { role: "radiogroup", "aria-label": t("Style"), "aria-describedby": hint.id }, el("div", { class: "segments" }, labels), hint),
    value: () => boxes.find((box) => box.checked)?.value ?? chosen,
  };
}

function choice(label, options, chosen, onChange) {
  const control = el("select", { onchange: onChange }, options.map(([value, text]) => el("option", { value, selected: value === chosen }, text)));
  return field(label, control);
}

function atMost(length) {
  return tn(length, "At most {n} character", "At most {n} characters");
}

function ownZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
  return zone === "UTC" ? "" : zone;
}

function zoneNames() {
  return Intl.supportedValuesOf?.("timeZone") ?? [];
}
