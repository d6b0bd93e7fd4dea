/** One group of event types: a box for all of them, and its types behind a twisty. */

import { el, uniqueId } from "./dom.js";
import { t } from "./texts.js";

/**
 * @param {object} group the source's `{name, label, types}` @param {Selection} selection what is chosen
 * @param {object} options `{onChange, onTurn}`: onChange(type or null) answers the user, onTurn() tells that it was opened or closed
 */
export function groupView(group, selection, { onChange, onTurn }) {
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
    { type: "button", class: "twisty", tabindex: "-1", "aria-expanded": "false", "aria-controls": listId, "aria-label": t("Show the event types of {group}", { group: group.label }) },
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
  open.addEventListener("click", () => {
    expand(list.hidden);
    onTurn();
  });

  function choose() {
    selection.chooseGroup(group, box.checked);
    onChange(box.checked ? group.types[0] : null);
  }

  function toggle(type, on) {
    selection.chooseType(group, type, on);
    onChange(on ? type : null);
  }

  return {
    element,
    show() {
      const chosen = selection.count(group);
      box.checked = chosen === group.types.length;
      box.indeterminate = chosen > 0 && chosen < group.types.length;
      box.disabled = selection.everything;
      // TRANSLATORS: how many event types of a group are chosen: 3 of 12.
      count.textContent = t("{chosen} of {all}", { chosen, all: group.types.length });
      for (const [index, type] of group.types.entries()) {
        boxes[index].checked = selection.has(group, type);
        boxes[index].disabled = selection.everything;
      }
    },
    /** Show only types that have all the words, and that are chosen if `chosen` says so; these types. */
    sift(words, chosen) {
      const own = `${group.label} ${group.name}`.toLowerCase();
      const found = group.types.filter((type, index) => {
        const text = `${own} ${type.label} ${type.name}`.toLowerCase();
        rows[index].hidden = !words.every((word) => text.includes(word)) || (chosen && !selection.has(group, type));
        return !rows[index].hidden;
      });
      element.hidden = found.length === 0;
      if (!single) expand((words.length > 0 || chosen) && found.length > 0);
      return found;
    },
    /** → opens the group or goes into it, ← goes to its head or closes it. */
    turn(from, towards) {
      if (single) return null;
      if (towards === "in" && from === box) {
        if (!list.hidden) return boxes.find((one, index) => !rows[index].hidden);
        expand(true);
      } else if (towards === "out") {
        if (from !== box) return box;
        expand(false);
      }
      return null;
    },
  };
}
