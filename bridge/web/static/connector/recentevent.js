/** One of the recent events: would it come, did it, and if not, why. */

import { clock } from "./clock.js";
import { el, uniqueId } from "./dom.js";
import { t, tn } from "./texts.js";

const PARTS = 12;

/** What to say of an event at a glance: its name in the styles, a sign, and a word for who does not see that. */
// TRANSLATORS: what became of an event; its title follows.
const COMES = ["comes", "✓", t("Would come:")];
// TRANSLATORS: what became of an event; its title follows.
const COMES_NOT = ["left", "✕", t("Would not come:")];
const FATES = {
  // TRANSLATORS: what became of an event; its title follows.
  delivered: ["delivered", "✓", t("Came:")],
  // TRANSLATORS: what became of an event; its title follows.
  pending: ["waiting", "…", t("Waits:")],
  // TRANSLATORS: what became of an event; its title follows.
  dead: ["failed", "!", t("Given up:")],
  // TRANSLATORS: what became of an event; its title follows.
  dropped: ["failed", "!", t("Not sent:")],
  // TRANSLATORS: what became of an event; its title follows.
  unknown: ["left", "?", t("Was wanted:")],
};
// TRANSLATORS: what became of an event; its title follows.
const LEFT_OUT = ["left", "✕", t("Did not come:")];

/** How a try at a card ended. */
const OUTCOMES = {
  // TRANSLATORS: how a try at a card ended, as in: 14:05:09, delivered (200).
  delivered: t("delivered"),
  // TRANSLATORS: how a try at a card ended, as in: 14:05:09, failed (503).
  retry: t("failed"),
  // TRANSLATORS: how a try at a card ended, as in: 14:05:09, refused (400).
  rejected: t("refused"),
  // TRANSLATORS: how a try at a card ended, as in: 14:05:09, too large (413).
  too_large: t("too large"),
  // TRANSLATORS: how a try at a card ended, as in: 14:05:09, no such channel (404).
  missing: t("no such channel"),
  // TRANSLATORS: how a try at a card ended, as in: 14:05:09, the channel is gone (410).
  gone: t("the channel is gone"),
  // TRANSLATORS: how a try at a card ended, as in: 14:05:09, cut off.
  interrupted: t("cut off"),
};

/** @param {object} options `{api, source, subscription, id}` @returns `show(item, told)`: the dry run's and the record's word */
export function eventView({ api, source, subscription, id }) {
  const bodyId = uniqueId("event");
  const mark = el("span", { class: "recent-mark", "aria-hidden": "true" });
  const verdict = el("span", { class: "visually-hidden" });
  const title = el("span", { class: "recent-title" });
  const when = el("time", { class: "recent-when" });
  const would = el("p", { class: "recent-would" });
  const fate = el("p", { class: "recent-fate", hidden: true });
  const body = el("div", { class: "recent-body", id: bodyId, hidden: true });
  const open = el("button", { type: "button", class: "recent-head", "aria-expanded": "false", "aria-controls": bodyId, onclick: () => toggle() }, mark, verdict, title, when);
  const element = el("li", { class: "recent-event" }, open, would, fate, body);
  const state = { told: null, trace: null, asked: false };

  function show(item, told) {
    state.told = told;
    const steps = told?.steps ?? [];
    const [fateNow, sign, word] = subscription && told && !told.unasked ? fateOf(steps) : item.matched ? COMES : COMES_NOT;
    element.dataset.fate = fateNow;
    mark.textContent = sign;
    verdict.textContent = `${word} `;
    title.textContent = titleOf(item, told);
    when.textContent = clock(item.received_at);
    when.dateTime = item.received_at;
    const happened = subscription ? happenedTo(steps, told) : null;
    would.textContent = happened ? wouldNow(item) : wouldCome(item);
    fate.hidden = !happened;
    fate.textContent = happened ?? "";
    // What was decided then and would be decided now is said once.
    would.hidden = Boolean(happened) && (told.state === "failed" || sameAs(steps, item.parts));
    if (!body.hidden) draw();
  }

  function titleOf(item, told) {
    const titles = (told?.titles ?? []).filter(Boolean);
    const types = [...new Set(item.parts.map((part) => part.type))];
    if (titles.length > 1) return tn(titles.length - 1, "{title} (and {n} more)", "{title} (and {n} more)", { title: titles[0] });
    if (titles.length) return titles[0];
    if (types.length) return types.map(labelOf).join(", ");
    return item.state === "failed" ? t("A webhook that could not be read") : t("A webhook");
  }

  const labelOf = (type) => source.groups.flatMap((group) => group.types).find((one) => one.name === type)?.label ?? type;

  function toggle() {
    body.hidden = !body.hidden;
    open.setAttribute("aria-expanded", String(!body.hidden));
    if (!body.hidden) draw();
    if (!body.hidden && subscription && !state.asked) ask();
  }

  /** What was read of it, and where it stands in the queue. */
  function draw() {
    const { told, trace } = state;
    const parts = (told?.attributes ?? []).map((attributes, index) => [told.types[index], attributes]);
    const steps = (trace?.trace ?? []).filter((step) => step.subscription === subscription);
    body.replaceChildren(
      ...parts.slice(0, PARTS).map(([type, attributes]) => attributesOf(type, attributes)),
      ...steps.filter((step) => step.attempts.length > 0).map((step) => tries(step)),
      told ? "" : el("p", { class: "hint" }, t("One moment …")),
    );
    if (told && parts.length === 0) body.append(el("p", { class: "hint" }, t("Nothing was read of it.")));
  }

  async function ask() {
    state.asked = true;
    try {
      state.trace = await api.get(`events/${encodeURIComponent(id)}`);
      draw();
    } catch (error) {
      state.asked = false;
      body.append(el("p", { class: "fault" }, error.message));
    }
  }

  function attributesOf(type, attributes) {
    const known = new Map(source.attributes.map((one) => [one.name, one.label]));
    const given = Object.entries(attributes).filter(([, value]) => value !== null && value !== "" && !(Array.isArray(value) && value.length === 0));
    return el(
      "dl",
      { class: "recent-attributes", "aria-label": t("What filters see of {type}", { type }) },
      el("div", {}, el("dt", {}, t("Event type")), el("dd", {}, el("code", {}, type))),
      given.map(([name, value]) => el("div", {}, el("dt", {}, known.get(name) ?? name), el("dd", {}, Array.isArray(value) ? value.join(", ") : String(value)))),
    );
  }

  return { element, show };
}

