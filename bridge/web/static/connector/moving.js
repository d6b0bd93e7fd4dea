/** A connector's way out: Teams switched connectors off, and the same cards can come through a workflow. */

import { announce, el } from "./dom.js";
import { workflowGuide } from "./guide.js";
import { t } from "./texts.js";
import { workflowUrl } from "./workflowurl.js";

/** @param {object} options `{api, subscription, onMoved}`: onMoved(subscription) is told how it is now */
export function moveBox({ api, subscription, onMoved }) {
  const link = workflowUrl(api, () => (move.disabled = !link.fits()));
  const said = el("p", { class: "tried", role: "status" });
  const move = el("button", { type: "button", class: "primary", disabled: true, onclick: go }, t("Send a test card and move"));
  const body = el("div", { class: "move-body" }, workflowGuide(true), link.element, el("div", { class: "tools" }, move), said);
  const box = el(
    "details",
    { class: "panel more move" },
    el("summary", {}, t("Move to a workflow")),
    el("p", {}, t("Microsoft switched connectors in Teams off in May 2026. Filters, looks and cards that wait stay as they are; only the way into the channel changes.")),
    body,
  );

  async function go() {
    move.disabled = true;
    said.textContent = t("Sending …");
    delete said.dataset.how;
    try {
      const now = await api.post(`subscriptions/${encodeURIComponent(subscription.id)}/move`, { url: link.url() });
      const words = t("Moved: the workflow took the test card, and cards come through it from now on.");
      box.replaceChildren(el("summary", {}, t("Moved to a workflow")), el("p", { class: "tried", "data-how": "good" }, words));
      announce(words);
      onMoved(now);
    } catch (error) {
      said.textContent = Object.values(error.fields ?? {})[0] ?? error.message;
      said.dataset.how = "bad";
      move.disabled = !link.fits();
    }
  }

  return box;
}
