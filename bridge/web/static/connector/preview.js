/** The card that a sample of a chosen event becomes, following the choices as they are made. */

import { el, field } from "./dom.js";

const PAUSE = 200;
const KEPT = 400;

/** @param {object} api @param {(fields: object) => void} onAnswer the bridge's sentences about the filters, if any */
export function cardPreview(api, onAnswer) {
  const pick = el("select", { onchange: () => ((state.picked = pick.value), refresh()) });
  const picking = field("Sample", pick);
  const card = el("div", { class: "preview-card" });
  card.addEventListener("error", (event) => (event.target.hidden = true), true);
  const verdict = el("p", { class: "verdict", role: "status" });
  const element = el(
    "aside",
    { class: "preview", "aria-labelledby": "preview-title" },
    el("h2", { id: "preview-title" }, "Preview"),
    picking.element,
    card,
    verdict,
  );
  const state = { wanted: null, picked: null, types: [], timer: null, request: null };

  /** What to show: `{source, endpoint, types, filters, filtered}`; `latest` is the event type just chosen, or null. */
  function follow(wanted, latest = null) {
    if (state.wanted === null) say("One moment …");
    state.wanted = wanted;
    state.types = wanted.types.slice(0, KEPT);
    if (latest) state.picked = latest.name;
    if (!state.types.some((type) => type.name === state.picked)) state.picked = state.types[0]?.name ?? null;
    pick.replaceChildren(...state.types.map((type) => el("option", { value: type.name }, type.label)));
    if (state.picked) pick.value = state.picked;
    picking.element.hidden = state.types.length === 0;
    refresh();
  }

  function refresh() {
    state.request?.abort();
    clearTimeout(state.timer);
    state.timer = setTimeout(ask, PAUSE);
  }

  async function ask() {
    if (!state.picked) {
      say("Choose an event to see its card.");
      return;
    }
    const { source, endpoint, filters, filtered } = state.wanted;
    const request = new AbortController();
    state.request = request;
    try {
      const answer = await api.call("POST", "preview", { source, endpoint, event: state.picked, filters }, { signal: request.signal });
      if (request.signal.aborted) return;
      draw(answer, filtered);
      onAnswer({});
    } catch (error) {
      if (request.signal.aborted) return;
      if (error.status === 422) onAnswer(error.fields);
      say(error.status === 422 ? "The card shows again once the filters are in order." : error.message);
    }
  }

  function draw(answer, filtered) {
    // The one place where HTML is inserted: a fragment that the bridge made and escaped.
    card.innerHTML = answer.html;
    verdict.dataset.matched = String(answer.matched);
    verdict.textContent = filtered ? (answer.matched ? `Passes: ${answer.reason}.` : `Left out: ${answer.reason}.`) : "";
  }

  function say(sentence) {
    card.replaceChildren(el("p", { class: "preview-empty" }, sentence));
    verdict.textContent = "";
  }

  picking.element.hidden = true;
  say("Pick a source to see what its cards look like.");
  return { element, follow };
}
