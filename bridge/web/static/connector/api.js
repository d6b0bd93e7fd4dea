/** Calls to the bridge. Whoever is not known to it yet is asked for a token, and the call is made again. */

import { language, t } from "./texts.js";

const TOKEN = "webhook-bridge-token";
const PATIENCE = 20_000;

/** What the bridge refused, or that it did not answer (status 0). `fields` has a sentence for each wrong input. */
export class CallFailed extends Error {
  constructor(status, sentence, fields = {}) {
    super(sentence);
    this.status = status;
    this.fields = fields;
  }

  /** Whether it is certain that nothing was changed. */
  get refused() {
    return this.status >= 400 && this.status < 500;
  }
}

export class Api {
  /** @param {(reason: string|null, used: string|null) => Promise<string>} askForToken gives another token than the one used */
  constructor(askForToken) {
    this.askForToken = askForToken;
    this.token = remembered();
    this.asking = null;
  }

  get(path, options) {
    return this.call("GET", path, undefined, options);
  }

  post(path, body, options) {
    return this.call("POST", path, body, options);
  }

  /**
   * One call. With `patient: false` it fails at once where a token is missing, though the form for one is shown: for
   * when somebody waits for the outcome who cannot see that form.
   */
  async call(method, path, body, { patient = true, signal } = {}) {
    for (;;) {
      const used = this.token;
      const answer = await this.#send(method, path, body, signal);
      if (answer.ok) return answer.status === 204 ? null : answer.json();
      const failure = await said(answer);
      if (answer.status !== 401) throw failure;
      const asked = this.#sign(used, failure.message);
      if (!patient) throw failure;
      await asked;
    }
  }

  async #send(method, path, body, signal) {
    const headers = { "Accept-Language": language };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (this.token) headers.Authorization = `Bearer ${this.token}`;
    const patience = AbortSignal.timeout(PATIENCE);
    try {
      return await fetch(`/connector/${path}`, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        credentials: "omit",
        signal: signal ? AbortSignal.any([signal, patience]) : patience,
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new CallFailed(0, t("The bridge does not answer. Check the connection, then try again."));
    }
  }

  /** Ask for another token than the one that was refused; all calls that wait share one form. */
  async #sign(used, reason) {
    if (this.token !== used) return;
    this.asking ??= this.askForToken(used ? reason : null, used)
      .then((token) => {
        this.token = token;
        remember(token);
      })
      .finally(() => {
        this.asking = null;
      });
    await this.asking;
  }
}

async function said(answer) {
  try {
    const { detail, errors } = await answer.json();
    return new CallFailed(answer.status, detail ?? answer.statusText, errors ?? {});
  } catch {
    return new CallFailed(answer.status, t("The bridge answered {status} without a reason. Try again later.", { status: answer.status }));
  }
}

// A frame may be denied storage: then the token is asked for once more after a reload.
function remembered() {
  try {
    return sessionStorage.getItem(TOKEN);
  } catch {
    return null;
  }
}

function remember(token) {
  try {
    sessionStorage.setItem(TOKEN, token);
  } catch {
    // Kept in memory alone.
  }
}
