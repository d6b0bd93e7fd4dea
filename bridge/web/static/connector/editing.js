/** What it takes to open a form: the catalog, what stands under an id, and what is known to be wrong with it. */

import { el } from "./dom.js";
import { notice } from "./page.js";

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
    ? "What is set up here stays, but posts no cards until they are turned on again. You can remove it."
    : "Nothing can be set up here. Ask an administrator of your organisation to turn them on.";
  return el("div", { class: "panel", role: "status" }, el("h2", {}, "Turned off"), el("p", {}, why), el("p", {}, what));
}

/**
 * Say why it was not saved, beside the fields that it is about where there are some.
 * @returns what Teams is to be told
 */
export function notSaved(error, form) {
  const fields = Object.values(error.fields ?? {});
  const left = error.fields ? form.faults(error.fields) : [];
  notice(`Not saved. ${fields.length ? ["Please look at what is marked below.", ...left].join(" ") : error.message}`);
  return new Error(fields.join(" ") || error.message);
}

/** All of it, `expiry` too: what is left out stays as it is, so that it would not be put back. */
export function wantedOf({ endpoint, name, events, filters, presentation, digest, expiry, hold, stale }, hints) {
  return { endpoint, name, events, filters, presentation, digest, expiry: expiry ?? 0, hold, stale, teams: hints };
}

/** Why nothing may be arriving, where the bridge knows it. */
function tellTrouble({ state, reason, channel }) {
  if (state === "paused") notice("This subscription is paused: nothing is posted until it is resumed.", "warning");
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
