/** How a workflow that takes webhooks is made in Teams, step by step, in the words of Teams' own menus. */

import { el } from "./dom.js";

/** @param {boolean} open whether it is shown at first */
export function workflowGuide(open) {
  const menu = (words) => el("strong", {}, words);
  return el(
    "details",
    { class: "more", open },
    el("summary", {}, "How to make a workflow, and find its URL"),
    el(
      "ol",
      { class: "steps" },
      el("li", {}, "In Teams, point at the channel’s name, open ", menu("More options (…)"), " and choose ", menu("Workflows"), "."),
      el("li", {}, "Search for “webhook” and choose ", menu("Send webhook alerts to a channel"), ". Older versions call it ", menu("Post to a channel when a webhook request is received"), "."),
      el("li", {}, "Give it a name, sign in if you are asked to, and choose the team and the channel."),
      el("li", {}, "If you are asked who may trigger it, choose ", menu("Anyone"), ": the long URL is what keeps others out."),
      el("li", {}, "Press ", menu("Add workflow"), ", copy the URL that is shown then, and paste it here."),
    ),
    el("p", { class: "hint" }, "You find the URL again in the Workflows app: open the workflow, choose Edit, and look into its first step, “When a Teams webhook request is received”."),
  );
}
