/** The `configurableTabs` entry: a tab that groups a channel's subscriptions; the person pastes a workflow's URL. */

import { channelSection } from "./channel.js";
import { el } from "./dom.js";
import { notSaved, nothingToSetUp, opened, turnedOff } from "./editing.js";
import { Form } from "./form.js";
import { heading, locked, notice, only } from "./page.js";
import { newSubscriptionId, newTabId, TabSaving } from "./saving.js";
import { removal } from "./tabremoval.js";
import * as teams from "./teams.js";
import { t } from "./texts.js";

/** @param {object} options `{api, place, query}` */
export async function configureTab({ api, place }) {
  const tab = teams.isTabId(place.entityId) ? place.entityId : newTabId();
  if (place.frame === "remove") {
    await removal(api, tab);
    return;
  }
  const saving = new TabSaving({ api, teams, tab, name: place.name, publicUrl: document.body.dataset.publicUrl });
  const hints = { ...place.hints, tab };
  let open = null;
  let sent = null;

  teams.onSave(async () => {
    if (saving.busy) throw new Error(t("It is being saved already."));
    if (!open?.form.valid) throw new Error(t("Something is still missing on the page."));
    locked(true);
    notice();
    try {
      await saving.save(open.id, { ...open.form.value(), teams: hints }, open.isNew);
      open.isNew = false;
      notice(t("Saved."), "good");
    } catch (error) {
      locked(false); // or it would not take the focus to what is wrong
      throw notSaved(error, open.form);
    } finally {
      locked(false);
      sent = null;
    }
  });

  const off = await turnedOff(api, place.hints);
  if (off) {
    only(nothingToSetUp(off, place.entityId));
    return;
  }
  const onValidity = (valid) => {
    if (valid !== sent) teams.setValidity(valid);
    sent = valid;
  };

  /** Show the form of a subscription that is there, or of a new one (null). */
  async function show(id, others) {
    open?.form.stop();
    const { catalog, before } = await opened(api, id);
    const channel = channelSection({ api, hints, before, shared: others[0] ?? null });
    open = { id: before?.id ?? newSubscriptionId(), isNew: !before, form: new Form({ api, catalog, before, channel, onValidity }) };
    if (before) heading(t("Change what is posted to this channel"));
    only(others.length > 1 ? chooser(others, id) : "", open.form.element);
  }

  function chooser(items, chosen) {
    const change = (event) => {
      notice();
      if (sent) onValidity(false);
      show(event.target.value || null, items);
    };
    const options = items.map((item) => el("option", { value: item.id, selected: item.id === chosen }, item.name));
    const select = el("select", { id: "which", onchange: change }, options);
    return el("div", { class: "field headed which" }, el("label", { for: "which" }, t("Which of this tab’s subscriptions")), select);
  }

  const { items } = place.entityId ? await api.get(`tabs/${encodeURIComponent(tab)}`) : { items: [] };
  await show(items[0]?.id ?? null, items);
}
