/** Three steps for somebody who has never seen this, ticked off as they happen. */

import { el, icon } from "./dom.js";

const KEY = "sandbox.guide";

export function guideDismissed() {
  return localStorage.getItem(KEY) === "dismissed";
}

/** The guide, or null once it was put away. `open` and `send` are what its buttons do. */
export function guide({ state, open, send, dismissed }) {
  if (guideDismissed()) return null;
  const added = state.connectors.length > 0;
  const saved = state.connectors.some((connector) => connector.saved);
  const arrived = state.posts.some((post) => post.format);
  const done = saved && arrived;
  return el(
    "li",
    { class: done ? "guide whole" : "guide", id: "guide" },
    el("h3", {}, done ? "That is the whole way." : "From a webhook to a card in three steps"),
    el(
      "ol",
      {},
      step(added || saved, !added, "Open Connectors and add Webhook Bridge", "Choose GitHub (or another source), create an endpoint for it, and pick events.", el("button", { type: "button", "data-key": "open", class: added ? "" : "primary", onclick: open }, "Open Connectors")),
      step(saved, added && !saved, "Press Save", "The real configuration page runs in a frame, as in Teams. The bridge keeps the subscription."),
      step(arrived, saved && !arrived, "Send a sample webhook", "A real payload, signed as its source signs, is POSTed to your endpoint. The card appears here.", saved ? el("button", { type: "button", "data-key": "send", class: arrived ? "" : "primary", onclick: send }, "Send a sample webhook") : null),
    ),
    done
      ? el(
          "p",
          { class: "guide-end" },
          "Next: change “This channel answers” on the right and send again, to see retries; or add the same source to a channel of the other kind.",
          el(
            "button",
            {
              type: "button",
              onclick: () => {
                localStorage.setItem(KEY, "dismissed");
                dismissed();
              },
            },
            "Put this guide away",
          ),
        )
      : null,
  );
}

function step(done, now, title, text, button = null) {
  return el(
    "li",
    { class: `step${done ? " done" : ""}${now ? " now" : ""}` },
    el("span", { class: "mark" }, done ? icon("tick") : null),
    el(
      "div",
      {},
      el("strong", {}, title),
      done ? el("span", { class: "visually-hidden" }, " (done)") : null,
      el("p", {}, text),
    ),
    button,
  );
}
