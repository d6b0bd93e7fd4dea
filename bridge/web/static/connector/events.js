/** Which event types are wanted: grouped, searchable, a group at a time or one by one. */

import { chips } from "./chips.js";
import { announce, el, faultOf, section, uniqueId } from "./dom.js";
import { groupView } from "./eventgroup.js";
import { roving } from "./roving.js";
import { Selection } from "./selection.js";
import { t, tn } from "./texts.js";

/**
 * @param {object} options `{source, patterns, onChange}`: the patterns chosen at first; onChange(type or null) answers
 *   the user, with the event type that was just chosen
 */
export function eventSection({ source, patterns, onChange }) {
  const selection = new Selection(source.groups, patterns);
  const search = el("input", { type: "search", placeholder: t("Search event types"), "aria-label": t("Search event types"), autocomplete: "off" });
  const everything = el("input", { type: "checkbox", checked: selection.everything });
  const chosenOnly = el("input", { type: "checkbox" });
  const chosenCount = el("span", {});
  const nothing = el("p", { class: "hint", hidden: true });
  const found = el("button", { type: "button", class: "subtle", hidden: true, onclick: () => chooseFound() });
  const views = source.groups.map((group) => groupView(group, selection, { onChange: changed, onTurn: () => stops.refresh() }));
  const keys = el("p", { class: "visually-hidden", id: uniqueId("keys") }, t("The arrow keys move among event types, right opens a group, left closes it."));
  const tree = el("div", { class: "event-tree", role: "group", "aria-label": t("Event types") }, views.map((view) => view.element), nothing);
  const stops = roving(tree, (box, towards) => views.find((view) => view.element.contains(box))?.turn(box, towards) ?? null);
  const { element: faultElement, fault } = faultOf(tree, [keys.id]);
  const others = otherPatterns(source, selection, () => changed(null));
  const some = el("label", { class: "check" }, chosenOnly, chosenCount);

  function changed(type) {
    fault(selection.patterns().length ? null : t("Choose at least one event type."));
    show();
    onChange(type);
  }

  function show() {
    tree.classList.toggle("all-chosen", selection.everything);
    for (const view of views) view.show();
    chosenCount.textContent = tn(selection.chosen().length, "Show only the {n} chosen", "Show only the {n} chosen");
    some.hidden = selection.everything || (!chosenOnly.checked && selection.chosen().length === 0);
    stops.refresh();
  }

  /** What the search has found among what is to be shown. */
  function sift() {
    const words = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const types = views.flatMap((view) => view.sift(words, chosenOnly.checked));
    nothing.hidden = types.length > 0;
    nothing.textContent = words.length ? t("No event type has that in its name.") : t("No event type is chosen.");
    const open = words.length ? types.filter((type) => !selection.hasType(type)) : [];
    found.hidden = selection.everything || open.length < 2;
    found.textContent = tn(open.length, "Choose the {n} found", "Choose the {n} found");
    if (words.length) announce(tn(types.length, "{n} event type found.", "{n} event types found."));
    stops.refresh();
    return open;
  }

  function chooseFound() {
    const types = sift();
    for (const type of types) selection.chooseType(selection.groupOf(type), type, true);
    selection.gather();
    changed(types[0]);
    sift();
    announce(tn(types.length, "{n} event type chosen.", "{n} event types chosen."));
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
      t("Events"),
      t("Which of them become cards."),
      el("label", { class: "check" }, everything, el("span", {}, t("All events, and whatever is added later"))),
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
    // TRANSLATORS: as in: Still needed: an event type.
    problem: () => (selection.patterns().length ? null : t("an event type")),
    chosen: () => (selection.everything ? source.groups.flatMap((group) => group.types) : selection.chosen()),
  };
}

/** Patterns beyond the listed types: where the source can send others, or where there are some already. */
function otherPatterns(source, selection, changed) {
  if (!source.open_ended && selection.others.length === 0) return null;
  const [group] = source.groups;
  const input = chips({
    label: t("Other event types"),
    hint: group ? t("Press Enter after each. * stands for anything, as in {example}.", { example: `${group.name}.*` }) : t("Press Enter after each. * stands for anything."),
    values: selection.others,
    onChange: (values) => {
      selection.others = values;
      changed();
    },
  });
  return input.element;
}
