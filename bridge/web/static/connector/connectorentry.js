/** The `connectors` entry: one subscription for each connector, whose webhook URL Teams gives when it is saved. */

import { el } from "./dom.js";
import { notSaved, nothingToSetUp, opened, turnedOff, wantedOf } from "./editing.js";
import { Form } from "./form.js";
import { moveBox } from "./moving.js";
import { heading, locked, notice, only } from "./page.js";
import { newSubscriptionId, Saving } from "./saving.js";
import * as teams from "./teams.js";
import { t } from "./texts.js";

/** @param {object} options `{api, place, query}` */
export async function configureConnector({ api, place, query }) {
  const known = place.entityId || query.get("subscription");
  const id = known || newSubscriptionId();
  const saving = new Saving({ api, teams, id, before: null, publicUrl: document.body.dataset.publicUrl });
  let form = null;
  let busy = false;
  let sent = null;

  teams.onRemove(() => saving.remove());
  if (place.frame === "remove") {
    only(el("div", { class: "panel" }, el("p", {}, t("Its cards stop as soon as you remove it here."))));
    return;
  }
  teams.onSave(async (webhookUrl) => {
    if (busy) throw new Error(t("It is being saved already."));
    if (!form?.valid) throw new Error(t("Something is still missing on the page."));
    busy = true;
    locked(true);
    notice();
    try {
      await saving.save({ ...form.value(), teams: place.hints }, webhookUrl);
      notice(t("Saved."), "good");
    } catch (error) {
      locked(false); // or it would not take the focus to what is wrong
      throw notSaved(error, form);
    } finally {
      busy = false;
      locked(false);
      sent = null;
    }
  });

  const off = await turnedOff(api, place.hints);
  if (off) {
    only(nothingToSetUp(off, known));
    return;
  }
  const onValidity = (valid) => {
    if (valid !== sent) teams.setValidity(valid);
    sent = valid;
  };
  const { catalog, before } = await opened(api, known);
  if (before) {
    saving.before = { wanted: wantedOf(before, place.hints), webhookUrl: place.webhookUrl, kind: before.channel.kind };
    heading(t("Change what is posted to this channel"));
  }
  form = new Form({ api, catalog, before, onValidity });
  const onMoved = ({ channel }) => (saving.before.kind = channel.kind);
  only(before?.channel.kind === "connector" ? moveBox({ api, subscription: before, onMoved }) : "", form.element);
}
