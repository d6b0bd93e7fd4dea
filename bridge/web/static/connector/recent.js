/** The endpoint's last events: which of them would have come with the choices as they are, and what became of each. */

import { el, section } from "./dom.js";
import { eventView } from "./recentevent.js";
import { t, tn } from "./texts.js";

const AT_ONCE = 6;

const SHOWN = [
  ["all", t("All events")],
  ["come", t("Those that would come")],
  ["left", t("Those that would not")],
];

/**
 * @param {object} options `{api, source, subscription, onAgain}`: `subscription` is the id of one that exists, or null;
 *   onAgain() asks for what would come now
 * @returns `at(endpointId)`: whose events; `tried(result, trouble)`: what a dry run found; `again()`: look for new ones
 */
export function recentSection({ api, source, subscription, onAgain }) {
  const count = el("p", { class: "recent-count", role: "status" });
  const which = el("select", { "aria-label": t("Which events to list"), onchange: () => list() }, SHOWN.map(([value, label]) => el("option", { value }, label)));
  const refresh = el("button", { type: "button", onclick: () => again(true) }, t("Look again"));
  const tools = el("div", { class: "recent-tools" }, which, refresh);
  const items = el("ol", { class: "recent-list", "aria-label": t("Recent events") });
  const more = el("button", { type: "button", hidden: true, onclick: () => showMore() }, t("Show more"));
  const state = { endpoint: null, result: null, shown: AT_ONCE, told: new Map(), cursor: null, telling: null, views: new Map() };

  function at(endpointId) {
    if (state.endpoint === endpointId) return;
    Object.assign(state, { endpoint: endpointId, result: null, shown: AT_ONCE });
    forget();
    list();
  }

  function forget() {
    state.telling?.abort();
    Object.assign(state, { told: new Map(), cursor: null, telling: null, views: new Map() });
  }

  /** Events may have come, and those that were there may stand otherwise. */
  function again(asked = false) {
    forget();
    if (asked) refresh.focus();
    onAgain();
  }

  function tried(result, trouble) {
    state.result = result?.endpoint === state.endpoint ? result : null;
    if (trouble) tell(trouble);
    else if (!state.endpoint) tell(t("Choose an endpoint to see what it received."));
    else if (result.looked_at === 0) tell(t("Nothing was received here yet."));
    else tell(counted(result));
    list();
  }

  function tell(words) {
    if (count.textContent !== words) count.textContent = words;
  }

  function wanted() {
    const all = state.result?.items ?? [];
    if (which.value === "all") return all;
    return all.filter((item) => item.matched === (which.value === "come"));
  }

  function list() {
    const all = wanted();
    const shown = all.slice(0, state.shown);
    tools.hidden = !state.result || state.result.looked_at === 0;
    items.hidden = shown.length === 0;
    more.hidden = all.length <= shown.length;
    const elements = shown.map((item) => {
      const view = state.views.get(item.event) ?? eventView({ api, source, subscription, id: item.event });
      state.views.set(item.event, view);
      view.show(item, state.told.get(item.event) ?? null);
      return view.element;
    });
    if (elements.length !== items.children.length || elements.some((element, index) => element !== items.children[index])) items.replaceChildren(...elements);
    if (shown.some((item) => !state.told.has(item.event))) inquire();
  }

  function showMore() {
    const before = items.children.length;
    state.shown += AT_ONCE;
    list();
    items.children[before]?.querySelector("button")?.focus();
  }

  /** Ask for titles and fates, page by page, as far as events are shown. */
  async function inquire() {
    if (state.telling || state.cursor === "") return;
    const request = new AbortController();
    state.telling = request;
    const query = new URLSearchParams({ ...(subscription && { subscription }), ...(state.cursor && { cursor: state.cursor }) });
    try {
      const part = await api.get(`endpoints/${encodeURIComponent(state.endpoint)}/recent?${query}`, { signal: request.signal });
      if (request.signal.aborted) return;
      for (const event of part.items) state.told.set(event.id, event);
      state.cursor = part.next ?? "";
    } catch {
      // Titles and fates only add to what is shown; it can be looked for again.
      if (request.signal.aborted) return;
      state.cursor = "";
    }
    state.telling = null;
    list();
  }

  return {
    element: section("recent", t("Recent events"), t("What the endpoint received lately, and what of it comes here."), count, tools, items, more),
    at,
    tried,
    again,
  };
}

function counted({ looked_at, matched }) {
  return tn(looked_at, "{matched} of the last {n} event would have come here.", "{matched} of the last {n} events would have come here.", { matched });
}
