/** The "Try it" panel: send a real webhook, and let channels misbehave. */

import { call } from "./calls.js";
import { TENANT } from "./dialog.js";
import { $, el, icon } from "./dom.js";

const HEADLINES = {
  202: "Accepted, and safely stored",
  200: "A duplicate: it was here before",
  400: "The source cannot read it",
  401: "Refused: the signature is wrong",
  404: "There is no such endpoint",
};
let endpoints = [];

/** Read endpoints and samples again; `subscriptionsOf(channel)` are the ids that belong to the channel shown. */
export async function refreshEndpoints() {
  endpoints = (await call("GET", "/teams/endpoints")).items;
  const picked = $("#endpoint").value;
  $("#endpoint").replaceChildren(
    ...endpoints.map((one) => el("option", { value: one.id, selected: one.id === picked }, `${one.name} (${one.label})`)),
  );
  const none = endpoints.length === 0;
  for (const selector of ["#endpoint", "#sample", "#send", "#wrong"]) $(selector).disabled = none;
  $("#no-endpoint").hidden = !none;
  $("#sending").hidden = none;
  showSamples();
}

/** Pick the endpoint that a subscription belongs to. */
export function pickEndpointOf(subscription) {
  const found = endpoints.find((one) => one.subscriptions.includes(subscription));
  if (!found) return;
  $("#endpoint").value = found.id;
  showSamples();
}

function showSamples() {
  const endpoint = endpoints.find((one) => one.id === $("#endpoint").value);
  const select = $("#sample");
  const before = select.value;
  const groups = [
    ["Subscribed: becomes a card", (sample) => sample.wanted],
    ["Not subscribed: no card, and the reason below", (sample) => !sample.wanted],
  ];
  select.replaceChildren(
    ...groups.map(([label, wanted]) => {
      const samples = (endpoint?.samples ?? []).filter(wanted);
      return samples.length ? el("optgroup", { label }, samples.map((one) => el("option", { value: one.name }, words(one)))) : "";
    }),
  );
  if ([...select.options].some((option) => option.value === before)) select.value = before;
  else select.selectedIndex = 0;
}

/** `pull_request__opened-from-fork` → "pull request, opened from fork". */
function words({ name }) {
  const [event, detail = ""] = name.split("__");
  return [event, detail].filter(Boolean).map((part) => part.replaceAll(/[_.-]+/g, " ")).join(": ");
}

/** Send what is chosen; `sent()` is called with the answer. */
export async function send(sent) {
  const button = $("#send");
  const result = $("#sent");
  button.disabled = true;
  result.replaceChildren("Sending …");
  try {
    const answer = await call("POST", "/teams/samples", {
      endpoint: $("#endpoint").value,
      sample: $("#sample").value,
      wrong_secret: $("#wrong").checked,
    });
    const good = answer.status === 202;
    result.replaceChildren(
      el(
        "p",
        { class: good ? "good" : "bad" },
        icon(good ? "tick" : "warn"),
        el("span", {}, el("strong", {}, String(answer.status)), ` ${HEADLINES[answer.status] ?? "Refused"}`),
      ),
      answer.detail ? el("p", { class: "muted" }, answer.detail) : "",
    );
    sent(answer);
  } catch (error) {
    result.replaceChildren(el("p", { class: "bad" }, icon("warn"), error.message));
  } finally {
    button.disabled = false;
  }
}

/** Show how the channel answers now. */
export function showFaults(state, channel) {
  const fault = state.faults.find((one) => one.id === channel.fault);
  const select = $("#fault");
  select.replaceChildren(...state.faults.map((one) => el("option", { value: one.id, selected: one.id === channel.fault }, one.label)));
  $("#fault-about").textContent = fault.about;
  $("#fault-all").hidden = state.channels.every((one) => one.fault === channel.fault);
  $("#fault-box").classList.toggle("on", channel.fault !== "normal");
  $("#quota").checked = state.quota;
  $("#changing").checked = state.changing_urls;
}

export function startPanel({ channel, changed, sent }) {
  $("#endpoint").onchange = showSamples;
  $("#send-form").onsubmit = (event) => {
    event.preventDefault();
    send(sent);
  };
  const setFault = async (target) => {
    await call("PUT", `/teams/channels/${target}/fault`, { fault: $("#fault").value });
    await changed();
  };
  $("#fault").onchange = () => setFault(channel().id);
  $("#fault-all").onclick = () => setFault("all");
  const setSwitches = async () => {
    await call("PUT", "/teams/switches", { quota: $("#quota").checked, changing_urls: $("#changing").checked });
    await changed();
  };
  $("#quota").onchange = setSwitches;
  $("#changing").onchange = setSwitches;
  startAdministration();
}

/** Connectors on or off, as an administrator of the organisation has it. */
async function startAdministration() {
  const address = `/api/v1/administration/tenants/${TENANT}`;
  $("#off").onchange = () => call("PUT", address, { connectors: !$("#off").checked });
  $("#off").checked = !(await call("GET", address)).connectors;
  $("#off").disabled = false;
}
