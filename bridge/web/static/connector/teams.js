/** Teams, through Microsoft's SDK: the only file that knows it. */

import { t } from "./texts.js";

const THEMES = new Set(["default", "dark", "contrast"]);
const SLOW = 8_000;
const CONFIGURED = new Set(["settings", "remove", "content"]);
const TAB = /^tab_[A-Za-z0-9_-]{24}$/;

/** Why there is no Teams around this page. */
export class NoTeams extends Error {}

/** Whether this page made that id, for a tab. */
export function isTabId(id) {
  return typeof id === "string" && TAB.test(id);
}

const sdk = () => globalThis.microsoftTeams;

/**
 * Say hello to Teams.
 *
 * @param {() => void} slow called where Teams takes unusually long
 * @returns where the page is: `{frame, entityId, name, webhookUrl, locale, hints}`; all of it hints
 */
export async function connect(slow) {
  if (!sdk()) throw new NoTeams(t("Microsoft's Teams script could not be loaded. Check the connection, then open this page again."));
  const late = setTimeout(slow, SLOW);
  try {
    await sdk().app.initialize();
  } catch {
    throw new NoTeams(t("This page is a part of Microsoft Teams, and does its work there."));
  } finally {
    clearTimeout(late);
  }
  sdk().app.registerOnThemeChangeHandler(applyTheme);
  const context = await sdk().app.getContext();
  applyTheme(context.app?.theme);
  const frame = context.page?.frameContext ?? "settings";
  const config = CONFIGURED.has(frame) ? await getConfig() : {};
  return {
    frame,
    entityId: config.entityId || null,
    name: config.suggestedDisplayName || config.configName || null,
    webhookUrl: config.webhookUrl || null,
    locale: context.app?.locale || null,
    hints: {
      app_type: config.appType || null,
      team: context.team?.displayName || null,
      team_id: context.team?.groupId || context.team?.internalId || null,
      channel: context.channel?.displayName || null,
      tenant: context.user?.tenant?.id || null,
      user_object_id: config.userObjectId || context.user?.id || null,
    },
  };
}

function applyTheme(name) {
  document.documentElement.dataset.theme = THEMES.has(name) ? name : "default";
}

/** Whether Teams may enable its Save button. */
export function setValidity(valid) {
  sdk().pages.config.setValidityState(valid);
}

/** @param {(webhookUrl: string|null) => Promise<void>} save rejects with the reason that the user is to read */
export function onSave(save) {
  sdk().pages.config.registerOnSaveHandler((event) => settle(event, () => save(event.result?.webhookUrl || null)));
}

/** @param {() => Promise<void>} remove rejects with the reason that the user is to read */
export function onRemove(remove) {
  sdk().pages.config.registerOnRemoveHandler((event) => settle(event, remove));
}

async function settle(event, work) {
  try {
    await work();
  } catch (error) {
    event.notifyFailure(error.message);
    return;
  }
  event.notifySuccess();
}

/** Tell Teams what was configured. Rejects with Teams' own reason. */
export async function setConfig(config) {
  try {
    await sdk().pages.config.setConfig(config);
  } catch (error) {
    // TRANSLATORS: Stands after “Teams did not take the settings: ”.
    const reason = error?.message || error || t("it gave no reason");
    throw new Error(t("Teams did not take the settings: {reason}.", { reason }));
  }
}

/** What Teams keeps of this connector; `webhookUrl` can change once settings were set. */
export async function getConfig() {
  return (await sdk().pages.getConfig()) ?? {};
}

/** The token that Teams has for the person without asking them, or null. */
export async function getToken() {
  try {
    return (await sdk().authentication.getAuthToken()) || null;
  } catch {
    return null; // not agreed to yet, or not set up for this app: the person signs in themselves
  }
}

/** Sign in, in a window that Teams opens; gives the token of the session. Rejects with a reason to read. */
export async function signIn() {
  try {
    return await sdk().authentication.authenticate({ url: `${location.origin}/auth/start`, width: 600, height: 640 });
  } catch (error) {
    // TRANSLATORS: Stands after “You are not signed in: ”.
    const reason = error?.message || error || t("the window was closed");
    throw new Error(t("You are not signed in: {reason}.", { reason }));
  }
}