/** How it stands with the worst of the cards that were owed for it. */
function fateOf(steps) {
  const states = steps.filter((step) => step.matched).map((step) => step.delivery?.state ?? "unknown");
  const worst = ["dead", "dropped", "pending", "delivered", "unknown"].find((state) => states.includes(state));
  return worst ? FATES[worst] : LEFT_OUT;
}

function wouldCome(item) {
  // TRANSLATORS: as in: Would not come: shop is north, not south.
  return item.matched ? t("Would come.") : t("Would not come: {reason}.", { reason: reasonOf(item) });
}

/** The same beside what did happen. */
function wouldNow(item) {
  return item.matched ? t("With what is chosen now, it would come.") : t("With what is chosen now, it would not come: {reason}.", { reason: reasonOf(item) });
}

/** What became of it in the subscription, in a sentence, as the record has it. */
function happenedTo(steps, told) {
  if (!told) return null;
  if (told.state === "failed") return told.reason ? t("Did not come: it could not be read. {reason}", { reason: told.reason }) : t("Did not come: it could not be read.");
  if (steps.length === 0) return told.unasked;
  const matched = steps.filter((step) => step.matched);
  if (matched.length === 0) return t("Did not come: {reason}.", { reason: steps[0].reason });
  const standing = matched.map((step) => step.standing).filter(Boolean);
  return [...new Set(standing)].join(" ") || t("It was wanted; what became of its card is no longer kept.");
}

/** Whether the record says the same as the dry run; the list of event types may be in another order. */
function sameAs(steps, parts) {
  const gist = (reason) => reason.replace(/ \(.*\)$/, "");
  return steps.length > 0 && steps.every((step, index) => step.matched === parts[index]?.matched && (step.matched || gist(step.reason) === gist(parts[index].reason)));
}

function reasonOf(item) {
  const reason = item.reason.replace(/\.$/, "");
  // TRANSLATORS: as in: Would not come: none of its parts; of the first, shop is north, not south.
  return item.parts.length > 1 ? t("none of its parts; of the first, {reason}", { reason }) : reason;
}

function tries(step) {
  const left = step.attempts_in_all - step.attempts.length;
  return el(
    "div",
    { class: "recent-tries" },
    el("h3", {}, step.digest?.cards ? tn(step.digest.cards, "Tries, in a digest of {n} card", "Tries, in a digest of {n} cards") : t("Tries")),
    left > 0 && el("p", { class: "hint" }, t("The last {shown} of {all}.", { shown: step.attempts.length, all: step.attempts_in_all })),
    el("ol", {}, step.attempts.map((attempt) => el("li", {}, tried(attempt)))),
  );
}

function tried({ at, outcome, status, reason }) {
  const time = clock(at);
  const ended = OUTCOMES[outcome] ?? outcome;
  // TRANSLATORS: a try at a card, as in: 14:05:09, failed (503). The channel answered 503.
  return status ? t("{time}, {ended} ({status}). {reason}", { time, ended, status, reason }) : t("{time}, {ended}. {reason}", { time, ended, reason });
}
