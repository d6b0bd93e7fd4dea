/** The form that asks for a token, in place of the page's content for as long as it is needed. */

import { el, field } from "./dom.js";

/** Ask; gives what was entered. `refused` says why the last token did not do, or is null where there was none. */
export function askForToken(refused) {
  const main = document.getElementById("main");
  const place = document.getElementById("signin");
  return new Promise((resolve) => {
    const token = field("Access token", el("input", { type: "password", autocomplete: "off", spellcheck: "false" }), {
      hint: "An invitation or the administrator's token. It is kept until this window is closed.",
    });
    const form = el(
      "form",
      {
        class: "panel signin",
        novalidate: true,
        onsubmit: (event) => {
          event.preventDefault();
          const entered = token.control.value.trim();
          if (!entered || !/^[\x21-\x7e]+$/.test(entered)) {
            token.fault(entered ? "A token has no spaces and no special letters: copy it again." : "Paste the token here.");
            token.control.focus();
            return;
          }
          place.replaceChildren();
          main.hidden = false;
          resolve(entered);
        },
      },
      el("h2", {}, "Who may add webhooks here?"),
      el("p", {}, "The operator of this bridge gives out invitations. Ask for one, then paste it here."),
      token.element,
      el("button", { class: "primary", type: "submit" }, "Continue"),
    );
    token.fault(refused);
    main.hidden = true;
    place.replaceChildren(form);
    token.control.focus();
  });
}
