/** Whether webhooks arrive: waiting for the first one, then the last one, or why it was turned away. */

import { clock } from "./clock.js";
import { el } from "./dom.js";

const WAITING = 1_500;
const ARRIVED = 8_000;
const FAILING = 6_000;

/** Watch an endpoint. `stop()` ends it. @param {(seen: object) => void} onEvent called at a newly seen event */
export function watchArrivals(api, endpointId, onEvent = () => {}) {
  const title = el("strong", {}, "Looking for webhooks …");
  const detail = el("span", { class: "arrival-detail" }, "");
  const element = el(
    "div",
    { class: "arrival", role: "status", "data-state": "waiting" },
    el("span", { class: "arrival-mark", "aria-hidden": "true" }),
    el("div", {}, title, detail),
  );
  const stopping = new AbortController();
  let timer = null;
  let lastEvent = null;

  const say = (state, headline, more) => {
    if (element.dataset.state !== state) element.dataset.state = state;
    if (title.textContent !== headline) title.textContent = headline;
    if (detail.textContent !== more) detail.textContent = more;
  };

  async function look() {
    let pause = WAITING;
    try {
      const { event, refusal } = await api.get(`endpoints/${encodeURIComponent(endpointId)}/arrivals`, { signal: stopping.signal });
      say(...described(event, refusal));
      if (event && event.state !== "received" && event.id !== lastEvent) {
        lastEvent = event.id;
        onEvent(event);
      }
      if (event && event.state !== "received") pause = ARRIVED;
    } catch (error) {
      if (stopping.signal.aborted) return;
      say("trouble", "Cannot look for webhooks at the moment", error.message);
      pause = FAILING;
    }
    timer = setTimeout(next, pause);
  }

  const next = () => {
    if (document.visibilityState === "visible") look();
    else timer = null;
  };
  const shown = () => {
    if (timer === null && document.visibilityState === "visible") next();
  };
  document.addEventListener("visibilitychange", shown);
  look();

  return {
    element,
    stop() {
      stopping.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", shown);
    },
  };
}

/** State, headline and detail, by whichever came last. */
function described(event, refusal) {
  if (refusal && (!event || refusal.at > event.received_at)) {
    return ["refused", `A webhook was refused at ${clock(refusal.at)} (${refusal.status})`, refusal.reason];
  }
  if (!event) return ["waiting", "Waiting for your first webhook", "It appears here as soon as the system sends one."];
  const when = clock(event.received_at);
  if (event.state === "received") return ["arrived", `A webhook arrived at ${when}`, "It is being read."];
  if (event.state === "failed") return ["refused", `A webhook arrived at ${when}, but cannot be read`, event.reason ?? ""];
  const types = [...new Set(event.types)].join(", ");
  return ["arrived", `A webhook arrived at ${when}`, types || "It says nothing that becomes a card."];
}
