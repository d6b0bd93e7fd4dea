/** The shell of a page: what is said above its content, and the content itself. */

import { el } from "./dom.js";
import { t } from "./texts.js";

const main = document.getElementById("main");
const notices = document.getElementById("notices");

/** Say something above the content; an error is read out at once. With nothing, nothing is said any more. */
export function notice(sentence = null, kind = "error") {
  notices.replaceChildren(sentence ? el("p", { class: `notice ${kind}`, role: kind === "error" ? "alert" : null }, sentence) : "");
  if (sentence) notices.scrollIntoView({ block: "nearest" });
}

/** Let this be the content. */
export function only(...content) {
  main.removeAttribute("aria-busy");
  main.replaceChildren(...content);
}

/** Let nobody touch the content while something is done. */
export function locked(yes) {
  main.inert = yes;
}

export function heading(sentence) {
  document.getElementById("heading").textContent = sentence;
}

/** What Teams calls the kinds of place that a connector may be in, as people know them. */
const KINDS = {
  mail: "Outlook",
  // TRANSLATORS: Stands after “in”: “Cards appear in General, in a Microsoft 365 group, as things happen.”
  groups: t("a Microsoft 365 group"),
  teams: "Microsoft Teams",
};

/** Say where cards will appear, as far as Teams tells. */
export function tellPlace({ app_type, team, channel }) {
  const kind = Object.hasOwn(KINDS, app_type ?? "") ? KINDS[app_type] : null;
  const sentence = appearing({ channel, team, kind });
  if (sentence) document.getElementById("place").textContent = sentence;
}

function appearing(where) {
  const { channel, team, kind } = where;
  if (channel && team && kind) return t("Cards appear in {channel} of {team}, in {kind}, as things happen.", where);
  if (channel && team) return t("Cards appear in {channel} of {team} as things happen.", where);
  if (channel && kind) return t("Cards appear in {channel}, in {kind}, as things happen.", where);
  if (channel) return t("Cards appear in {channel} as things happen.", where);
  return kind && t("Cards appear in {kind} as things happen.", where);
}

/** Begin, and say so where that fails; a person can try again. */
export function run(start) {
  start(() => {
    main.querySelector(".waiting").textContent = t("Teams has not answered yet. If this stays, close this window and open it again.");
  }).catch((error) => {
    const again = el("button", { type: "button", class: "primary", onclick: () => location.reload() }, t("Try again"));
    only(el("div", { class: "panel" }, el("h2", {}, t("This page cannot work at the moment")), el("p", {}, error.message), again));
  });
}

/** What is said where there is no Teams around the page. */
export function outside(sentence) {
  return el(
    "div",
    { class: "panel outside" },
    el("h2", {}, t("Open this page in Teams")),
    el("p", {}, sentence),
    el("p", {}, t("In Teams, open the menu of a channel, choose its connectors or apps, and add Webhook Bridge there.")),
  );
}
