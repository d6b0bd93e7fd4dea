/** Whether webhooks arrive: waiting for the first one, then the last one, or why it was turned away. */

import { clock } from "./clock.js";
import { el } from "./dom.js";
import { t } from "./texts.js";

const WAITING = 1_500;
const ARRIVED = 8_000;
const FAILING = 6_000;

/** Watch an endpoint. `stop()` ends it. @param {(seen: object) => void} onEvent called at a newly seen event */
export function watchArrivals(api, endpointId, onEvent = () => {}) {
  const title = el("strong", {}, t("Looking for webhooks …"));
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

  const tell = (state, headline, more) => {
    if (element.dataset.state !== state) element.dataset.state = state;
    if (title.textContent !== headline) title.textContent = headline;
    if (detail.textContent !== more) detail.textContent = more;
  };

  async function look() {
    let pause = WAITING;
    try {
      const { event, refusal } = await api.get(`endpoints/${encodeURIComponent(endpointId)}/arrivals`, { signal: stopping.signal });
      tell(...described(event, refusal));
      if (event && event.state !== "received" && event.id !== lastEvent) {
        lastEvent = event.id;
        onEvent(event);
      }
      if (event && event.state !== "received") pause = ARRIVED;
    } catch (error) {
      if (stopping.signal.aborted) return;
      tell("trouble", t("Cannot look for webhooks at the moment"), error.message);
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
    // TRANSLATORS: {time} is a time of today (14:05:09) or has a day too (3 Nov, 14:05:09); {status} is a number of HTTP.
    const refused = t("A webhook was refused at {time} ({status})", { time: clock(refusal.at), status: refusal.status });
    return ["refused", refused, refusal.reason];
  }
  if (!event) return ["waiting", t("Waiting for your first webhook"), t("It appears here as soon as the system sends one.")];
  const time = clock(event.received_at);
  // TRANSLATORS: {time} is a time of today (14:05:09) or has a day too (3 Nov, 14:05:09).
  if (event.state === "failed") return ["refused", t("A webhook arrived at {time}, but cannot be read", { time }), event.reason ?? ""];
  // TRANSLATORS: {time} is a time of today (14:05:09) or has a day too (3 Nov, 14:05:09).
  const arrived = t("A webhook arrived at {time}", { time });
  if (event.state === "received") return ["arrived", arrived, t("It is being read.")];
  const types = [...new Set(event.types)].join(", ");
  return ["arrived", arrived, types || t("It says nothing that becomes a card.")];
}
