/** A card template of one's own: for all events, or for some of them. */

import { el, field } from "./dom.js";
import { t } from "./texts.js";

const ALL = "*";
const EXAMPLE = `{% extends "card.j2" %}
{% block title %}{{ event.attributes.actor }}: {{ event.type }}{% endblock %}
{% block text %}{{ body | excerpt(200) }}{% endblock %}
{% block facts %}
{{ fact("What", event.type) }}
{% endblock %}
{% block actions %}{{ open_url("Open", event.url) }}{% endblock %}
`;

/**
 * @param {object} options `{source, wanted, onChange}`: `wanted` is a text, or texts by the event types they are for
 * @returns `value()`: likewise, or null; `faults(found)`: pairs of a dotted name and a sentence; `show(values)`: pairs of
 *   what a template can say and what it would be
 */
export function templateEditor({ source, wanted, onChange }) {
  const texts = new Map(typeof wanted === "string" ? [[ALL, wanted]] : Object.entries(wanted ?? {}));
  const labels = new Map([[ALL, t("All events")], ...source.groups.map((group) => [group.name, group.label])]);
  for (const pattern of texts.keys()) if (!labels.has(pattern)) labels.set(pattern, pattern);
  let found = [];

  const pick = el("select", { onchange: () => open() });
  const picking = field(t("Template for"), pick);
  const area = field(t("Template"), el("textarea", { rows: 9, spellcheck: "false", autocomplete: "off", wrap: "off" }), {
    hint: t("In Jinja. It is tried on the event in the preview as you write; where it fails, the source’s own card is sent."),
  });
  const example = el("button", { type: "button", class: "subtle" }, t("Begin with an example"));
  const values = el("ul", { class: "values" });
  const choosing = el("details", { class: "more" }, el("summary", {}, t("What this event has to show")), values);

  function open() {
    area.control.value = texts.get(pick.value) ?? "";
    tell();
  }

  function keep() {
    if (area.control.value.trim()) texts.set(pick.value, area.control.value);
    else texts.delete(pick.value);
    list();
    onChange();
  }

  function list() {
    const chosen = pick.value || [...texts.keys()][0] || ALL;
    pick.replaceChildren(...[...labels].map(([value, label]) => el("option", { value }, texts.has(value) ? `${label} ✓` : label)));
    pick.value = chosen;
    example.hidden = texts.has(chosen);
  }

  function write(text) {
    const { control } = area;
    control.setRangeText(text, control.selectionStart, control.selectionEnd, "end");
    control.focus();
    keep();
  }

  /** What is wrong with the text that is shown, or else with another one. */
  function tell() {
    example.hidden = texts.has(pick.value);
    const where = (name) => name.slice("template".length + 1) || ALL;
    const own = found.find(([name]) => where(name) === pick.value);
    const [name, sentence] = own ?? found[0] ?? [];
    // TRANSLATORS: what is wrong with the template for some events, as in: Pull request: the template has no end.
    area.fault(!sentence || own ? (sentence ?? null) : t("{events}: {fault}", { events: labels.get(where(name)) ?? where(name), fault: sentence }));
  }

  function value() {
    const patterns = [...texts.keys()].filter((pattern) => pattern !== ALL);
    if (patterns.length === 0) return texts.get(ALL) ?? null;
    if (texts.has(ALL)) patterns.push(ALL); // the first that fits is taken
    return Object.fromEntries(patterns.map((pattern) => [pattern, texts.get(pattern)]));
  }

  area.control.addEventListener("input", keep);
  example.addEventListener("click", () => {
    area.control.value = "";
    write(EXAMPLE);
  });
  list();
  open();
  return {
    element: el(
      "details",
      { class: "more template", open: texts.size > 0 },
      el("summary", {}, t("Your own template")),
      picking.element,
      area.element,
      example,
      choosing,
    ),
    value,
    faults(pairs) {
      found = pairs;
      tell();
    },
    show(pairs) {
      values.replaceChildren(
        ...pairs.map(([path, value]) =>
          el("li", {}, el("button", { type: "button", onclick: () => write(`{{ ${path} }}`) }, el("code", {}, path)), el("span", {}, value)),
        ),
      );
      choosing.hidden = pairs.length === 0;
    },
  };
}
