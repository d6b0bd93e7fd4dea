/** How a workflow that takes webhooks is made in Teams, step by step, in the words of Teams' own menus. */

import { el, marked } from "./dom.js";
import { t } from "./texts.js";

// TRANSLATORS: What stands between stars is the words of Teams' menus, in this language.
const STEPS = [
  t("In Teams, point at the channel’s name, open *More options (…)* and choose *Workflows*."),
  t("Search for “webhook” and choose *Send webhook alerts to a channel*. Older versions call it *Post to a channel when a webhook request is received*."),
  t("Give it a name, sign in if you are asked to, and choose the team and the channel."),
  t("If you are asked who may trigger it, choose *Anyone*: the long URL is what keeps others out."),
  t("Press *Add workflow*, copy the URL that is shown then, and paste it here."),
];

/** @param {boolean} open whether it is shown at first */
export function workflowGuide(open) {
  return el(
    "details",
    { class: "more", open },
    el("summary", {}, t("How to make a workflow, and find its URL")),
    el("ol", { class: "steps" }, STEPS.map((step) => el("li", {}, marked(step, "*", "strong")))),
    el("p", { class: "hint" }, t("You find the URL again in the Workflows app: open the workflow, choose Edit, and look into its first step, “When a Teams webhook request is received”.")),
  );
}
