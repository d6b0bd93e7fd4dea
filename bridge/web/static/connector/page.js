/** The shell of a page: what is said above its content, and the content itself. */

import { el } from "./dom.js";

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
const KINDS = { mail: "Outlook", groups: "a Microsoft 365 group", teams: "Microsoft Teams" };

/** Say where cards will appear, as far as Teams tells. */
export function tellPlace({ app_type, team, channel }) {
  const kind = Object.hasOwn(KINDS, app_type ?? "") ? KINDS[app_type] : null;
  const where = channel ? `${channel}${team ? ` of ${team}` : ""}` : kind;
  if (where) document.getElementById("place").textContent = `Cards appear in ${where}${channel && kind ? `, in ${kind},` : ""} as things happen.`;
}

/** Begin, and say so where that fails; a person can try again. */
export function run(start) {
  start(() => {
    main.querySelector(".waiting").textContent = "Teams has not answered yet. If this stays, close this window and open it again.";
  }).catch((error) => {
    const again = el("button", { type: "button", class: "primary", onclick: () => location.reload() }, "Try again");
    only(el("div", { class: "panel" }, el("h2", {}, "This page cannot work at the moment"), el("p", {}, error.message), again));
  });
}

/** What is said where there is no Teams around the page. */
export function outside(sentence) {
  return el(
    "div",
    { class: "panel outside" },
    el("h2", {}, "Open this page in Teams"),
    el("p", {}, sentence),
    el("p", {}, "In Teams, open the menu of a channel, choose its connectors or apps, and add Webhook Bridge there."),
  );
}
