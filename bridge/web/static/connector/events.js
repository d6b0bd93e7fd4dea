/** Which event types are wanted: grouped, searchable, a group at a time or one by one. */

import { chips } from "./chips.js";
import { el, faultOf, section, uniqueId } from "./dom.js";
import { Selection } from "./selection.js";

/**
 * @param {object} options `{source, patterns, onChange}`: the patterns chosen at first; onChange(type or null) answers
 *   the user, with the event type that was just chosen
 */
export function eventSection({ source, patterns, onChange }) {
  const selection = new Selection(source.groups, patterns);
  const search = el("input", { type: "search", placeholder: "Search event types", "aria-label": "Search event types", autocomplete: "off" });
  const everything = el("input", { type: "checkbox", checked: selection.everything });
  const nothing = el("p", { class: "hint", hidden: true }, "No event type has that in its name.");
  const views = source.groups.map((group) => groupView(group, selection, changed));
  const tree = el("div", { class: "event-tree", role: "group", "aria-label": "Event types" }, views.map((view) => view.element), nothing);
  const { element: faultElement, fault } = faultOf(tree);
  const others = otherPatterns(source, selection, () => changed(null));

  function changed(type) {
    fault(selection.patterns().length ? null : "Choose at least one event type.");
    show();
    onChange(type);
  }

  function show() {
    tree.classList.toggle("all-chosen", selection.everything);
    for (const view of views) view.show();
  }

  everything.addEventListener("change", () => {
    selection.everything = everything.checked;
    changed(null);
  });
  search.addEventListener("input", () => {
    const words = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const found = views.filter((view) => view.search(words));
    nothing.hidden = found.length > 0;
  });

  show();
  return {
    element: section(
      "events",
      "Events",
      "Which of them become cards.",
      el("label", { class: "check" }, everything, el("span", {}, "All events, and whatever is added later")),
      search,
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

function groupView(group, selection, changed) {
  const single = group.types.length === 1;
  const listId = uniqueId("types");
  const box = el("input", { type: "checkbox", onchange: () => choose() });
  const count = el("span", { class: "count" });
  const boxes = group.types.map((type) =>
    el("input", { type: "checkbox", onchange: (event) => toggle(type, event.target.checked) }),
  );
  const rows = group.types.map((type, index) =>
    el("li", {}, el("label", { class: "check" }, boxes[index], el("span", {}, type.label, el("code", {}, type.name)))),
  );
  const open = el(
    "button",
    { type: "button", class: "twisty", "aria-expanded": "false", "aria-controls": listId, "aria-label": `Show the event types of ${group.label}` },
    el("span", { "aria-hidden": "true" }, "›"),
  );
  const list = el("ul", { id: listId, class: "event-types", hidden: true }, rows);
  const element = single
    ? el("div", { class: "event-group single" }, el("ul", { class: "event-types" }, rows))
    : el(
        "div",
        { class: "event-group" },
        el("div", { class: "event-head" }, open, el("label", { class: "check" }, box, el("span", {}, group.label)), count),
        list,
      );

  const expand = (on) => {
    open.setAttribute("aria-expanded", String(on));
    list.hidden = !on;
  };
  open.addEventListener("click", () => expand(list.hidden));

  function choose() {
    selection.chooseGroup(group, box.checked);
    changed(box.checked ? group.types[0] : null);
  }

  function toggle(type, on) {
    selection.chooseType(group, type, on);
    changed(on ? type : null);
  }

  return {
    element,
    show() {
      const chosen = selection.count(group);
      box.checked = chosen === group.types.length;
      box.indeterminate = chosen > 0 && chosen < group.types.length;
      box.disabled = selection.everything;
      count.textContent = `${chosen} of ${group.types.length}`;
      for (const [index, type] of group.types.entries()) {
        boxes[index].checked = selection.has(group, type);
        boxes[index].disabled = selection.everything;
      }
    },
    /** Show only what has all the words; whether there is any. */
    search(words) {
      const own = `${group.label} ${group.name}`.toLowerCase();
      let found = 0;
      for (const [index, type] of group.types.entries()) {
        const text = `${own} ${type.label} ${type.name}`.toLowerCase();
        rows[index].hidden = !words.every((word) => text.includes(word));
        found += rows[index].hidden ? 0 : 1;
      }
      element.hidden = found === 0;
      if (!single) expand(words.length > 0 && found > 0);
      return found > 0;
    },
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
