/** The Connectors dialog: what is configured in a channel, and the configuration page in a frame. */

import { call } from "./calls.js";
import { $, el, icon } from "./dom.js";
import { onTheme, theme } from "./theme.js";
import { Wire } from "./wire.js";

const CONFIGURATION_PAGE = "/connector/config";
const TAB_PAGE = `${CONFIGURATION_PAGE}?entry=tab`;
const PATIENCE = 30_000;
const LATE = 6_000;
const USER = "7f3f6f0e-1d0c-4a55-8f6b-2f9a3c5d7e11";
/** The organisation that this Teams belongs to. */
export const TENANT = "5f0c7d42-3f0e-4f5a-9b0d-6f2b9d3c1a10";

let leave = null;

/** Open the dialog of a channel. `state()` gives the sandbox's state, `changed()` reads it again. */
export async function openConnectors(channel, state, changed) {
  const dialog = $("#connectors");
  const view = { dialog, channel, state, changed };
  dialog.oncancel = (event) => {
    event.preventDefault();
    close(view);
  };
  list(view);
  if (!dialog.open) dialog.showModal();
}

async function close(view) {
  await leave?.();
  leave = null;
  view.dialog.close();
  $("#open-connectors").focus();
}

function heading(view, text, back) {
  return el(
    "header",
    { class: "dialog-head" },
    back && el("button", { class: "quiet", type: "button", "aria-label": "Back to the connectors", onclick: back }, icon("back")),
    el("h2", { id: "connectors-title" }, text),
    el("button", { class: "quiet", type: "button", "aria-label": "Close", onclick: () => close(view) }, icon("close")),
  );
}

function list(view) {
  const { channel } = view;
  const connectors = view.state().connectors.filter((one) => one.channel === channel.id && one.saved);
  const configured = connectors.map((connector) =>
    el(
      "li",
      { class: "connector" },
      el("span", { class: "avatar" }, connector.name.slice(0, 1).toUpperCase()),
      el("span", { class: "connector-name" }, connector.name, isTab(connector) ? el("small", {}, "A tab of this channel") : ""),
      isTab(connector) ? el("button", { type: "button", onclick: () => openTab(view, connector) }, "Open") : "",
      el("button", { type: "button", onclick: () => configure(view, connector) }, isTab(connector) ? "Settings" : "Configure"),
      el("button", { type: "button", class: "danger", onclick: () => remove(view, connector) }, "Remove"),
    ),
  );
  view.dialog.classList.remove("with-frame");
  view.dialog.replaceChildren(
    heading(view, `Connectors for “${channel.name}”`),
    el(
      "div",
      { class: "dialog-body" },
      el("h3", {}, "Configured"),
      configured.length
        ? el("ul", { class: "connector-list" }, configured)
        : el("p", { class: "muted" }, "Nothing posts to this channel yet."),
      el("h3", {}, "Available"),
      el(
        "ul",
        { class: "connector-list" },
        el(
          "li",
          { class: "connector" },
          el("span", { class: "avatar bridge" }, icon("bridge")),
          el(
            "span",
            { class: "connector-name" },
            "Webhook Bridge",
            el("small", {}, "Cards from GitHub, Jira and anything else that can send a webhook"),
          ),
          el("button", { type: "button", class: "primary", autofocus: true, onclick: () => add(view) }, "Add"),
        ),
        channel.kind === "workflow" ? tabOffer(view) : "",
      ),
    ),
  );
  view.dialog.querySelector("[autofocus]").focus();
}

/** The app's other entry: what Teams has left since connectors were switched off. */
function tabOffer(view) {
  return el(
    "li",
    { class: "connector" },
    el("span", { class: "avatar bridge" }, icon("bridge")),
    el("span", { class: "connector-name" }, "Webhook Bridge, as a tab", el("small", {}, "As in Teams since May 2026: without a connector, through a workflow of yours")),
    el("button", { type: "button", onclick: () => addTab(view) }, "Add a tab"),
  );
}

/** Whether the page that configured it made a tab of it. */
function isTab({ subscription, settings }) {
  return (subscription ?? settings?.entityId ?? "").startsWith("tab_");
}

async function addTab(view) {
  const connector = await call("POST", "/teams/connectors", { channel: view.channel.id });
  open(view, connector, `A tab in “${view.channel.name}”`, TAB_PAGE, { tab: true });
}

async function openTab(view, { id, name }) {
  const connector = await call("GET", `/teams/connectors/${id}`);
  open(view, connector, name, connector.settings.contentUrl, { tab: true, frame: "content" });
}

async function add(view) {
  const connector = await call("POST", "/teams/connectors", { channel: view.channel.id });
  open(view, connector, `Webhook Bridge in “${view.channel.name}”`, CONFIGURATION_PAGE);
}

async function configure(view, { id, name }) {
  const connector = await call("GET", `/teams/connectors/${id}`);
  const tab = isTab(connector);
  open(view, connector, name, tab ? TAB_PAGE : connector.settings.contentUrl, { tab });
}

async function remove(view, { id, name }) {
  const connector = await call("GET", `/teams/connectors/${id}`);
  const tab = isTab(connector);
  const address = tab ? connector.settings.removeUrl : connector.settings.contentUrl;
  open(view, connector, `Remove “${name}”?`, address, { tab, frame: tab ? "remove" : "settings", removing: true });
}

