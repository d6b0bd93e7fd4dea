/** What to enter in the external system: URL, secret, and that system's own steps. */

import { copyable } from "./copying.js";
import { el, marked } from "./dom.js";
import { issuedSecret } from "./issued.js";
import { t } from "./texts.js";

/** @param {object} endpoint with its `url` and `secret` @param {object} source @param {object} api */
export function setupPanel(endpoint, source, api) {
  const byUrl = endpoint.verification === "url";
  const theirs = !byUrl && source.issuer === "sender";
  return el(
    "div",
    { class: "panel setup" },
    el("h3", {}, t("Enter this in the system that sends")),
    copyable(t("URL"), endpoint.url),
    byUrl && el("p", { class: "notice warning" }, endpoint.warning, " ", t("Leave any field for a secret empty.")),
    !byUrl && !theirs && copyable(t("Secret"), endpoint.secret),
    source.setup_steps.length > 0 && el("ol", { class: "steps" }, source.setup_steps.map((step) => el("li", {}, marked(step, "`", "code")))),
    theirs && issuedSecret(endpoint, source, api),
    source.setup_url && vendorLink(source),
  );
}

function vendorLink(source) {
  if (!/^https?:\/\//.test(source.setup_url)) return null;
  const attributes = { href: source.setup_url, target: "_blank", rel: "noopener noreferrer" };
  return el("p", {}, el("a", attributes, t("{source}’s own page about webhooks", { source: source.label }), el("span", { class: "visually-hidden" }, " ", t("(opens a new window)"))));
}
