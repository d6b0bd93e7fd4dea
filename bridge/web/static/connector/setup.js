/** What to enter in the external system: URL, secret, and that system's own steps. */

import { copyable } from "./copying.js";
import { el } from "./dom.js";
import { issuedSecret } from "./issued.js";

/** @param {object} endpoint with its `url` and `secret` @param {object} source @param {object} api */
export function setupPanel(endpoint, source, api) {
  const byUrl = endpoint.verification === "url";
  const theirs = !byUrl && source.issuer === "sender";
  return el(
    "div",
    { class: "panel setup" },
    el("h3", {}, "Enter this in the system that sends"),
    copyable("URL", endpoint.url),
    byUrl && el("p", { class: "notice warning" }, endpoint.warning, " Leave any field for a secret empty."),
    !byUrl && !theirs && copyable("Secret", endpoint.secret),
    source.setup_steps.length > 0 && el("ol", { class: "steps" }, source.setup_steps.map((step) => el("li", {}, withCode(step)))),
    theirs && issuedSecret(endpoint, source, api),
    source.setup_url && vendorLink(source),
  );
}

/** A step's text, in which what stands between backticks is to be entered as it is. */
function withCode(step) {
  return step.split("`").map((text, index) => (index % 2 ? el("code", {}, text) : text));
}

function vendorLink(source) {
  if (!/^https?:\/\//.test(source.setup_url)) return null;
  const attributes = { href: source.setup_url, target: "_blank", rel: "noopener noreferrer" };
  return el("p", {}, el("a", attributes, `${source.label}’s own page about webhooks`, el("span", { class: "visually-hidden" }, " (opens a new window)")));
}
