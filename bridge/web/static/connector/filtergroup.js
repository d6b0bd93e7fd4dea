/** A group of filters: how they are joined, its conditions and the groups in it. */

import { group, isGroup } from "./conditions.js";
import { announce, el, faultOf } from "./dom.js";
import { conditionView } from "./filterrow.js";
import { t } from "./texts.js";

const DEEPEST = 4;

/** How the filters of a group are joined, in the words that end the sentence of `JOINING`. */
const KINDS = [
  ["all", t("all of these hold")],
  ["any", t("any of these holds")],
  ["none", t("none of these holds")],
  ["not_all", t("not all of these hold")],
];
// TRANSLATORS: {choice} is a list to choose from: all of these hold, any of these holds …
const JOINING = t("An event becomes a card if {choice}").split("{choice}");

/**
 * @param {object} node the group, which is changed as the user changes it
 * @param {object} options `{source, seen, depth, onChange, onRemove}`: `seen` is a map of values by attribute, onRemove() is
 *   for groups in a group
 */
export function groupView(node, { source, seen, depth, onChange, onRemove = null }) {
  const views = new Map();
  const list = el("div", { class: "filter-items" });
  const kind = el(
    "select",
    { class: "join", "aria-label": depth ? t("How the filters of this group are joined") : t("How filters are joined"), onchange: () => rejoin() },
    KINDS.map(([value, label]) => el("option", { value }, label)),
  );
  kind.value = node.kind;
  const joining = el("p", { class: "joining" }, depth ? kind : [JOINING[0], kind, JOINING[1]]);
  const addCondition = el("button", { type: "button", class: "subtle", onclick: () => add(blank()) }, depth ? t("Add a filter to this group") : t("Add a filter"));
  const addGroup = el("button", { type: "button", class: "subtle", hidden: depth >= DEEPEST, onclick: () => add(group("any", [blank()])) }, depth ? t("Add a group to this group") : t("Add a group"));
  const { element: faultElement, fault } = faultOf(list);
  const remove = onRemove && el("button", { type: "button", class: "remove", "aria-label": t("Remove this group"), onclick: onRemove }, "×");
  const element = el(
    "div",
    { class: depth ? "filter-group" : "filter-root", role: "group" },
    el("div", { class: "filter-head" }, joining, remove),
    list,
    faultElement,
    el("div", { class: "filter-add" }, addCondition, addGroup),
  );

  const blank = () => ({ attribute: source.attributes[0]?.name ?? "", how: "any_of", values: [] });

  function show() {
    joining.hidden = depth === 0 && node.items.length < 2 && node.kind === "all" && !node.items.some(isGroup);
    const label = KINDS.find(([value]) => value === node.kind)[1];
    element.setAttribute("aria-label", depth ? t("Group: {joining}", { joining: label }) : t("Filters"));
  }

  function rejoin() {
    node.kind = kind.value;
    show();
    onChange();
  }

  function insert(item) {
    const options = { source, seen, onChange: edited, onRemove: () => drop(item) };
    const view = isGroup(item) ? groupView(item, { ...options, depth: depth + 1 }) : conditionView(item, options);
    views.set(item, view);
    list.append(view.element);
    return view;
  }

  function edited() {
    fault();
    onChange();
  }

  function add(item) {
    node.items.push(item);
    const view = insert(item);
    show();
    edited();
    view.focus();
  }

  function drop(item) {
    const index = node.items.indexOf(item);
    node.items.splice(index, 1);
    views.get(item).element.remove();
    views.delete(item);
    announce(isGroup(item) ? t("Group removed.") : t("Filter removed."));
    show();
    edited();
    const next = node.items[index] ?? node.items[index - 1];
    if (next) views.get(next).focus();
    else addCondition.focus();
  }

  for (const item of node.items) insert(item);
  show();

  return {
    element,
    /** The view of a condition or group in here, or of this group itself. */
    find(wanted) {
      if (wanted === node) return { fault: (_, sentence) => fault(sentence) };
      for (const [item, view] of views) {
        const found = item === wanted ? view : view.find?.(wanted);
        if (found) return found;
      }
      return null;
    },
    fault: (_, sentence) => fault(sentence),
    suggest() {
      for (const view of views.values()) view.suggest();
    },
    focus: () => (node.items.length ? views.get(node.items[0]).focus() : kind.focus()),
  };
}
