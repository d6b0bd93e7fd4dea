/** Filters: which events of the chosen types become cards, by the source's attributes. */

import { HOW, lacking, needsValues, toFilters, toRows } from "./conditions.js";
import { chips } from "./chips.js";
import { announce, el, faultOf, field, section } from "./dom.js";

const OTHER = "\u0000other";

/**
 * @param {object} options `{source, filters, onChange}`: the filters at first; onChange() answers the user
 * @returns `complete()`: the filters less the rows that are not finished; `value()`: all of them;
 *   `faults(fields)`: the bridge's sentences by field, of what `complete()` gave; `suggest(seen)`: values by attribute
 */
export function filterSection({ source, filters, onChange }) {
  const model = toRows(filters);
  const list = el("div", { class: "filter-rows" });
  const { element: faultElement, fault } = faultOf(list);
  const state = { kept: model ? null : filters, rows: [], seen: {}, sent: [] };
  const join = el(
    "select",
    { class: "join", "aria-label": "How filters are joined", onchange: () => changed() },
    el("option", { value: "all" }, "all of these hold"),
    el("option", { value: "any" }, "any of these holds"),
  );
  join.value = model?.join ?? "all";
  const joining = el("p", { class: "joining" }, "An event becomes a card if ", join);
  const add = el("button", { type: "button", class: "subtle", onclick: () => addRow() }, "Add a filter");
  const keptNote = el("div", { class: "notice", hidden: true });

  function changed() {
    fault();
    state.problems = false;
    show();
    onChange();
  }

  function show() {
    joining.hidden = state.rows.length < 2;
    keptNote.hidden = state.kept === null;
    add.hidden = state.kept !== null;
  }

  function insert(given) {
    const row = filterRow({ source, given, seen: () => state.seen, onChange: changed, onRemove: () => removeRow(row) });
    state.rows.push(row);
    list.append(row.element);
    return row;
  }

  function addRow() {
    const row = insert({ attribute: source.attributes[0]?.name ?? "", how: "any_of", values: [] });
    changed();
    row.focus();
  }

  function removeRow(row) {
    state.rows.splice(state.rows.indexOf(row), 1);
    row.element.remove();
    announce("Filter removed.");
    changed();
    (state.rows.at(-1) ?? { focus: () => add.focus() }).focus();
  }

  keptNote.append(
    el("p", {}, "These filters were written through the API and say more than this form can show. They are kept as they are."),
    el(
      "button",
      {
        type: "button",
        onclick: () => {
          state.kept = null;
          changed();
          add.focus();
        },
      },
      "Replace them",
    ),
  );
  for (const row of model?.rows ?? []) insert(row);
  show();

  const finished = () => state.rows.filter((row) => lacking(row.value()) === null);

  return {
    element: section("filters", "Filters", "Optional: leave events out by what they are about.", keptNote, joining, list, faultElement, add),
    complete() {
      state.sent = finished();
      return state.kept ?? toFilters(join.value, state.sent.map((row) => row.value()));
    },
    value() {
      state.sent = state.rows;
      return state.kept ?? toFilters(join.value, state.rows.map((row) => row.value()));
    },
    problem: () => (state.problems || finished().length < state.rows.length ? "a complete filter" : null),
    /** Say beside each row what the bridge found wrong; whether there was anything. */
    faults(fields) {
      const wrong = Object.entries(fields).filter(([name]) => name === "filters" || name.startsWith("filters."));
      for (const [name, sentence] of wrong) {
        const [, position, what] = /^filters\.(?:all|any)\.(\d+)\.?(\w*)/.exec(name) ?? [];
        const row = state.kept === null ? state.sent[Number(position)] : undefined;
        if (row) row.faults({ [what === "attribute" ? "attribute" : "values"]: sentence });
        else fault(sentence);
      }
      state.problems = wrong.length > 0;
      return state.problems;
    },
    suggest(seen) {
      state.seen = seen;
      for (const row of state.rows) row.suggest();
    },
  };
}

function filterRow({ source, given, seen, onChange, onRemove }) {
  const labels = new Map(source.attributes.map((attribute) => [attribute.name, attribute.label]));
  const known = labels.has(given.attribute) || given.attribute === "";
  const names = known ? [...labels.keys()] : [...labels.keys(), given.attribute];
  const select = el(
    "select",
    {},
    names.map((name) => el("option", { value: name }, labels.get(name) ?? name)),
    source.open_ended && el("option", { value: OTHER }, "Another attribute …"),
  );
  const attribute = field("Attribute", select);
  const other = field("Name of the attribute", el("input", { type: "text", autocomplete: "off", spellcheck: "false", maxlength: "300" }));
  const how = field("Condition", el("select", {}, HOW.map(([name, label]) => el("option", { value: name }, label))));
  const values = chips({
    label: "Values",
    hint: "Press Enter after each. * stands for anything.",
    values: given.values,
    onChange: edited,
  });
  select.value = names.length ? given.attribute || names[0] : OTHER;
  how.control.value = given.how;

  const name = () => (select.value === OTHER ? other.control.value.trim() : select.value);
  const value = () => ({ attribute: name(), how: how.control.value, values: values.values() });
  const remove = el("button", { type: "button", class: "remove", "aria-label": "Remove this filter", onclick: onRemove }, "×");
  const element = el(
    "div",
    { class: "filter-row", role: "group", "aria-label": "Filter" },
    el("div", { class: "filter-what" }, attribute.element, how.element, remove),
    other.element,
    values.element,
  );

  function show() {
    other.element.hidden = select.value !== OTHER;
    values.element.hidden = !needsValues(how.control.value);
    element.setAttribute("aria-label", `Filter on ${labels.get(name()) ?? name() ?? "an attribute"}`);
    suggest();
  }

  function suggest() {
    const examples = source.attributes.find((one) => one.name === name())?.examples ?? [];
    values.suggest([...(seen()[name()] ?? []), ...examples]);
  }

  function edited() {
    say({});
    show();
    onChange();
  }

  function say(faults) {
    (select.value === OTHER ? other : attribute).fault(faults.attribute);
    values.fault(faults.values);
  }

  for (const control of [select, how.control, other.control]) control.addEventListener("input", edited);
  element.addEventListener("focusout", (event) => {
    if (!element.contains(event.relatedTarget) && event.relatedTarget) say(lacking(value()) ?? {});
  });
  show();
  return { element, value, faults: say, suggest, focus: () => (known ? select : values.control).focus() };
}