/**
 * Show the page and its buttons: Save follows the page's validity, Remove asks the page to clean up first.
 *
 * A tab's page is told no webhook URL, and its content has no button of Teams'.
 */
function open(view, connector, title, address, { tab = false, frame: shownAs = "settings", removing = false } = {}) {
  const frame = el("iframe", { title: "Configuration page", src: address });
  const wait = el("p", { class: "frame-wait", role: "status" }, "Loading the configuration page …");
  const error = el("p", { class: "error", role: "alert" });
  const log = el("ol", { class: "wire-log", tabindex: "0", "aria-label": "Messages" });
  const act = el(
    "button",
    { type: "button", class: removing ? "primary danger" : "primary", disabled: true, id: "dialog-act" },
    removing ? "Remove" : "Save",
  );
  act.hidden = shownAs === "content";
  const cancel = el("button", { type: "button", onclick: () => back() }, act.hidden ? "Close" : "Cancel");
  let current = connector;

  const wire = new Wire(frame, {
    frame: () => shownAs,
    context: () => ({ ...context(view.channel, view.state().team, current), frameContext: shownAs }),
    getSettings: () => settings(current, tab),
    setSettings: async (wanted) => {
      current = await call("PUT", `/teams/connectors/${connector.id}/settings`, wanted);
    },
    validity: (valid) => {
      if (!removing && !act.classList.contains("busy")) act.disabled = !valid;
    },
    ready: () => {
      clearTimeout(late);
      wait.hidden = true;
      error.textContent = "";
      if (removing) act.disabled = false;
    },
    said: (direction, func, args) => {
      const line = `${direction === "to page" ? "Teams → page" : "page → Teams"}  ${func} ${summary(func, args)}`;
      log.append(el("li", {}, line.trim()));
    },
  });
  const forget = onTheme((name) => wire.theme(name));
  const late = setTimeout(() => {
    wait.hidden = true;
    error.textContent = "The page has not called initialize() yet. Can it load the Teams SDK? Without npm it comes from Microsoft’s CDN.";
  }, LATE);

  let abandoned = false;
  leave = async (finished = false) => {
    clearTimeout(late);
    forget();
    wire.close();
    if (!finished && !abandoned) {
      abandoned = true;
      await call("POST", `/teams/connectors/${connector.id}/closed`);
      await view.changed();
    }
  };
  const back = async (finished = false) => {
    await leave?.(finished);
    leave = null;
    list(view);
  };

  act.onclick = async () => {
    error.textContent = "";
    act.disabled = true;
    act.classList.add("busy");
    try {
      await within(removing ? wire.remove() : wire.save(tab ? null : current.webhookUrl));
      if (removing) await call("DELETE", `/teams/connectors/${connector.id}`);
      else await call("POST", `/teams/connectors/${connector.id}/saved`);
    } catch (reason) {
      act.classList.remove("busy");
      act.disabled = false;
      error.textContent = `${removing ? "Not removed" : "Not saved"}: ${reason.message}`;
      if (!removing) current = await call("POST", `/teams/connectors/${connector.id}/failed`);
      return;
    }
    await view.changed();
    await back(true);
  };

  view.dialog.classList.add("with-frame");
  view.dialog.replaceChildren(
    heading(view, title, () => back()),
    removing
      ? el("p", { class: "dialog-note" }, "Its cards stop. The page below is told first, so that it can clean up.")
      : "",
    tab && shownAs === "settings" ? workflowNote(connector.webhookUrl) : "",
    el("div", { class: "frame-box" }, wait, frame),
    el("details", { class: "wire" }, el("summary", {}, "What Teams and the page say to each other"), log),
    el("footer", { class: "dialog-foot" }, error, cancel, act),
  );
  cancel.focus();
}

function within(promise) {
  return Promise.race([
    promise,
    new Promise((_, reject) => {
      setTimeout(() => reject(new Error("the page did not answer within 30 seconds.")), PATIENCE);
    }),
  ]);
}

/** What the Workflows app shows at its end: the sandbox made that workflow by itself. */
function workflowNote(url) {
  const value = el("input", { readonly: true, value: url, "aria-label": "URL of the workflow", onfocus: () => value.select() });
  const copy = el("button", { type: "button", onclick: () => copied(value, copy) }, "Copy");
  return el("div", { class: "dialog-note workflow-note" }, el("span", {}, "The Workflows app made this URL for the channel:"), value, copy);
}

async function copied(value, button) {
  await navigator.clipboard.writeText(value.value);
  button.textContent = "Copied";
}

function settings(connector, tab) {
  if (tab) return { ...connector.settings, userObjectId: USER };
  return { ...connector.settings, webhookUrl: connector.webhookUrl, appType: "teams", userObjectId: USER };
}

function context(channel, team, connector) {
  return {
    locale: "en-us",
    theme: theme(),
    teamId: "19:team@sandbox",
    teamName: team,
    channelId: `19:${channel.id}@sandbox`,
    channelName: channel.name,
    tid: TENANT,
    userObjectId: USER,
    loginHint: "you@sandbox.example",
    entityId: connector.settings.entityId ?? "",
    hostName: "Teams",
    hostClientType: "web",
  };
}

/** What a message says, short and without the webhook URL, which is a secret in Teams as well. */
function summary(func, args) {
  if (args === undefined || args.length === 0 || func === "initialize") return "";
  const text = JSON.stringify(args, (key, value) => (key === "webhookUrl" ? "https://…" : value));
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}
