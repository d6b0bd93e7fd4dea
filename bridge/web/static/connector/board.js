/** The subscriptions of a tab: what each asks for, how it is doing, what came lately, and what can be done about it. */

import { clock } from "./clock.js";
import { announce, el } from "./dom.js";
import { moveBox } from "./moving.js";
import { t, tn } from "./texts.js";

const FATES = {
  pending: (reason) => (reason ? t("A card waits: {reason}", { reason }) : t("A card waits.")),
  delivered: () => t("A card arrived."),
  dead: (reason) => (reason ? t("A card was given up: {reason}", { reason }) : t("A card was given up.")),
  dropped: (reason) => (reason ? t("A card was dropped: {reason}", { reason }) : t("A card was dropped.")),
};

/**
 * @param {object} options `{api, tab, shown, mayAdd, onEdit, onAdd}`: `shown` is the tab as the bridge tells it;
 *   onEdit(subscription, items) and onAdd(items) lead to the form, `items` being all as they stand
 */
export function board({ api, tab, shown, mayAdd, onEdit, onAdd }) {
  const list = el("div", { class: "board" });
  const empty = el("p", { class: "preview-empty" }, t("Nothing that you may change is set up here yet."));
  const others = el("p", { class: "notice" });
  const add = el("button", { type: "button", disabled: !mayAdd, onclick: () => onAdd(items) });
  const again = el("button", { type: "button", onclick: look }, t("Look again"));

  let items = [];

  function show(tabNow) {
    items = tabNow.items;
    list.replaceChildren(...items.map(entry));
    list.hidden = items.length === 0;
    empty.hidden = items.length > 0;
    others.hidden = tabNow.others === 0;
    others.textContent = tn(tabNow.others, "One more subscription of this tab is somebody else’s.", "{n} more subscriptions of this tab are other people’s.");
    add.textContent = items.length ? t("Add another") : t("Add one");
    add.className = items.length ? "" : "primary";
  }

  /** How things stand now; the focus stays where it was. */
  async function look() {
    const focused = document.activeElement?.dataset?.act;
    show(await api.get(`tabs/${encodeURIComponent(tab)}`));
    if (focused) list.querySelector(`[data-act="${CSS.escape(focused)}"]`)?.focus();
  }

  function entry(subscription) {
    const { id, name, state } = subscription;
    const path = `subscriptions/${encodeURIComponent(id)}`;
    const said = el("p", { class: "tried", role: "status" });
    const standing = health(subscription);

    const tell = (words, how) => {
      said.textContent = words;
      said.dataset.how = how;
    };
    const act = (label, work, more = {}) => {
      // It is not disabled meanwhile, or it would lose the focus.
      let busy = false;
      const press = async () => {
        if (busy) return;
        busy = true;
        try {
          await work();
        } catch (error) {
          tell(error.message, "bad");
        }
        busy = false;
      };
      const button = el("button", { type: "button", "data-act": `${more.key ?? label} ${id}`, onclick: press, ...more.attributes }, label, el("span", { class: "visually-hidden" }, ` ${name}`));
      return button;
    };
    const turn = (to, words) => async () => {
      await api.call("PATCH", path, { state: to });
      announce(words);
      await look();
    };
    const tryOut = async () => {
      tell(t("Sending …"), "");
      const { delivered, reason } = await api.post(`${path}/test`);
      tell(delivered ? t("The channel took the test card.") : t("The test card did not arrive. {reason}", { reason }), delivered ? "good" : "bad");
    };
    const remove = async () => {
      await api.call("DELETE", path);
      announce(t("{name} is removed.", { name }));
      await look();
      add.focus();
    };
    const tools = el("div", { class: "tools" });
    const usual = [
      state === "active"
        ? act(t("Pause"), turn("paused", t("{name} is paused.", { name })), { key: "turn" })
        : act(t("Resume"), turn("active", t("{name} posts again.", { name })), { key: "turn" }),
      act(t("Send a test card"), tryOut),
      act(t("Edit"), () => onEdit(subscription, items)),
      act(t("Remove"), ask),
    ];
    tools.append(...usual);

    function ask() {
      const keep = act(t("Keep it"), () => {
        tools.replaceChildren(...usual);
        usual.at(-1).focus();
      });
      tools.replaceChildren(el("span", {}, t("Its cards stop, and those that wait are dropped.")), act(t("Remove it"), remove, { attributes: { class: "danger" } }), keep);
      keep.focus();
    }

    return el(
      "article",
      { class: "panel subscription", "aria-label": name },
      el("div", { class: "subscription-head" }, el("h2", {}, name), el("span", { class: "standing", "data-how": standing.how }, standing.word)),
      el("p", {}, subscription.sentence),
      standing.why && el("p", { class: "why" }, standing.why),
      lately(subscription.deliveries),
      tools,
      said,
      subscription.channel.kind === "connector" ? moveBox({ api, subscription, onMoved: look }) : null,
    );
  }

  show(shown);
  return el("div", { class: "board-page" }, list, empty, others, el("div", { class: "tools" }, add, again));
}

/** How a subscription is doing: a word, whether that is good, and why. */
function health({ state, reason, off, channel, deliveries }) {
  if (off.length) return { word: t("Turned off"), how: "warn", why: off.join(" ") };
  if (state === "paused") return { word: t("Paused"), how: "warn", why: t("Cards that were due wait until it is resumed; what happens meanwhile becomes none.") };
  if (state === "disabled") {
    const stopped = reason ?? channel.reason ?? t("It was disabled.");
    return { word: t("Stopped"), how: "bad", why: t("{reason} Resume it to try again, or edit it to use another workflow.", { reason: stopped }) };
  }
  if (channel.failing_since) return { word: t("Failing"), how: "bad", why: failing(channel) };
  return { word: deliveries.some((one) => one.state === "delivered") ? t("Working") : t("Ready"), how: "good", why: null };
}

function failing({ failing_since, reason, retry_at }) {
  // TRANSLATORS: Stands at the end of “Since 14:05 no card gets through: …”.
  const told = { since: clock(failing_since), reason: reason ?? t("the channel gave no reason.") };
  if (!retry_at) return t("Since {since} no card gets through: {reason}", told);
  return t("Since {since} no card gets through: {reason} It is tried again at {next}.", { ...told, next: clock(retry_at) });
}

function lately(deliveries) {
  if (deliveries.length === 0) return el("p", { class: "hint" }, t("No card was due yet."));
  const rows = deliveries.map(({ state, reason, created_at, finished_at }) =>
    el(
      "li",
      { "data-state": state },
      el("span", { class: "when" }, clock(finished_at ?? created_at)),
      el("span", {}, FATES[state](reason)),
    ),
  );
  return el("div", { class: "lately" }, el("h3", {}, t("Last cards")), el("ol", { class: "plain" }, rows));
}
