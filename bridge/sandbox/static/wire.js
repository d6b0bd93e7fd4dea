/**
 * The host's half of the Teams JavaScript SDK's wire protocol, for one frame.
 *
 * A message is answered only if it comes from that frame's window and its origin. Replies repeat the message's `id` and
 * `uuidAsString`, by which the SDK finds who asked.
 */

const HOST_VERSION = "2.0.1";

export class Wire {
  /**
   * @param {HTMLIFrameElement} frame the configuration page's frame
   * @param {object} host what Teams knows and does:
   *   frame(): what the page is shown as ("settings", "content", "remove"); context() → getContext's answer; getSettings() → settings; async setSettings(settings), throws to refuse;
   *   validity(valid), ready(), said(direction, func, args) for whoever watches
   */
  constructor(frame, host) {
    this.frame = frame;
    this.host = host;
    this.origin = new URL(frame.src, location.href).origin;
    this.handlers = new Set();
    this.waiting = new Map();
    this.listener = (event) => this.#receive(event);
    window.addEventListener("message", this.listener);
  }

  close() {
    window.removeEventListener("message", this.listener);
    for (const { reject } of this.waiting.values()) reject(new Error("The dialog was closed."));
    this.waiting.clear();
  }

  /** Ask the page to save; a tab's has no webhook URL. Rejects with the page's reason. */
  save(webhookUrl) {
    return this.#ask("settings.save", webhookUrl ? [{ webhookUrl }] : []);
  }

  /** Ask the page to clean up before its connector is removed. Rejects with the page's reason. */
  remove() {
    return this.#ask("settings.remove", []);
  }

  theme(name) {
    this.#send({ func: "themeChange", args: [name] });
  }

  #ask(func, args) {
    return new Promise((resolve, reject) => {
      this.waiting.set(func, { resolve, reject });
      this.#send({ func, args });
    }).finally(() => this.waiting.delete(func));
  }

  #send(message) {
    this.host.said("to page", message.func ?? "reply", message.args);
    this.frame.contentWindow?.postMessage(message, this.origin);
  }

  #receive(event) {
    if (event.source !== this.frame.contentWindow || event.origin !== this.origin) return;
    const message = event.data;
    if (message === null || typeof message !== "object" || typeof message.func !== "string") return;
    const args = Array.isArray(message.args) ? message.args : [];
    this.host.said("from page", message.func, args);
    this.#answer(message, args);
  }

  #reply(message, ...args) {
    const reply = { id: message.id, args };
    if (message.uuidAsString !== undefined) reply.uuidAsString = message.uuidAsString;
    this.#send(reply);
  }

  async #answer(message, args) {
    switch (message.func) {
      case "initialize":
        this.#reply(message, this.host.frame(), "web", "", HOST_VERSION);
        this.host.ready();
        return;
      case "registerHandler":
        this.handlers.add(args[0]);
        return;
      case "getContext":
        this.#reply(message, this.host.context());
        return;
      case "settings.setValidityState":
        this.host.validity(args[0] === true);
        return;
      case "settings.getSettings":
        this.#reply(message, this.host.getSettings());
        return;
      case "settings.setSettings":
        try {
          await this.host.setSettings(args[0] ?? {});
          this.#reply(message, true);
        } catch (error) {
          this.#reply(message, false, error.message);
        }
        return;
      case "authentication.getAuthToken":
        this.#reply(message, false, "The sandbox has no sign-in.");
        return;
      default:
        this.#settle(message.func, args);
    }
  }

  #settle(func, args) {
    const [, asked, how] = /^(settings\.(?:save|remove))\.(success|failure)$/.exec(func) ?? [];
    const waiting = asked && this.waiting.get(asked);
    if (!waiting) return;
    if (how === "success") waiting.resolve();
    else waiting.reject(new Error(args[0] || "The page gave no reason."));
  }
}
