/** The endpoint that the webhooks are sent to: a new one, made here, or one that the user is entitled to. */

import { watchArrivals } from "./arrivals.js";
import { announce, el, faultOf, field, section } from "./dom.js";
import { setupPanel } from "./setup.js";
import { t } from "./texts.js";

const BY_URL = "url";

/**
 * @param {object} options `{api, source, endpoints, chosen, onChange, onEvent}`: the endpoints of that source, the one
 *   chosen at first or null; onChange(endpoint or null) answers the user, onEvent tells of an arrival
 */
export function endpointSection({ api, source, endpoints, chosen, onChange, onEvent }) {
  const body = el("div", { class: "endpoint-body" });
  const { element: faultElement, fault } = faultOf(body);
  const state = { endpoint: chosen, known: [...endpoints], watch: null, made: new Set() };

  const choose = (endpoint) => {
    state.endpoint = endpoint;
    fault();
    onChange(endpoint);
    show();
  };

  function show() {
    state.watch?.stop();
    state.watch = null;
    const creating = !state.endpoint && source.may_create && !(state.picking && state.known.length);
    body.replaceChildren(
      state.known.length > 0 && source.may_create ? modes(creating) : "",
      creating ? creation() : existing(),
    );
  }

  function modes(creating) {
    const mode = (label, on, pick) =>
      el(
        "label",
        { class: "segment" },
        el("input", { type: "radio", name: "endpoint-mode", checked: on, onchange: () => ((state.picking = pick), choose(null), focusMode()) }),
        el("span", {}, label),
      );
    return el(
      "div",
      { class: "segments", role: "radiogroup", "aria-label": t("Endpoint") },
      mode(t("New endpoint"), creating, false),
      mode(t("Existing endpoint ({n})", { n: state.known.length }), !creating, true),
    );
  }

  const pick = (id) => {
    choose(state.known.find((one) => one.id === id) ?? null);
    body.querySelector("select").focus();
  };

  const focusMode = () => body.querySelector("[name=endpoint-mode]:checked")?.focus();

  function creation() {
    const name = field(t("Name of the endpoint"), el("input", { type: "text", maxlength: "200", autocomplete: "off", placeholder: t("For example: website team") }), {
      hint: t("So that people recognise it later."),
    });
    const unsigned = source.issuer === "nobody";
    const byUrl = el("input", { type: "checkbox" });
    const button = el("button", { type: "button", class: "primary" }, t("Create endpoint"));
    const problem = el("p", { class: "fault", role: "alert", hidden: true });
    const create = async () => {
      name.fault();
      problem.hidden = true;
      if (!name.control.value.trim()) {
        name.fault(t("Give it a name that people will recognise."));
        name.control.focus();
        return;
      }
      button.disabled = true;
      try {
        const made = await api.post("endpoints", {
          source: source.name,
          name: name.control.value,
          verification: unsigned || byUrl.checked ? BY_URL : "signature",
        });
        state.known.unshift(made);
        state.made.add(made.id);
        state.picking = true;
        choose(made);
        const signed = source.issuer === "bridge" && !byUrl.checked;
        const told = { name: made.name };
        announce(signed ? t("The endpoint {name} is ready. Copy its URL and secret.", told) : t("The endpoint {name} is ready. Copy its URL.", told));
        body.querySelector(".setup h3")?.scrollIntoView({ block: "nearest" });
        body.querySelector(".copy")?.focus({ preventScroll: true });
      } catch (error) {
        button.disabled = false;
        if (error.fields?.name) {
          name.fault(error.fields.name);
          name.control.focus();
        } else {
          problem.textContent = error.message;
          problem.hidden = false;
        }
      }
    };
    button.addEventListener("click", create);
    name.control.addEventListener("input", () => name.fault());
    name.control.addEventListener("keydown", (event) => {
      if (event.key === "Enter") create();
    });
    return el(
      "div",
      { class: "panel" },
      name.element,
      unsigned ? el("p", { class: "hint" }, t("{source} does not sign its webhooks, so the endpoint’s URL itself is the secret.", { source: source.label })) : signing(byUrl),
      problem,
      button,
    );
  }

  function signing(byUrl) {
    return el(
      "details",
      { class: "more" },
      el("summary", {}, t("The system cannot sign its webhooks?")),
      el("label", { class: "check" }, byUrl, el("span", {}, t("Let the URL itself be the secret"))),
      el("p", { class: "hint" }, t("Only for systems that know no secret or signature. Whoever learns the URL can post to it, so signing is safer.")),
    );
  }

  function existing() {
    const { endpoint } = state;
    const select = el(
      "select",
      { onchange: () => pick(select.value) },
      !endpoint && el("option", { value: "" }, t("Choose an endpoint")),
      state.known.map((one) => el("option", { value: one.id, selected: one.id === endpoint?.id }, one.draft ? t("{name} (not used yet)", { name: one.name }) : one.name)),
    );
    const wrapped = field(t("Endpoint"), select);
    if (!endpoint) return el("div", {}, wrapped.element);
    state.watch = watchArrivals(api, endpoint.id, onEvent);
    const shown = endpoint.secret ? setupPanel(endpoint, source, api) : reveal(endpoint);
    return el("div", { class: "endpoint-chosen" }, wrapped.element, shown, state.watch.element);
  }

  function reveal(endpoint) {
    const problem = el("p", { class: "fault", role: "alert", hidden: true });
    const button = el("button", { type: "button" }, source.issuer === "bridge" ? t("Show URL and secret") : t("Show URL"));
    const place = el("div", { class: "reveal" }, button, problem);
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        const panel = setupPanel(await api.get(`endpoints/${encodeURIComponent(endpoint.id)}/credentials`), source, api);
        place.replaceChildren(panel);
        panel.querySelector(".copy")?.focus();
      } catch (error) {
        button.disabled = false;
        problem.textContent = error.message;
        problem.hidden = false;
      }
    });
    return place;
  }

  show();
  return {
    element: section("endpoint", t("Endpoint"), t("The address that the system sends its webhooks to."), body, faultElement),
    fault,
    value: () => state.endpoint,
    stop: () => state.watch?.stop(),
  };
}
