/** A tab's page in its channel: what was set up there and how it is doing, and the form to change it. */

import { Api } from "./api.js";
import { board } from "./board.js";
import { channelSection } from "./channel.js";
import { announce, el } from "./dom.js";
import { notSaved, nothingToSetUp, opened, turnedOff } from "./editing.js";
import { enter } from "./entering.js";
import { Form } from "./form.js";
import { heading, locked, notice, only, run } from "./page.js";
import { newSubscriptionId } from "./saving.js";
import { askForToken } from "./signin.js";
import { removal } from "./tabremoval.js";
import { isTabId } from "./teams.js";
import { t } from "./texts.js";

const HEADING = t("What comes into this channel");

async function start(slow) {
  const place = await enter(slow);
  if (!place) return;
  const tab = [new URLSearchParams(location.search).get("tab"), place.entityId].find(isTabId);
  if (!tab) throw new Error(t("This address names no tab. Remove the tab in Teams, and add it again."));
  const api = new Api(askForToken);
  if (place.frame === "remove") await removal(api, tab);
  else await show({ api, tab, hints: { ...place.hints, tab } });
}

/** The list of what is in the tab. */
async function show(options) {
  const { api, tab, hints } = options;
  const off = await turnedOff(api, hints);
  const shown = await api.get(`tabs/${encodeURIComponent(tab)}`);
  heading(HEADING);
  only(
    off ? nothingToSetUp(off, true) : "",
    board({
      api,
      tab,
      shown,
      mayAdd: !off,
      onEdit: (subscription, items) => edit(options, subscription, items),
      onAdd: (items) => edit(options, null, items),
    }),
  );
}

/** The form of one of them, or of a new one (null), with buttons of its own: here Teams has none. */
async function edit(options, subscription, items) {
  const { api, hints } = options;
  notice();
  const { catalog, before } = await opened(api, subscription?.id ?? null);
  const id = before?.id ?? newSubscriptionId();
  const save = el("button", { type: "button", class: "primary", disabled: true, onclick: keep }, t("Save"));
  const back = el("button", { type: "button", onclick: () => leave(null) }, t("Back"));
  const channel = channelSection({ api, hints, before, shared: items[0] ?? null });
  const form = new Form({ api, catalog, before, channel, onValidity: (valid) => (save.disabled = !valid) });

  async function keep() {
    locked(true);
    notice();
    try {
      await api.call("PUT", `subscriptions/${encodeURIComponent(id)}`, { ...form.value(), teams: hints });
    } catch (error) {
      locked(false);
      notSaved(error, form);
      return;
    }
    locked(false);
    await leave(t("Saved."));
  }

  async function leave(said) {
    form.stop();
    await show(options);
    notice(said, "good");
    if (said) announce(said);
    document.getElementById("heading").focus();
  }

  heading(before ? t("Change “{name}”", { name: before.name }) : t("Add another"));
  only(form.element, el("div", { class: "tools save-bar" }, save, back));
  document.getElementById("heading").focus();
}

run(start);
