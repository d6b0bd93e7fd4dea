/** The end of a tab: says what goes with it, and lets go of all of it when Teams removes the tab. */

import { el } from "./dom.js";
import { heading, only } from "./page.js";
import * as teams from "./teams.js";
import { t, tn } from "./texts.js";

/** @param {object} api the bridge @param {string} tab its id */
export async function removal(api, tab) {
  const path = `tabs/${encodeURIComponent(tab)}`;
  // What is gone already counts as removed, so that trying again ends well.
  teams.onRemove(() => api.call("DELETE", path, undefined, { patient: false }));
  heading(t("Remove this tab"));
  const { items, others } = await api.get(path);
  const content = items.length
    ? [el("p", {}, tn(items.length, "With the tab, this subscription is removed, and the cards stop:", "With the tab, these {n} subscriptions are removed, and the cards stop:")), el("ul", { class: "plain" }, items.map(named))]
    : [el("p", {}, t("Nothing that you set up is in this tab."))];
  if (others) content.push(el("p", { class: "notice warning" }, stays(others)));
  only(el("div", { class: "panel" }, content));
  teams.setValidity(true);
}

/** What becomes of that which other people set up in the tab. */
function stays(others) {
  return tn(
    others,
    "One more subscription is somebody else’s, and stays: its cards go on until whoever made it, or the bridge’s operator, removes it.",
    "{n} more subscriptions are somebody else’s, and stay: their cards go on until those who made them, or the bridge’s operator, remove them.",
  );
}

function named({ name, sentence }) {
  return el("li", {}, el("strong", {}, name), sentence ? `: ${sentence}` : "");
}
