/** Where a tab's cards go: a workflow's URL, tried out by a test card, or the place where the tab's others go. */

import { el, section } from "./dom.js";
import { workflowGuide } from "./guide.js";
import { t } from "./texts.js";
import { workflowUrl } from "./workflowurl.js";

/**
 * @param {object} options `{api, hints, before, shared}`: `before` is the subscription that is edited, `shared` another
 *   one of the tab, whose channel a new one shares; both may be null
 * @returns `{element, fault, problem(), value(), onChange}`: value() is the channel as the bridge takes it; whoever
 *   listens sets `onChange`
 */
export function channelSection({ api, hints, before, shared }) {
  const kept = before ?? shared;
  const state = { other: !kept, taken: null, receipt: null, trying: false };
  const part = { onChange: () => {} };
  const link = workflowUrl(api, changed);
  const test = el("button", { type: "button", disabled: true, onclick: tryOut }, t("Send a test card"));
  const said = el("p", { class: "tried", role: "status" });
  const entry = el("div", { class: "channel-entry", hidden: !state.other }, workflowGuide(!kept), link.element, el("div", { class: "tools" }, test), said);
  const content = kept ? [keptChoice(), entry] : [entry];

  function keptChoice() {
    const choose = (other) => () => {
      state.other = other;
      entry.hidden = !other;
      part.onChange();
    };
    const radio = (label, other) =>
      el("label", { class: "check" }, el("input", { type: "radio", name: "channel-url", checked: state.other === other, onchange: choose(other) }), el("span", {}, label));
    return el("div", { role: "radiogroup", "aria-labelledby": "channel-title" }, radio(there(kept.channel, before ? null : kept.name), false), radio(t("Another workflow"), true));
  }

  function changed() {
    if (state.taken !== link.url()) tell("");
    test.disabled = state.trying || !link.fits();
    part.onChange();
  }

  function tell(words, how = null) {
    said.textContent = words;
    if (how) said.dataset.how = how;
    else delete said.dataset.how;
  }

  async function tryOut() {
    const url = link.url();
    Object.assign(state, { trying: true, taken: null });
    changed();
    tell(t("Sending …"));
    try {
      const { tested, receipt } = await api.post("channels/check", { url, test: true, tenant: hints.tenant, team_id: hints.team_id });
      if (link.url() === url) show(tested, url, receipt);
    } catch (error) {
      if (link.url() === url) tell(Object.values(error.fields ?? {})[0] ?? error.message, "bad");
    }
    state.trying = false;
    test.disabled = !link.fits();
    part.onChange();
  }

  function show({ delivered, reason }, url, receipt) {
    if (delivered) {
      Object.assign(state, { taken: url, receipt });
      link.fault();
    }
    const words = delivered ? t("The workflow took the card. Look into the channel: it should be there by now.") : t("The card did not arrive. {reason}", { reason });
    tell(words, delivered ? "good" : "bad");
  }

  const ready = () => !state.other || (state.taken !== null && state.taken === link.url());

  return Object.assign(part, {
    element: section("channel", t("Channel"), kept ? null : t("Cards come into the channel through a workflow of yours."), content),
    fault: link.fault,
    problem: () => {
      if (ready()) return null;
      // TRANSLATORS: In a list after “Still needed: ”.
      if (link.fits()) return t("a test card that the channel took");
      // TRANSLATORS: In a list after “Still needed: ”.
      return t("a workflow’s URL");
    },
    value: () => (state.other ? { url: link.url(), receipt: state.receipt } : { of: kept.id }),
  });
}

/** What is said of the channel that cards go to already, be it another subscription's, which has that name. */
function there({ kind, url }, name) {
  const address = url.replace(/^https?:\/\//, "");
  if (kind === "workflow") return name ? t("The workflow of “{name}” at {address}", { name, address }) : t("The workflow at {address}", { address });
  return name ? t("The webhook of “{name}” at {address}", { name, address }) : t("The webhook at {address}", { address });
}
