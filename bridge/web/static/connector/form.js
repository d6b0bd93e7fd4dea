/** The form of one subscription: its sections, what they say together, and whether that can be saved. */

import { el, field } from "./dom.js";
import { endpointSection } from "./endpoints.js";
import { eventSection } from "./events.js";
import { filterSection } from "./filters.js";
import { presentationSection } from "./presentation.js";
import { cardPreview } from "./preview.js";
import { recentSection } from "./recent.js";
import { sourceSection } from "./sources.js";
import { listed, region, t, tn } from "./texts.js";
import { trial } from "./trial.js";
import { waitingSection } from "./waiting.js";

const LONGEST_NAME = 100;

export class Form {
  /**
   * @param {object} options `{api, catalog, before, channel, onValidity}`: `before` is the subscription as the bridge gives
   *   it, or null for a new one; `channel` is the section that says where cards go, null where Teams says it;
   *   onValidity(valid) is called only in answer to the user
   */
  constructor({ api, catalog, before, channel = null, onValidity }) {
    Object.assign(this, { api, catalog, channel, onValidity });
    this.before = before;
    this.facts = {};
    this.received = [];
    this.touched = false;
    this.named = Boolean(before);
    this.source = null;
    const usable = catalog.sources.filter((source) => source.may_create || this.#endpoints(source).length > 0);
    this.sources = sourceSection(usable, before?.source, (source) => this.#choose(source));
    this.name = field(t("Name"), el("input", { type: "text", autocomplete: "off", oninput: () => this.#rename() }), {
      hint: channel ? t("Shown on the tab.") : t("Shown in Teams’ list of connectors."),
      className: "field headed",
    });
    this.name.control.value = before?.name ?? "";
    this.waiting = waitingSection({
      digest: before?.digest ?? true,
      expiry: before?.expiry ?? null,
      hold: before?.hold ?? 0,
      stale: before?.stale ?? "keep",
      onChange: () => this.#touch(undefined, { preview: false }),
    });
    this.preview = cardPreview(api, (fields, shown) => this.#previewed(fields, shown));
    this.trial = trial(api, (tried, trouble) => this.recent?.tried(tried, trouble));
    this.preview.element.prepend(this.trial.element);
    this.place = el("div", { class: "sections" });
    this.status = el("p", { class: "form-status", role: "status" });
    this.element = el(
      "div",
      { class: "layout" },
      el("div", { class: "form" }, channel?.element, this.sources.element, this.place),
      this.preview.element,
      this.status,
    );
    const source = usable.find((one) => one.name === before?.source);
    if (source) this.#build(source, before);
    if (channel) channel.onChange = () => this.#changed();
    this.#tell();
  }

  /** What is asked for, as the bridge takes it, less a channel that Teams says; only of a valid form. */
  value() {
    return {
      ...(this.channel && { channel: this.channel.value() }),
      endpoint: this.endpoints.value().id,
      name: this.name.control.value.trim(),
      events: this.events.value(),
      filters: this.filters.value(),
      presentation: this.presentation.value(),
      ...this.waiting.value(),
    };
  }

  get valid() {
    return this.#lacking().length === 0;
  }

  /** It is not shown any more. */
  stop() {
    this.endpoints?.stop();
  }

  /** Say the bridge's sentences beside the fields they are about; gives those that have no field here. */
  faults(fields) {
    const left = [];
    this.filters.faults(fields);
    left.push(...this.presentation.faults(fields));
    let first = null;
    for (const [name, sentence] of Object.entries(fields)) {
      const head = name.split(".")[0];
      const owner = { channel: this.channel, name: this.name, endpoint: this.endpoints, events: this.events, source: this.sources }[head] ?? this.waiting.fieldOf(head);
      if (owner) owner.fault(sentence);
      else if (!["filters", "presentation"].includes(head)) left.push(sentence);
      first ??= owner;
    }
    this.element.querySelector("[aria-invalid]")?.focus?.();
    return left;
  }

  #endpoints(source) {
    return this.catalog.endpoints.filter((endpoint) => endpoint.source === source.name);
  }

  #choose(source) {
    this.#build(source, null);
    this.#touch();
  }

  #build(source, before) {
    this.endpoints?.stop();
    this.source = source;
    this.waiting.of(source);
    const known = this.#endpoints(source);
    const patterns =
      before?.events ?? source.groups.flatMap((group) => group.types.filter((type) => type.default).map((type) => type.name));
    this.events = eventSection({ source, patterns, onChange: (type) => this.#touch(type) });
    this.filters = filterSection({ source, filters: before?.filters, onChange: () => this.#touch() });
    this.presentation = presentationSection({
      source,
      wanted: before?.presentation ?? {},
      fresh: !before,
      onChange: () => this.#touch(),
    });
    this.recent = recentSection({ api: this.api, source, subscription: before?.id ?? null, onAgain: () => this.trial.again() });
    this.#offer(source);
    this.endpoints = endpointSection({
      api: this.api,
      source,
      endpoints: known,
      chosen: known.find((endpoint) => endpoint.id === before?.endpoint) ?? null,
      onChange: (endpoint) => this.#chooseEndpoint(endpoint),
      onEvent: () => {
        this.#suggest();
        this.recent.again();
      },
    });
    this.place.replaceChildren(
      this.endpoints.element,
      this.events.element,
      this.filters.element,
      this.recent.element,
      this.presentation.element,
      el("div", { class: "section" }, this.name.element),
      this.waiting.element,
    );
    this.#suggest();
    this.#follow();
  }

  #chooseEndpoint(endpoint) {
    this.received = [];
    if (endpoint && !this.catalog.endpoints.includes(endpoint)) this.catalog.endpoints.unshift(endpoint);
    if (endpoint && !this.named) {
      this.name.control.value = endpoint.name;
      this.name.fault();
    }
    this.#suggest();
    this.#touch();
  }

  /** Offer what was seen at the endpoint: values for filters, and webhooks for the preview. */
  async #suggest() {
    const endpoint = this.endpoints?.value();
    if (!endpoint) return;
    const filters = this.filters;
    const at = `endpoints/${encodeURIComponent(endpoint.id)}`;
    const [seen, received] = await Promise.all([this.#convenience(`${at}/seen`, {}), this.#convenience(`${at}/received`, [])]);
    filters.suggest(seen);
    if (this.endpoints.value() !== endpoint) return;
    this.received = received.map((event) => ({ id: event.id, label: this.#label(event) }));
    this.#follow();
  }

  /** Offer the names of the facts that the source's cards have. */
  async #offer(source) {
    const facts = await this.#convenience(`sources/${encodeURIComponent(source.name)}/facts`, {});
    if (this.source !== source) return;
    this.facts = facts;
    this.#offerFacts([]);
  }

  #offerFacts(shown) {
    const chosen = new Set(this.events.chosen().map((type) => type.name));
    const samples = Object.entries(this.facts).filter(([type]) => chosen.has(type));
    this.presentation.offer([...shown, ...samples.flatMap(([, names]) => names)]);
  }

  /** What the bridge says; as it only makes things easier, its absence is no fault. */
  async #convenience(path, otherwise) {
    try {
      return await this.api.get(path);
    } catch {
      return otherwise;
    }
  }

  #label({ titles, types, received_at }) {
    const at = new Date(received_at).toLocaleString(region, { dateStyle: "short", timeStyle: "short" });
    const title = titles[0] ?? types[0] ?? t("not read yet");
    return `${at} · ${title}`;
  }

  #rename() {
    this.named = this.name.control.value !== "";
    this.name.fault(this.#nameFault());
    this.#touch(undefined, { preview: false });
  }

  #nameFault() {
    const length = this.name.control.value.trim().length;
    if (length === 0) return t("Give it a name that people will recognise.");
    if (length <= LONGEST_NAME) return null;
    return tn(length, "{n} character is too many: at most {most} fit.", "{n} characters are too many: at most {most} fit.", { most: LONGEST_NAME });
  }

  /** The user changed something. */
  #touch(latest, { preview = true } = {}) {
    if (preview) this.#follow(latest);
    this.#changed();
  }

  #changed() {
    this.touched = true;
    this.#tell();
    this.onValidity(this.valid);
  }

  #follow(latest = null) {
    const filters = this.filters.complete();
    const endpoint = this.endpoints.value()?.id ?? null;
    this.recent.at(endpoint);
    this.trial.follow({ source: this.source.name, endpoint, events: this.events.value(), filters });
    this.preview.follow(
      {
        source: this.source.name,
        endpoint,
        types: this.events.chosen(),
        received: this.received,
        filters,
        presentation: this.presentation.value(),
        filtered: Object.keys(filters).length > 0,
      },
      latest,
    );
  }

