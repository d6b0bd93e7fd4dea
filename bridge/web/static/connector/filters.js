/** Filters: which events of the chosen types become cards, by the source's attributes. */

import { group, isWhole, placeOf, read, write } from "./conditions.js";
import { el, faultOf, section, uniqueId } from "./dom.js";
import { groupView } from "./filtergroup.js";
import { t } from "./texts.js";

/**
 * @param {object} options `{source, filters, onChange}`: the filters at first; onChange() answers the user
 * @returns `complete()`: the filters less what is not finished; `value()`: all of them, and what nobody touched as it was;
 *   `faults(fields)`: the bridge's sentences by field, of what `complete()` or `value()` gave last; `suggest(seen)`: values
 *   by attribute
 */
export function filterSection({ source, filters, onChange }) {
  const state = { before: filters ?? {}, touched: false, problems: false, places: new Map() };
  const shown = read(state.before);
  const model = shown ?? { people: false, root: group("all") };
  const seen = new Map();
  const people = el("input", { type: "checkbox", checked: model.people });
  const body = el("div", { class: "filter-body" });
  const { element: faultElement, fault } = faultOf(body);
  const root = groupView(model.root, { source, seen, depth: 0, onChange: changed });
  const peopleHint = el("p", { class: "hint", id: uniqueId("hint") }, t("Also apps and automation, as far as the source tells."));
  people.setAttribute("aria-describedby", peopleHint.id);
  const bots = el("div", { class: "option" }, el("label", { class: "check" }, people, el("span", {}, t("Leave out what bots do"))), peopleHint);
  const kept = keptNotice(() => {
    state.touched = true;
    begin();
    changed();
    people.focus();
  });

  function begin() {
    kept.hidden = true;
    body.replaceChildren(bots, root.element);
  }

  function changed() {
    state.touched = true;
    state.problems = false;
    fault();
    onChange();
  }

  people.addEventListener("change", () => {
    model.people = people.checked;
    changed();
  });
  if (shown) begin();
  else kept.hidden = false;

  const written = (how) => {
    if (!state.touched) return state.before;
    const { filters: found, places } = write(model, how);
    state.places = places;
    return found;
  };

  // What nobody touched is sent as it was; what it is shown as says where its faults belong.
  if (shown) state.places = write(model).places;

  return {
    element: section("filters", t("Filters"), t("Optional: leave events out by what they are about."), kept, body, faultElement),
    complete: () => written({ finished: true }),
    value: () => written({}),
    // TRANSLATORS: as in: Still needed: a complete filter.
    problem: () => (state.problems || (state.touched && !isWhole(model)) ? t("a complete filter") : null),
    /** Say beside each condition what the bridge found wrong; whether there was anything. */
    faults(fields) {
      const wrong = Object.entries(fields).filter(([name]) => name === "filters" || name.startsWith("filters."));
      for (const [name, sentence] of wrong) {
        const { node, what } = placeOf(state.places, name);
        const view = node && root.find(node);
        if (view) view.fault(what, sentence);
        else fault(sentence);
      }
      state.problems = wrong.length > 0;
      return state.problems;
    },
    suggest(found) {
      seen.clear();
      for (const [name, values] of Object.entries(found)) seen.set(name, values);
      root.suggest();
    },
  };
}

function keptNotice(replace) {
  return el(
    "div",
    { class: "notice", hidden: true },
    el("p", {}, t("These filters say more than this form can show. They are kept as they are.")),
    el("button", { type: "button", onclick: replace }, t("Replace them")),
  );
}
