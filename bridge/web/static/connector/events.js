/** Which event types are wanted: grouped, searchable, a group at a time or one by one. */

import { chips } from "./chips.js";
import { announce, el, faultOf, section, uniqueId } from "./dom.js";
import { groupView } from "./eventgroup.js";
import { roving } from "./roving.js";
import { Selection } from "./selection.js";

/**
 * @param {object} options `{source, patterns, onChange}`: the patterns chosen at first; onChange(type or null) answers
 *   the user, with the event type that was just chosen
 */
export function eventSection({ source, patterns, onChange }) {
  const selection = new Selection(source.groups, patterns);
  const search = el("input", { type: "search", placeholder: "Search event types", "aria-label": "Search event types", autocomplete: "off" });
  const everything = el("input", { type: "checkbox", checked: selection.everything });
  const chosenOnly = el("input", { type: "checkbox" });
  const chosenCount = el("span", {});
  const nothing = el("p", { class: "hint", hidden: true });
  const found = el("button", { type: "button", class: "subtle", hidden: true, onclick: () => chooseFound() });
  const views = source.groups.map((group) => groupView(group, selection, { onChange: changed, onTurn: () => stops.refresh() }));
  const keys = el("p", { class: "visually-hidden", id: uniqueId("keys") }, "The arrow keys move among event types, right opens a group, left closes it.");
  const tree = el("div", { class: "event-tree", role: "group", "aria-label": "Event types" }, views.map((view) => view.element), nothing);
  const stops = roving(tree, (box, towards) => views.find((view) => view.element.contains(box))?.turn(box, towards) ?? null);
  const { element: faultElement, fault } = faultOf(tree, [keys.id]);
  const others = otherPatterns(source, selection, () => changed(null));
  const some = el("label", { class: "check" }, chosenOnly, chosenCount);

  function changed(type) {
    fault(selection.patterns().length ? null : "Choose at least one event type.");
    show();
    onChange(type);
  }

  function show() {
    tree.classList.toggle("all-chosen", selection.everything);
    for (const view of views) view.show();
    chosenCount.textContent = `Show only the ${selection.chosen().length} chosen`;
    some.hidden = selection.everything || (!chosenOnly.checked && selection.chosen().length === 0);
    stops.refresh();
  }

  /** What the search has found among what is to be shown. */
  function sift() {
    const words = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const types = views.flatMap((view) => view.sift(words, chosenOnly.checked));
    nothing.hidden = types.length > 0;
    nothing.textContent = words.length ? "No event type has that in its name." : "No event type is chosen.";
    const open = words.length ? types.filter((type) => !selection.hasType(type)) : [];
    found.hidden = selection.everything || open.length < 2;
    found.textContent = `Choose the ${open.length} found`;
    if (words.length) announce(types.length === 1 ? "1 event type found." : `${types.length} event types found.`);
    stops.refresh();
    return open;
  }

  function chooseFound() {
    const types = sift();
    for (const type of types) selection.chooseType(selection.groupOf(type), type, true);
    selection.gather();
    changed(types[0]);
    sift();
    announce(`${types.length} event types chosen.`);
    search.focus();
  }

  everything.addEventListener("change", () => {
    selection.everything = everything.checked;
    changed(null);
    sift();
  });
  search.addEventListener("input", sift);
  chosenOnly.addEventListener("change", sift);

  show();
  return {
    element: section(
      "events",
      "Events",
      "Which of them become cards.",
      el("label", { class: "check" }, everything, el("span", {}, "All events, and whatever is added later")),
      search,
      some,
      found,
      keys,
      tree,
      others,
      faultElement,
    ),
    fault,
    value: () => selection.patterns(),
    problem: () => (selection.patterns().length ? null : "an event type"),
    chosen: () => (selection.everything ? source.groups.flatMap((group) => group.types) : selection.chosen()),
  };
}

/** Patterns beyond the listed types: where the source can send others, or where there are some already. */
function otherPatterns(source, selection, changed) {
  if (!source.open_ended && selection.others.length === 0) return null;
  const input = chips({
    label: "Other event types",
    hint: `Press Enter after each. * stands for anything${source.groups.length ? `, as in ${source.groups[0].name}.*` : ""}`,
    values: selection.others,
    onChange: (values) => {
      selection.others = values;
      changed();
    },
  });
  return input.element;
}