  /** The bridge looked at the filters and the looks; that answers the user too, if the user changed something. */
  #previewed(fields, shown) {
    this.filters.faults(fields);
    this.presentation.faults(fields);
    if (shown) {
      this.#offerFacts(shown.facts);
      this.presentation.show(shown.values);
    }
    this.#tell();
    if (this.touched) this.onValidity(this.valid);
  }

  #lacking() {
    const channel = this.channel?.problem();
    // TRANSLATORS: as in: Still needed: a source.
    if (!this.source) return [channel, t("a source")].filter(Boolean);
    return [
      channel,
      // TRANSLATORS: as in: Still needed: an endpoint.
      this.endpoints.value() ? null : t("an endpoint"),
      this.events.problem(),
      this.filters.problem(),
      this.presentation.problem(),
      // TRANSLATORS: as in: Still needed: a name.
      this.#nameFault() ? t("a name") : null,
      this.waiting.problem(),
    ].filter(Boolean);
  }

  #tell() {
    const lacking = this.#lacking();
    this.status.dataset.valid = String(lacking.length === 0);
    // TRANSLATORS: {things} is a list: a source, an event type and a name.
    if (lacking.length) this.status.textContent = t("Still needed: {things}.", { things: listed(lacking) });
    else if (this.touched) this.status.textContent = t("All set: press Save.");
    else this.status.textContent = t("Nothing is changed yet.");
  }
}
