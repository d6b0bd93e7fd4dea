/** The card that a sample of a chosen event becomes, or a webhook that came, following the choices as they are made. */

import { el, field } from "./dom.js";
import { t } from "./texts.js";

const PAUSE = 200;
const KEPT = 400;

const TYPE = "type:";
const EVENT = "event:";

/**
 * @param {object} api
 * @param {(fields: object, shown: object | null) => void} onAnswer the bridge's sentences about what is wrong, if any, and
 *   what it said of the card that is shown
 */
export function cardPreview(api, onAnswer) {
  const pick = el("select", { onchange: () => ((state.picked = pick.value), refresh()) });
  const picking = field(t("Sample"), pick);
  const card = el("div", { class: "preview-card" });
  card.addEventListener("error", (event) => (event.target.hidden = true), true);
  const verdict = el("p", { class: "verdict", role: "status" });
  const element = el(
    "aside",
    { class: "preview", "aria-labelledby": "preview-title" },
    el("h2", { id: "preview-title" }, t("Preview")),
    picking.element,
    card,
    verdict,
  );
  const state = { wanted: null, picked: null, timer: null, request: null };

  /**
   * What to show: `{source, endpoint, types, received, filters, filtered, presentation}`; `latest` is the event type just
   * chosen, or null
   */
  function follow(wanted, latest = null) {
    if (state.wanted === null) tell(t("One moment …"));
    state.wanted = wanted;
    const samples = wanted.types.slice(0, KEPT).map((type) => [TYPE + type.name, type.label]);
    const received = wanted.received.map(({ id, label }) => [EVENT + id, label]);
    const offered = [...samples, ...received].map(([value]) => value);
    if (latest) state.picked = TYPE + latest.name;
    if (!offered.includes(state.picked)) state.picked = offered[0] ?? null;
    pick.replaceChildren(...(received.length ? [group(t("Samples"), samples), group(t("Last received"), received)] : options(samples)));
    if (state.picked) pick.value = state.picked;
    picking.element.hidden = offered.length === 0;
    refresh();
  }

  function refresh() {
    state.request?.abort();
    clearTimeout(state.timer);
    state.timer = setTimeout(ask, PAUSE);
  }

  async function ask() {
    if (!state.picked) {
      tell(t("Choose an event to see its card."));
      return;
    }
    const { source, endpoint, filters, filtered, presentation } = state.wanted;
    const what = state.picked.startsWith(EVENT) ? { received: state.picked.slice(EVENT.length) } : { event: state.picked.slice(TYPE.length) };
    const request = new AbortController();
    state.request = request;
    try {
      const answer = await api.call("POST", "preview", { source, endpoint, ...what, filters, presentation }, { signal: request.signal });
      if (request.signal.aborted) return;
      draw(answer, filtered);
      onAnswer({}, answer);
    } catch (error) {
      if (request.signal.aborted) return;
      if (error.status === 422) onAnswer(error.fields, null);
      tell(error.status === 422 ? t("The card shows again once what is marked is in order.") : error.message);
    }
  }

  function draw(answer, filtered) {
    // The one place where HTML is inserted: a fragment that the bridge made and escaped.
    card.innerHTML = answer.html;
    verdict.dataset.matched = String(answer.matched);
    verdict.textContent = filtered ? judged(answer) : "";
  }

  // TRANSLATORS: what filters say to the event, as in: Left out: shop is north, not south.
  const judged = ({ matched, reason }) => (matched ? t("Passes: {reason}.", { reason }) : t("Left out: {reason}.", { reason }));

  function tell(sentence) {
    card.replaceChildren(el("p", { class: "preview-empty" }, sentence));
    verdict.textContent = "";
  }

  const options = (pairs) => pairs.map(([value, label]) => el("option", { value }, label));
  const group = (label, pairs) => (pairs.length ? el("optgroup", { label }, options(pairs)) : "");

  picking.element.hidden = true;
  tell(t("Pick a source to see what its cards look like."));
  return { element, follow };
}
