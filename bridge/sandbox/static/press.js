/** The buttons of a MessageCard that do something: pressed, they post as Teams does, and say what was answered. */

import { call } from "./calls.js";
import { el } from "./dom.js";

/** Give the buttons of a card, which is shown in `box`, something to do. */
export function letPress(box, post) {
  const buttons = [...box.querySelectorAll("button.card-action[disabled]")];
  for (const [number, action] of actionsOf(post.payload).entries()) {
    if (/^https?:/i.test(action?.targets?.[0]?.uri ?? "") || !action?.name) continue;
    const button = buttons.shift();
    if (action["@type"] === "HttpPOST") pressable(button, post, [number], () => ({}));
    if (action["@type"] === "ActionCard") opening(button, post, number, action);
  }
}

/** In the order in which they are shown: those of the sections, then the card's own. */
function actionsOf({ sections, potentialAction }) {
  return [...(sections ?? []).flatMap((section) => section.potentialAction ?? []), ...(potentialAction ?? [])];
}

function pressable(button, post, path, entered) {
  button.disabled = false;
  button.onclick = async () => {
    const place = statusOf(button);
    button.disabled = true;
    place.textContent = "Asking …";
    try {
      const { status, said } = await call("POST", "/teams/press", { post: post.id, path, inputs: entered() });
      place.textContent = said || `It answered ${status} and said nothing.`;
      place.classList.toggle("error", status >= 400);
    } catch (error) {
      place.textContent = error.message;
      place.classList.add("error");
    } finally {
      button.disabled = false;
    }
  };
}

/** Where a card says how it went, beneath its buttons. */
function statusOf(button) {
  const row = button.closest(".project-html");
  let place = row.querySelector(".press-status");
  if (!place) row.append((place = el("p", { class: "press-status", role: "status" })));
  return place;
}

function opening(button, post, number, { name, inputs = [], actions = [] }) {
  const fields = inputs.map((input) => ({ input, ...field(input) }));
  const entered = () => Object.fromEntries(fields.map(({ input, value }) => [input.id, value()]));
  const posts = actions.map((action, place) => {
    const made = el("button", { type: "button", class: "primary" }, action.name);
    pressable(made, post, [number, place], entered);
    return made;
  });
  const form = el("form", { class: "press-form", hidden: true, "aria-label": name, onsubmit: (event) => event.preventDefault() }, ...fields.map(({ element }) => element), ...posts);
  button.disabled = false;
  button.setAttribute("aria-expanded", "false");
  button.onclick = () => {
    form.hidden = !form.hidden;
    button.setAttribute("aria-expanded", String(!form.hidden));
    if (!form.hidden) form.querySelector("input, textarea, select")?.focus();
  };
  button.parentElement.after(form);
}

function field({ "@type": kind, title, isMultiline, maxLength, includeTime, choices = [], isMultiSelect }) {
  if (kind === "MultichoiceInput") {
    const select = el("select", { multiple: Boolean(isMultiSelect) }, ...(isMultiSelect ? [] : [el("option", { value: "" }, "")]), ...choices.map(({ display, value }) => el("option", { value }, display)));
    return { element: el("label", {}, title, select), value: () => [...select.selectedOptions].map((one) => one.value).join(";") };
  }
  const type = kind === "DateInput" ? (includeTime ? "datetime-local" : "date") : "text";
  const control = isMultiline ? el("textarea", { rows: 3, maxlength: maxLength }) : el("input", { type, maxlength: maxLength });
  return { element: el("label", {}, title, control), value: () => control.value };
}
