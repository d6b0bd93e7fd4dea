/** One condition: an attribute, how it is looked at, and values, with suggestions of what was seen. */

import { chips } from "./chips.js";
import { lacking, needsValues } from "./conditions.js";
import { el, field, unpressed } from "./dom.js";
import { t } from "./texts.js";

const OTHER = "\u0000other";

const HOW = [
  ["any_of", t("is any of")],
  ["none_of", t("is none of")],
  ["all_of", t("has all of")],
  ["empty", t("is empty")],
  ["not_empty", t("is not empty")],
];
/** What is either so or not is asked in those words: no values need to be typed. */
const FLAG_HOW = [
  ["any_of", t("is true")],
  ["none_of", t("is not true")],
  ["empty", t("is not known")],
  ["not_empty", t("is known")],
];
const LACKING = { attribute: t("Choose what to look at."), values: t("Give at least one value.") };
const TRUE = ["true"];

/**
 * @param {object} node the condition, which is changed as the user changes it
 * @param {object} options `{source, seen, onChange, onRemove}`: `seen` is a map of values by attribute
 */
export function conditionView(node, { source, seen, onChange, onRemove }) {
  const known = new Map(source.attributes.map((attribute) => [attribute.name, attribute]));
  const select = el("select", {});
  const attribute = field(t("Attribute"), select);
  const other = field(t("Name of the attribute"), el("input", { type: "text", autocomplete: "off", spellcheck: "false", maxlength: "300" }));
  const how = field(t("Condition"), el("select", {}));
  const values = chips({ label: t("Values"), hint: t("Press Enter after each. * stands for anything."), values: node.values, onChange: edited });
  const remove = el("button", { type: "button", class: "remove", "aria-label": t("Remove this filter"), onclick: onRemove }, "×");
  const element = el(
    "div",
    { class: "filter-row", role: "group" },
    el("div", { class: "filter-what" }, attribute.element, how.element, remove),
    other.element,
    values.element,
  );
  let flag = isFlag(node.attribute) && fitsFlag(node);
  let asked = null;

  const named = () => (select.value === OTHER ? other.control.value.trim() : select.value);

  function isFlag(name) {
    const examples = known.get(name)?.examples ?? [];
    return examples.length === 2 && examples.includes("true") && examples.includes("false");
  }

  function names() {
    const more = source.open_ended ? [...seen.keys()].filter((name) => !known.has(name)) : [];
    const listed = [...known.keys(), ...more];
    return node.attribute && !listed.includes(node.attribute) && select.value !== OTHER ? [...listed, node.attribute] : listed;
  }

  function offer() {
    const chosen = select.value || node.attribute;
    select.replaceChildren(
      ...names().map((name) => el("option", { value: name }, known.get(name)?.label ?? name)),
      source.open_ended ? el("option", { value: OTHER }, t("Another attribute …")) : "",
    );
    select.value = chosen;
    if (select.selectedIndex < 0) select.selectedIndex = 0;
  }

  function show() {
    other.element.hidden = select.value !== OTHER;
    const now = flag ? FLAG_HOW : HOW;
    if (now !== asked) how.control.replaceChildren(...now.map(([value, label]) => el("option", { value }, label)));
    asked = now;
    how.control.value = node.how;
    values.element.hidden = flag || !needsValues(node.how);
    const what = known.get(node.attribute)?.label ?? node.attribute;
    element.setAttribute("aria-label", what ? t("Filter on {attribute}", { attribute: what }) : t("Filter on an attribute"));
    const examples = known.get(node.attribute)?.examples ?? [];
    values.suggest([...(seen.get(node.attribute) ?? []), ...examples]);
  }

  function edited() {
    const before = node.attribute;
    node.attribute = named();
    node.how = how.control.value;
    if (node.attribute !== before) turn();
    node.values = flag ? (needsValues(node.how) ? TRUE : []) : values.values();
    tell({});
    show();
    onChange();
  }

  /** Another attribute was chosen, which may be asked in other words. */
  function turn() {
    const was = flag;
    flag = isFlag(node.attribute) && (was || values.values().length === 0) && node.how !== "all_of";
    if (flag || was) values.clear();
  }

  function tell(faults) {
    (select.value === OTHER ? other : attribute).fault(faults.attribute);
    values.fault(faults.values);
  }

  function lack() {
    const what = lacking(node);
    return what ? { [what]: LACKING[what] } : {};
  }

  offer();
  for (const control of [select, how.control, other.control]) control.addEventListener("input", edited);
  element.addEventListener("focusout", (event) => {
    if (!element.contains(event.relatedTarget) && event.relatedTarget) unpressed(() => tell(lack()));
  });
  show();

  return {
    element,
    fault: (what, sentence) => (what === "attribute" || values.element.hidden ? tell({ attribute: sentence }) : tell({ values: sentence })),
    suggest() {
      if (document.activeElement !== select) offer();
      show();
    },
    focus: () => select.focus(),
  };
}

function fitsFlag({ how, values }) {
  if (!needsValues(how)) return true;
  return how !== "all_of" && values.length === 1 && values[0].toLowerCase() === "true";
}
