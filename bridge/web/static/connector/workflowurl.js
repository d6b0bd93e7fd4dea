/** The field that a workflow's URL is pasted into: its shape is checked at once, by the bridge's own rules. */

import { el, field } from "./dom.js";
import { t } from "./texts.js";

const PAUSE = 250;

/**
 * @param {object} api the bridge
 * @param {() => void} onChange the user changed it, or the bridge looked at it
 * @returns `{element, control, fault, url(), fits()}`: fits() is whether the bridge took its shape
 */
export function workflowUrl(api, onChange) {
  const state = { url: "", fits: false, timer: null, request: null };
  const parts = field(t("Workflow URL"), el("input", { type: "text", autocomplete: "off", spellcheck: "false", placeholder: "https://…", oninput: look }), {
    hint: t("A secret: whoever has it can post to the channel. It is kept encrypted, and not shown again."),
  });

  function look() {
    state.request?.abort();
    clearTimeout(state.timer);
    Object.assign(state, { url: parts.control.value.trim(), fits: false });
    parts.fault();
    if (state.url) state.timer = setTimeout(check, PAUSE);
    onChange();
  }

  async function check() {
    const request = new AbortController();
    state.request = request;
    try {
      const { kind } = await api.post("channels/check", { url: state.url }, { signal: request.signal });
      if (request.signal.aborted) return;
      state.fits = kind !== "connector";
      parts.fault(state.fits ? null : t("This is a connector’s URL, and Teams has switched connectors off. Make a workflow as the steps above say."));
    } catch (error) {
      if (request.signal.aborted) return;
      parts.fault(Object.values(error.fields ?? {})[0] ?? error.message);
    }
    onChange();
  }

  return { ...parts, url: () => state.url, fits: () => state.fits };
}
