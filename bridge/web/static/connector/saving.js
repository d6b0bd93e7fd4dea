/**
 * Saving and removing: the bridge and Teams either both have it or neither has.
 *
 * The bridge's part is an upsert under an id that this page makes up once, so that trying again cannot make a second.
 */

import { CallFailed } from "./api.js";
import { t } from "./texts.js";

const CONNECTOR = /\/IncomingWebhook\//i;

/** An id as the bridge expects it: `sub_` and 144 random bits. */
export function newSubscriptionId() {
  return newId("sub");
}

/** The id of a tab, which no other tab of anybody has. */
export function newTabId() {
  return newId("tab");
}

function newId(prefix) {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  const text = btoa(String.fromCharCode(...bytes));
  return `${prefix}_${text.replaceAll("+", "-").replaceAll("/", "_")}`;
}

export class Saving {
  /**
   * @param {{call: Function}} api the bridge
   * @param {{setConfig: Function, getConfig: Function}} teams
   * @param {string} id of the subscription, new or known
   * @param {object|null} before what stands under that id: `{wanted, webhookUrl, kind}`, or null for nothing
   * @param {string} publicUrl the bridge's own address, as Teams knows it
   */
  constructor({ api, teams, id, before, publicUrl }) {
    Object.assign(this, { api, teams, id, before, publicUrl });
  }

  get #path() {
    return `subscriptions/${encodeURIComponent(this.id)}`;
  }

  /** Save what is wanted. Rejects, with everything as it was before, with the reason. */
  async save(wanted, webhookUrl) {
    if (!webhookUrl) {
      throw new Error(
        t("Teams gave no address for this channel, so no card could reach it. Close this window, add the connector again, and save."),
      );
    }
    let saved = webhookUrl;
    let changed = false;
    try {
      await this.#put(wanted, webhookUrl, () => (changed = true));
      await this.teams.setConfig({
        entityId: this.id,
        contentUrl: `${this.publicUrl}/connector/config?subscription=${encodeURIComponent(this.id)}`,
        configName: wanted.name,
        suggestedDisplayName: wanted.name,
      });
      const { webhookUrl: now } = await this.teams.getConfig();
      if (now && now !== webhookUrl) {
        await this.#put(wanted, now);
        saved = now;
      }
    } catch (error) {
      if (changed) await this.#undo(error, webhookUrl);
      throw error;
    }
    this.before = { wanted, webhookUrl: saved, kind: this.before?.kind ?? null };
  }

  /** Remove it from the bridge; what is gone already counts as removed. */
  async remove() {
    await this.#delete();
    this.before = null;
  }

  async #put(wanted, url, mayHaveChanged = () => {}) {
    try {
      await this.api.call("PUT", this.#path, { ...wanted, channel: this.#channel(url) }, { patient: false });
      mayHaveChanged();
    } catch (error) {
      if (!(error instanceof CallFailed && error.refused)) mayHaveChanged();
      throw error;
    }
  }

  /** Teams goes on giving the connector's URL where the subscription was moved to a workflow: then it stays there. */
  #channel(url) {
    const moved = this.before?.kind === "workflow" && CONNECTOR.test(url);
    return moved ? { of: this.id } : { url };
  }

  async #undo(cause, webhookUrl) {
    try {
      if (this.before) await this.#put(this.before.wanted, this.before.webhookUrl ?? webhookUrl);
      else await this.#delete();
    } catch {
      cause.message += " " + t("The bridge could not be put back as it was either: try again, or ask its operator.");
    }
  }

  async #delete() {
    try {
      await this.api.call("DELETE", this.#path, undefined, { patient: false });
    } catch (error) {
      if (!(error instanceof CallFailed && error.status === 404)) throw error;
    }
  }
}

/** Saving into a tab. Its URL comes from the person, so that Teams is asked first, and there is nothing to put back. */
export class TabSaving {
  /** @param {object} options `{api, teams, tab, name, publicUrl}`: `name` is the tab's in Teams, null for a new one */
  constructor({ api, teams, tab, name, publicUrl }) {
    Object.assign(this, { api, teams, tab, name, publicUrl, busy: false });
  }

  /** Save one subscription. Rejects with the reason. */
  async save(id, wanted, isNew) {
    this.busy = true;
    const path = `subscriptions/${encodeURIComponent(id)}`;
    const page = `${this.publicUrl}/connector/tab?tab=${encodeURIComponent(this.tab)}`;
    try {
      const name = this.name ?? wanted.name;
      await this.teams.setConfig({ entityId: this.tab, contentUrl: page, websiteUrl: page, removeUrl: page, configName: name, suggestedDisplayName: name });
      await this.api.call("PUT", path, wanted, { patient: false });
      this.name = name;
    } catch (error) {
      if (isNew && error instanceof CallFailed && !error.refused) await this.#undo(path, error);
      throw error;
    } finally {
      this.busy = false;
    }
  }

  /** Its answer got lost: it may be there, though Teams will show no tab for it. */
  async #undo(path, cause) {
    try {
      await this.api.call("DELETE", path, undefined, { patient: false });
    } catch (error) {
      if (!(error instanceof CallFailed && error.status === 404)) cause.message += " " + t("It may be saved in part: try again.");
    }
  }
}
