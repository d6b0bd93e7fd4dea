/** "What happened": the last webhooks, what became of each and why, from the bridge's own API. */

import { call } from "./calls.js";
import { $, clock, el, icon } from "./dom.js";

const SHOWN = 8;
const CALM = 2000;
const CLOSE = 400;
const SETTLED = new Set(["delivered", "dead", "dropped"]);

const settled = new Map();
const opened = new Set();
let readState = null;
let closelyUntil = 0;
let timer = null;
let looking = false;
let before = "";

/** Begin to look; `state()` gives the sandbox's state, in which a subscription is a channel's connector. */
export function startHappened(state) {
  readState = state;
  document.addEventListener("visibilitychange", look);
  look();
}

/** Look often for a while: something was just sent. */
export function watchClosely() {
  closelyUntil = Date.now() + 8000;
  look();
}

async function look() {
  if (looking || document.hidden) return;
  looking = true;
  clearTimeout(timer);
  try {
    const { items } = await call("GET", `/api/v1/events?limit=${SHOWN}`);
    show(await Promise.all(items.map(traced)));
    $("#happened-error").textContent = "";
  } catch (error) {
    $("#happened-error").textContent = error.message;
  }
  looking = false;
  timer = setTimeout(look, Date.now() < closelyUntil ? CLOSE : CALM);
}

/** An event with its trace and each delivery's attempts; one that is over is read once. */
async function traced({ id }) {
  if (settled.has(id)) return settled.get(id);
  const event = await call("GET", `/api/v1/events/${id}`);
  event.deliveries = await Promise.all(event.deliveries.map((owed) => call("GET", `/api/v1/deliveries/${owed.id}`)));
  const over = event.state !== "received" && event.deliveries.every((owed) => SETTLED.has(owed.state));
  if (over) settled.set(id, event);
  return event;
}

function show(events) {
  const now = JSON.stringify([events, readState().connectors]);
  if (now === before) return;
  before = now;
  $("#nothing-happened").hidden = events.length > 0;
  const focused = document.activeElement?.closest(".happening")?.dataset.event;
  $("#happened").replaceChildren(...events.map((event) => el("li", {}, happening(event))));
  if (focused) $(`[data-event="${focused}"] summary`)?.focus();
}

function happening(event) {
  const details = el(
    "details",
    { class: "happening", "data-event": event.id, "data-state": event.state, open: opened.has(event.id) },
    el(
      "summary",
      {},
      el("span", { class: "type" }, event.types.join(", ") || event.source),
      el("time", { datetime: event.received_at }, clock(event.received_at)),
      verdict(event),
    ),
    el(
      "ul",
      { class: "trace" },
      event.trace.map((step) => traceStep(step, event)),
      event.state === "failed" ? el("li", { class: "bad" }, event.reason) : null,
      el("li", {}, el("button", { type: "button", class: "link", onclick: () => replay(event.id) }, "Replay this webhook")),
    ),
  );
  details.addEventListener("toggle", () => (details.open ? opened.add(event.id) : opened.delete(event.id)));
  return details;
}

async function replay(id) {
  await call("POST", `/api/v1/events/${id}/replay`);
  settled.delete(id);
  watchClosely();
}

/** One line about the whole event. */
function verdict(event) {
  const line = (style, name, text) => el("span", { class: `verdict ${style}` }, icon(name), el("span", {}, text));
  if (event.state === "received") return line("waiting", "wait", "Accepted, being read");
  if (event.state === "failed") return line("bad", "warn", "Could not be read");
  const steps = event.trace.filter((step) => step.matched);
  if (steps.length === 0) {
    return line("muted", "none", event.trace.length ? "No card: nobody wants it" : "No card: nothing is subscribed to this endpoint");
  }
  const of = (state) => steps.filter((step) => deliveriesOf(step, event).at(-1)?.state === state);
  const names = (some) => [...new Set(some.map((step) => channelOf(step.subscription)?.name ?? "a removed connector"))].join(", ");
  const lost = [...of("dead"), ...of("dropped")];
  if (of("pending").length) return line("waiting", "wait", `Waiting for ${names(of("pending"))}`);
  if (lost.length) {
    const reason = deliveriesOf(lost[0], event).at(-1).reason;
    return line("bad", "warn", `No card in ${names(lost)}${reason ? `: ${reason}` : ""}`);
  }
  return line("good", "tick", `Card in ${names(of("delivered"))}`);
}

function traceStep(step, event) {
  const channel = channelOf(step.subscription);
  const title = [step.name ?? "A removed subscription", channel && `in ${channel.name}`].filter(Boolean).join(" ");
  return el(
    "li",
    {},
    el("p", {}, el("strong", {}, title)),
    el("p", { class: "why muted" }, icon(step.matched ? "tick" : "none"), el("span", {}, step.reason)),
    deliveriesOf(step, event).map(attempts),
  );
}

/** Every card owed for a step, those from before a replay first; read after the event, so that they are the newer. */
function deliveriesOf(step, event) {
  return event.deliveries.filter((owed) => owed.subscription === step.subscription && owed.part === step.part);
}

function attempts(owed) {
  const state = { delivered: "good", pending: "waiting" }[owed.state] ?? "bad";
  return el(
    "ol",
    { class: "attempts" },
    owed.attempts.map((tried) => el("li", {}, `${clock(tried.at)}  ${tried.status ?? "no answer"}, ${tried.milliseconds} ms: ${tried.reason}`)),
    el("li", { class: state }, owed.reason ? `${owed.state}: ${owed.reason}` : owed.state),
  );
}

function channelOf(subscription) {
  const { connectors, channels } = readState();
  const connector = connectors.find((one) => one.subscriptions.includes(subscription));
  return connector && channels.find((one) => one.id === connector.channel);
}
