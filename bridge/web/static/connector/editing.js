/** What it takes to open a form: the catalog, what stands under an id, and what is known to be wrong with it. */

import { el } from "./dom.js";
import { notice } from "./page.js";
import { region, t } from "./texts.js";

/** What there is to choose from, and the subscription of that id; `before` is null without an id, or where it is gone. */
export async function opened(api, id) {
  const [catalog, before] = await Promise.all([api.get("catalog"), id ? prefill(api, id) : null]);
  if (before) {
    await include(api, catalog, before.endpoint);
    tellTrouble(before);
  }
  return { catalog, before };
}

/** Why nothing can be set up here, where an administrator turned that off. */
export async function turnedOff(api, { tenant, team_id }) {
  const place = Object.entries({ tenant, team: team_id }).filter(([, id]) => id);
  const { connectors, reasons } = await api.get(`switches?${new URLSearchParams(place)}`);
  return connectors ? null : reasons[0];
}

export function nothingToSetUp(why, known) {
  const what = known
    ? t("What is set up here stays, but posts no cards until they are turned on again. You can remove it.")
    : t("Nothing can be set up here. Ask an administrator of your organisation to turn them on.");
  return el("div", { class: "panel", role: "status" }, el("h2", {}, t("Turned off")), el("p", {}, why), el("p", {}, what));
}

/**
 * Say why it was not saved, beside the fields that it is about where there are some.
 * @returns what Teams is to be told
 */
export function notSaved(error, form) {
  const fields = Object.values(error.fields ?? {});
  const left = error.fields ? form.faults(error.fields) : [];
  if (fields.length) notice([t("Not saved. Please look at what is marked below."), ...left].join(" "));
  else notice(t("Not saved. {reason}", { reason: error.message }));
  return new Error(fields.join(" ") || error.message);
}

/** All of it, `expiry` too: what is left out stays as it is, so that it would not be put back. */
export function wantedOf({ endpoint, name, events, filters, presentation, digest, expiry, hold, stale }, hints) {
  return { endpoint, name, events, filters, presentation, digest, expiry: expiry ?? 0, hold, stale, teams: hints };
}

/** Why nothing may be arriving, where the bridge knows it. */
function tellTrouble({ state, reason, channel }) {
  if (state === "paused") notice(t("This subscription is paused: nothing is posted until it is resumed."), "warning");
  else if (state === "disabled") notice(stopped(reason), "warning");
  else if (channel.failing_since) notice(channelTrouble(channel), "warning");
}

function stopped(reason) {
  // TRANSLATORS: Stands after “Nothing is posted any more: ”.
  const why = reason ?? t("it was disabled.");
  return t("Nothing is posted any more: {reason} Change something and save to start again.", { reason: why });
}

function channelTrouble({ reason, flagged, retry_at }) {
  // TRANSLATORS: Stands after “No card gets through: ”.
  const told = { reason: reason ?? t("it gave no reason.") };
  if (flagged) return t("No card gets through: {reason} Waiting will not mend that. Once it is put right, change something and save to try at once.", told);
  if (!retry_at || new Date(retry_at) <= new Date()) {
    return t("The last card did not reach this channel: {reason} It is tried again. To try at once, change something and save.", told);
  }
  const time = new Date(retry_at).toLocaleTimeString(region, { timeStyle: "short" });
  return t("The last card did not reach this channel: {reason} It is tried again at {time}. To try at once, change something and save.", { ...told, time });
}

async function prefill(api, id) {
  try {
    return await api.get(`subscriptions/${encodeURIComponent(id)}`);
  } catch (error) {
    if (error.status !== 404) throw error;
    notice(t("What was set up here is gone, or your token does not cover it. You can set it up again below."), "warning");
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
    notice(t("The endpoint that was used here is not yours to use any more. Choose another one."), "warning");
  }
}
