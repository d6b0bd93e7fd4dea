/** What the choices mean: one sentence, and which of the last events would have come, following them as they are made. */

import { el } from "./dom.js";
import { t } from "./texts.js";

const PAUSE = 350;

/**
 * @param {object} api
 * @param {(tried: object | null, trouble: string | null) => void} onTried what the bridge found, or why it found nothing
 * @returns `follow(wanted)`: `{source, endpoint, events, filters}`, asked again only where that changed; `again()`: asks
 *   although nothing changed, since events may have come
 */
export function trial(api, onTried) {
  const sentence = el("p", { class: "sentence" }, t("Pick a source first."));
  const element = el("div", { class: "summary" }, el("h2", {}, t("What comes here")), sentence);
  const state = { wanted: null, asked: null, timer: null, request: null };

  function follow(wanted) {
    state.wanted = wanted;
    if (wanted.events.length === 0) {
      stop();
      tell(t("Nothing yet: choose an event type."));
      onTried(null, t("Choose an event type to see which of them would come."));
    } else if (JSON.stringify(wanted) !== state.asked) {
      again();
    }
  }

  function again() {
    if (!state.wanted || state.wanted.events.length === 0) return;
    stop();
    state.timer = setTimeout(ask, PAUSE);
  }

  function stop() {
    state.request?.abort();
    clearTimeout(state.timer);
    state.asked = null;
  }

  async function ask() {
    const { wanted } = state;
    const request = new AbortController();
    state.request = request;
    state.asked = JSON.stringify(wanted);
    try {
      const tried = await api.call("POST", "dry-run", wanted, { signal: request.signal });
      if (request.signal.aborted) return;
      tell(tried.sentence);
      onTried(tried, null);
    } catch (error) {
      if (request.signal.aborted) return;
      state.asked = null;
      const trouble = error.status === 422 ? wrongWith(error.fields) : error.message;
      tell(trouble);
      onTried(null, trouble);
    }
  }

  function tell(words) {
    if (sentence.textContent !== words) sentence.textContent = words;
  }

  return { element, follow, again };
}

/** What is wrong with filters is marked beside them; of event types it is said here. */
function wrongWith(fields) {
  const events = Object.entries(fields).find(([name]) => name.split(".")[0] === "events");
  return events ? events[1] : t("This shows again once what is marked is in order.");
}
