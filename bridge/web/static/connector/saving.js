/**
 * Saving and removing: the bridge and Teams either both have it or neither has.
 *
 * The bridge's part is an upsert under an id that this page makes up once, so that trying again cannot make a second.
 */

import { CallFailed } from "./api.js";

/** An id as the bridge expects it: `sub_` and 144 random bits. */
export function newSubscriptionId() {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  const text = btoa(String.fromCharCode(...bytes));
  return `sub_${text.replaceAll("+", "-").replaceAll("/", "_")}`;
}

export class Saving {
  /**
   * @param {{call: Function}} api the bridge
   * @param {{setConfig: Function, getConfig: Function}} teams
   * @param {string} id of the subscription, new or known
   * @param {object|null} before what stands under that id: `{wanted, webhookUrl}`, or null for nothing
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
        "Teams gave no address for this channel, so no card could reach it. Close this window, add the connector again, and save.",
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
    this.before = { wanted, webhookUrl: saved };
  }

  /** Remove it from the bridge; what is gone already counts as removed. */
  async remove() {
    await this.#delete();
    this.before = null;
  }

  async #put(wanted, url, mayHaveChanged = () => {}) {
    try {
      await this.api.call("PUT", this.#path, { ...wanted, channel: { url } }, { patient: false });
      mayHaveChanged();
    } catch (error) {
      if (!(error instanceof CallFailed && error.refused)) mayHaveChanged();
      throw error;
    }
  }

  async #undo(cause, webhookUrl) {
    try {
      if (this.before) await this.#put(this.before.wanted, this.before.webhookUrl ?? webhookUrl);
      else await this.#delete();
    } catch {
      cause.message += " The bridge could not be put back as it was either: try again, or ask its operator.";
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
