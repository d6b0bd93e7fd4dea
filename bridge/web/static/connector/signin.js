/** Whoever the bridge does not know yet signs in, or pastes an invitation, in place of the page's content. */

import { el, field } from "./dom.js";
import * as teams from "./teams.js";
import { t } from "./texts.js";

/** Whether people of a tenant sign in here; the others need an invitation. */
const signsIn = "signsIn" in document.body.dataset;

/**
 * A token: the one that Teams has for the person, where that is to be had, or else what they enter.
 * @param {string|null} refused why the last token did not do; null where there was none
 * @param {string|null} used the token that was refused
 */
export async function askForToken(refused, used) {
  const silent = signsIn ? await teams.getToken() : null;
  return silent && silent !== used ? silent : ask(refused);
}

function ask(refused) {
  const main = document.getElementById("main");
  const place = document.getElementById("signin");
  return new Promise((resolve) => {
    const done = (entered) => {
      place.replaceChildren();
      main.hidden = false;
      resolve(entered);
    };
    const signInButton = () =>
      el(
        "button",
        {
          class: "primary",
          type: "button",
          onclick: async () => {
            try {
              done(await teams.signIn());
            } catch (error) {
              token.fault(error.message);
            }
          },
        },
        t("Sign in with Microsoft"),
      );
    const token = field(t("Access token"), el("input", { type: "password", autocomplete: "off", spellcheck: "false" }), {
      hint: t("An invitation or the administrator's token. It is kept until this window is closed."),
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
            token.fault(entered ? t("A token has no spaces and no special letters: copy it again.") : t("Paste the token here."));
            token.control.focus();
            return;
          }
          done(entered);
        },
      },
      el("h2", {}, t("Who may add webhooks here?")),
      signsIn ? signInButton() : "",
      el("p", {}, t("The operator of this bridge gives out invitations. Ask for one, then paste it here.")),
      token.element,
      el("button", { class: signsIn ? "" : "primary", type: "submit" }, t("Continue")),
    );
    token.fault(refused);
    main.hidden = true;
    place.replaceChildren(el("main", {}, form));
    token.control.focus();
  });
}
