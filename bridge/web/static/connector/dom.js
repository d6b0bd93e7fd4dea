/**
 * Making elements without HTML in strings, so that nothing that a webhook, a name or a host says can become markup.
 */

let counter = 0;

/** An id that no other element of the page has. */
export function uniqueId(prefix) {
  counter += 1;
  return `${prefix}-${counter}`;
}

/**
 * An element. In `attributes`, functions under `on…` are listeners, true and false switch an attribute, null leaves it
 * out. Children are texts, elements, lists of them, or null.
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Something that was done or happened, said to whoever does not see it. */
export function announce(sentence) {
  document.getElementById("announcer").textContent = sentence;
}

/**
 * A labelled control with room for a hint and for what is wrong with it, both of which belong to the control for
 * assistive technology too. `fault(sentence)` says what is wrong, or with nothing that all is well.
 */
export function field(label, control, { hint = null, className = "field" } = {}) {
  control.id ||= uniqueId("control");
  const notes = [];
  const hintElement = hint && el("p", { class: "hint", id: `${control.id}-hint` }, hint);
  if (hintElement) notes.push(hintElement.id);
  const { element: faultElement, fault } = faultOf(control, notes);
  const element = el("div", { class: className }, el("label", { for: control.id }, label), control, hintElement, faultElement);
  return { element, control, fault };
}

/** The place where what is wrong with a control (or a group of them) is said. */
export function faultOf(control, notes = []) {
  control.id ||= uniqueId("control");
  const element = el("p", { class: "fault", id: `${control.id}-fault`, hidden: true });
  const describe = (ids) => {
    if (ids.length) control.setAttribute("aria-describedby", ids.join(" "));
    else control.removeAttribute("aria-describedby");
  };
  describe(notes);
  const fault = (sentence = null) => {
    element.textContent = sentence ?? "";
    element.hidden = !sentence;
    describe(sentence ? [...notes, element.id] : notes);
    if (sentence) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  };
  return { element, fault };
}

/** A sentence in which what stands between two of the same `mark` is an element of its own: `a *word* of it`. */
export function marked(sentence, mark, tag) {
  return sentence.split(mark).map((text, index) => (index % 2 ? el(tag, {}, text) : text));
}

/** A section of the page under its heading. */
export function section(name, title, about, ...children) {
  const id = `${name}-title`;
  return el(
    "section",
    { class: "section", id: name, "aria-labelledby": id },
    el("h2", { id }, title),
    about && el("p", { class: "about" }, about),
    children,
  );
}

/**
 * Run something that may move what is on the page, but not under a press: a button that moves away while it is being
 * pressed is not clicked.
 */
export function unpressed(run) {
  if (document.querySelector("button:active, label:active, summary:active")) addEventListener("pointerup", () => setTimeout(run), { once: true });
  else run();
}
