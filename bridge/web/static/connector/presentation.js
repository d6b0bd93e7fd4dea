/** How cards look in this channel: how much of them, their colour, facts, text and times, and a template of one's own. */

import { chips } from "./chips.js";
import { el, field, uniqueId } from "./dom.js";
import { templateEditor } from "./template.js";

const STYLES = [
  ["full", "Full"],
  ["compact", "Compact"],
];
const ACCENTS = [
  ["auto", "As the source gives it"],
  ["neutral", "None"],
  ["accent", "Violet"],
  ["good", "Green"],
  ["warning", "Yellow"],
  ["attention", "Red"],
];
const FACTS = [
  ["all", "All of them"],
  ["only", "Only these"],
  ["except", "All but these"],
  ["none", "None"],
];
const TEXTS = [
  ["", "As the source shows it"],
  ["400", "At most 400 characters"],
  ["120", "At most 120 characters"],
  ["0", "None"],
];
const LACKING = { template: "a template without faults", time_zone: "a time zone that there is", facts: "the names of facts" };

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
  const accent = choice("Colour", ACCENTS, wanted.accent ?? "auto", changed);
  const given = wanted.facts ?? null;
  const names = chips({
    label: "Names of the facts",
    hint: "As they stand on the cards, in the order in which they are to be shown. Press Enter after each.",
    values: Array.isArray(given) ? given : (given?.except ?? []),
    onChange: changed,
  });
  const facts = choice("Facts", FACTS, given === null ? "all" : Array.isArray(given) ? (given.length ? "only" : "none") : "except", changed);
  const lengths = wanted.text === undefined || TEXTS.some(([value]) => value === String(wanted.text)) ? TEXTS : [...TEXTS, [String(wanted.text), `At most ${wanted.text} characters`]];
  const text = choice("Text", lengths, wanted.text === undefined ? "" : String(wanted.text), changed);
  const zones = el("datalist", { id: uniqueId("zones") }, zoneNames().map((value) => el("option", { value })));
  const zone = field("Time zone", el("input", { type: "text", autocomplete: "off", spellcheck: "false", list: zones.id, value: wanted.time_zone ?? (fresh ? ownZone() : "") }), {
    hint: "Times on cards are told in it. Without one, they are in UTC.",
  });
  names.control.addEventListener("blur", () => names.fault(nameless()));
  zone.control.addEventListener("input", changed);
  const template = templateEditor({ source, wanted: wanted.template, onChange: changed });

  const listed = () => facts.control.value === "only" || facts.control.value === "except";
  const nameless = () => (listed() && names.values().length === 0 ? "Name at least one fact." : null);

  function changed() {
    show();
    onChange();
  }

  function show() {
    names.element.hidden = !listed();
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
    el("summary", {}, "Facts, text and times"),
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
      el("legend", {}, el("h2", {}, "How cards look")),
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
  const hint = el("p", { class: "hint", id: uniqueId("hint") }, "Compact is a title, and one line with what matters.");
  const boxes = options.map(([value]) => el("input", { type: "radio", name, value, checked: value === chosen, onchange: onChange }));
  const labels = options.map(([, label], index) => el("label", { class: "segment" }, boxes[index], label));
  return {
    element: el("div", { role: "radiogroup", "aria-label": "Style", "aria-describedby": hint.id }, el("div", { class: "segments" }, labels), hint),
    value: () => boxes.find((box) => box.checked)?.value ?? chosen,
  };
}

function choice(label, options, chosen, onChange) {
  const control = el("select", { onchange: onChange }, options.map(([value, text]) => el("option", { value, selected: value === chosen }, text)));
  return field(label, control);
}

function ownZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
  return zone === "UTC" ? "" : zone;
}

function zoneNames() {
  return Intl.supportedValuesOf?.("timeZone") ?? [];
}
