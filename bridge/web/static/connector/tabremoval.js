/** The end of a tab: says what goes with it, and lets go of all of it when Teams removes the tab. */

import { el } from "./dom.js";
import { heading, only } from "./page.js";
import * as teams from "./teams.js";

/** @param {object} api the bridge @param {string} tab its id */
export async function removal(api, tab) {
  const path = `tabs/${encodeURIComponent(tab)}`;
  // What is gone already counts as removed, so that trying again ends well.
  teams.onRemove(() => api.call("DELETE", path, undefined, { patient: false }));
  heading("Remove this tab");
  const { items, others } = await api.get(path);
  const content = items.length
    ? [el("p", {}, `With the tab, ${items.length === 1 ? "this subscription is" : `these ${items.length} subscriptions are`} removed, and the cards stop:`), el("ul", { class: "plain" }, items.map(named))]
    : [el("p", {}, "Nothing that you set up is in this tab.")];
  if (others) content.push(el("p", { class: "notice warning" }, stays(others)));
  only(el("div", { class: "panel" }, content));
  teams.setValidity(true);
}

/** What becomes of that which other people set up in the tab. */
function stays(others) {
  const [what, whose] = others === 1 ? ["One more subscription is", "whoever made it"] : [`${others} more subscriptions are`, "those who made them"];
  return `${what} somebody else’s, and stays: its cards go on until ${whose}, or the bridge’s operator, removes it.`;
}

function named({ name, sentence }) {
  return el("li", {}, el("strong", {}, name), sentence ? `: ${sentence}` : "");
}
