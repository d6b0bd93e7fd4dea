/** The configuration page: brings Teams, the bridge and the form together. */

import { Api } from "./api.js";
import { el } from "./dom.js";
import { Form } from "./form.js";
import { newSubscriptionId, Saving } from "./saving.js";
import { askForToken } from "./signin.js";
import * as teams from "./teams.js";

const main = document.getElementById("main");
const notices = document.getElementById("notices");

/** Say something above the form; an error is read out at once. With nothing, nothing is said any more. */
function notice(sentence = null, kind = "error") {
  notices.replaceChildren(sentence ? el("p", { class: `notice ${kind}`, role: kind === "error" ? "alert" : null }, sentence) : "");
  if (sentence) notices.scrollIntoView({ block: "nearest" });
}

function only(...content) {
  main.removeAttribute("aria-busy");
  main.replaceChildren(...content);
}

async function start() {
  let place;
  try {
    place = await teams.connect(() => {
      main.querySelector(".waiting").textContent = "Teams has not answered yet. If this stays, close this window and open it again.";
    });
  } catch (error) {
    if (!(error instanceof teams.NoTeams)) throw error;
    only(outside(error.message));
    return;
  }
  const { team, channel } = place.hints;
  if (channel) document.getElementById("place").textContent = `Cards appear in ${channel}${team ? ` of ${team}` : ""} as things happen.`;
  if (place.frame !== "settings" && place.frame !== "remove") {
    only(el("div", { class: "panel" }, el("p", {}, "To change what is posted here, open this connector’s settings in Teams.")));
    return;
  }
  await configure(place);
}

function outside(sentence) {
  return el(
    "div",
    { class: "panel outside" },
    el("h2", {}, "Open this page in Teams"),
    el("p", {}, sentence),
    el("p", {}, "In Teams, open the menu of a channel, choose its connectors or apps, and add Webhook Bridge there."),
  );
}

async function configure(place) {
  const api = new Api(askForToken);
  const known = place.entityId || new URLSearchParams(location.search).get("subscription");
  const id = known || newSubscriptionId();
  const saving = new Saving({ api, teams, id, before: null, publicUrl: document.body.dataset.publicUrl });
  let form = null;
  let busy = false;
  let sent = null;

  teams.onRemove(() => saving.remove());
  if (place.frame === "remove") {
    only(el("div", { class: "panel" }, el("p", {}, "Its cards stop as soon as you remove it here.")));
    return;
  }
  teams.onSave(async (webhookUrl) => {
    if (busy) throw new Error("It is being saved already.");
    if (!form?.valid) throw new Error("Something is still missing on the page.");
    busy = true;
    main.inert = true;
    notice();
    try {
      await saving.save({ ...form.value(), teams: place.hints }, webhookUrl);
      notice("Saved.", "good");
    } catch (error) {
      main.inert = false; // or it would not take the focus to what is wrong
      const left = error.fields ? form.faults(error.fields) : [];
      const sentence = Object.keys(error.fields ?? {}).length ? ["Please look at what is marked below.", ...left].join(" ") : error.message;
      notice(`Not saved. ${sentence}`);
      throw new Error(Object.values(error.fields ?? {}).join(" ") || error.message);
    } finally {
      busy = false;
      main.inert = false;
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
  const [catalog, before] = await Promise.all([api.get("catalog"), known ? prefill(api, known) : null]);
  if (before) {
    saving.before = { wanted: wantedOf(before, place.hints), webhookUrl: place.webhookUrl };
    await include(api, catalog, before.endpoint);
    document.getElementById("heading").textContent = "Change what is posted to this channel";
    tellTrouble(before);
  }
  form = new Form({ api, catalog, before, onValidity });
  only(form.element);
}

/** Why nothing can be set up here, where an administrator turned that off. */
async function turnedOff(api, { tenant, team_id }) {
  const place = Object.entries({ tenant, team: team_id }).filter(([, id]) => id);
  const { connectors, reasons } = await api.get(`switches?${new URLSearchParams(place)}`);
  return connectors ? null : reasons[0];
}

function nothingToSetUp(why, known) {
  const what = known
    ? "What is set up here stays, but posts no cards until they are turned on again. You can remove it."
    : "Nothing can be set up here. Ask an administrator of your organisation to turn them on.";
  return el("div", { class: "panel", role: "status" }, el("h2", {}, "Turned off"), el("p", {}, why), el("p", {}, what));
}

/** Why nothing may be arriving, where the bridge knows it. */
function tellTrouble({ state, reason, channel }) {
  if (state === "paused") notice("This subscription is paused: nothing is posted until its operator resumes it.", "warning");
  else if (state === "disabled") notice(`Nothing is posted any more: ${reason ?? "it was disabled."} Change something and save to start again.`, "warning");
  else if (channel.failing_since) notice(channelTrouble(channel), "warning");
}

function channelTrouble({ reason, flagged, retry_at }) {
  const why = reason ?? "it gave no reason.";
  if (flagged) return `No card gets through: ${why} Waiting will not mend that. Once it is put right, change something and save to try at once.`;
  const next = retry_at && new Date(retry_at) > new Date() ? ` at ${new Date(retry_at).toLocaleTimeString([], { timeStyle: "short" })}` : "";
  return `The last card did not reach this channel: ${why} It is tried again${next}. To try at once, change something and save.`;
}

async function prefill(api, id) {
  try {
    return await api.get(`subscriptions/${encodeURIComponent(id)}`);
  } catch (error) {
    if (error.status !== 404) throw error;
    notice("What was set up here is gone, or your token does not cover it. You can set it up again below.", "warning");
    return null;
  }
}

/** The bridge lists the newest endpoints only; the one in use must be among them. */
async function include(api, catalog, endpointId) {
  if (catalog.endpoints.some((endpoint) => endpoint.id === endpointId)) return;
  try {
    catalog.endpoints.push(await api.get(`endpoints/${encodeURIComponent(endpointId)}`));
  } catch (error) {
    if (error.status !== 404) throw error;
    notice("The endpoint that was used here is not yours to use any more. Choose another one.", "warning");
  }
}

/** All of it, `expiry` too: what is left out stays as it is, so that it would not be put back. */
function wantedOf({ endpoint, name, events, filters, presentation, digest, expiry, hold, stale }, hints) {
  return { endpoint, name, events, filters, presentation, digest, expiry: expiry ?? 0, hold, stale, teams: hints };
}

start().catch((error) => {
  only(
    el(
      "div",
      { class: "panel" },
      el("h2", {}, "This page cannot work at the moment"),
      el("p", {}, error.message),
      el("button", { type: "button", class: "primary", onclick: () => location.reload() }, "Try again"),
    ),
  );
});
