/** A channel's posts: cards as Teams would show them, and what Teams would keep to itself: why a card was refused. */

import { clock, el, icon } from "./dom.js";
import { letPress } from "./press.js";
import { theme } from "./theme.js";

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";
const COLOURS = {
  default: { text: "#242424", subtle: "#5c5c5c", link: "#4448a8", good: "#0e700e", warning: "#8a4b00", attention: "#b10e1c", boxes: ["#f3f3f6", "#e8e8f7", "#e7f4e7", "#fdf3e1", "#fbe9ea"] },
  dark: { text: "#ffffff", subtle: "#b8b8b8", link: "#a9acf5", good: "#6ccb6c", warning: "#f2b45c", attention: "#f58a90", boxes: ["#383838", "#34365c", "#1f3a20", "#40331c", "#46262b"] },
  contrast: { text: "#ffffff", subtle: "#ffffff", link: "#ffff01", good: "#3ff23f", warning: "#ffd15c", attention: "#ff8f9a", boxes: ["#000000", "#000000", "#000000", "#000000", "#000000"] },
};

/** Add a post to a list; a note that says what the last one said is counted there. */
export function addPost(list, post) {
  const last = list.lastElementChild;
  if (!post.note) list.append(card(post));
  else if (last?.dataset.note === saying(post)) last.replaceWith(note(post, Number(last.dataset.count) + 1));
  else list.append(note(post, 1));
}

function saying(post) {
  return JSON.stringify([post.connector, post.note, post.answer]);
}

function note(post, count) {
  return el(
    "li",
    { class: "post note", "data-note": saying(post), "data-count": count },
    icon("warn"),
    el(
      "div",
      {},
      el("p", {}, el("strong", {}, "No card: "), post.note, count > 1 ? el("strong", {}, ` (${count} times)`) : null),
      el("p", { class: "muted" }, `${post.connector}, ${clock(post.at)}. The channel answered `, el("code", {}, post.answer)),
    ),
  );
}

function card(post) {
  const json = el("details", { class: "json" }, el("summary", {}, `${post.format} as received`));
  json.addEventListener("toggle", () => {
    if (json.open && json.childElementCount === 1) {
      json.append(el("pre", { tabindex: "0" }, JSON.stringify(post.payload, null, 2)));
    }
  });
  return el(
    "li",
    { class: "post", "data-post": post.id, "data-format": post.format },
    el("span", { class: "avatar" }, post.connector.slice(0, 1).toUpperCase()),
    el(
      "article",
      { class: "post-body", "aria-label": `Card from ${post.connector}` },
      el("p", { class: "post-head" }, el("strong", {}, post.connector), el("span", { class: "muted" }, clock(post.at))),
      el("div", { class: "post-card" }, withoutBrokenFaces(rendered(post))),
      json,
    ),
  );
}

function rendered(post) {
  if (post.format === "AdaptiveCard" && window.AdaptiveCards) return adaptive(post.payload.attachments[0].content);
  const box = el("div", { class: "project-html" });
  box.innerHTML = post.html; // made by the bridge's own renderer, which escapes and sanitises
  for (const link of box.querySelectorAll("a")) outward(link);
  if (post.format === "MessageCard") letPress(box, post);
  return box;
}

/** A face whose picture cannot be loaded is left out; other pictures say what they would have shown. */
function withoutBrokenFaces(element) {
  for (const image of element.querySelectorAll("img")) {
    image.addEventListener("error", () => image.classList.toggle("broken", image.clientWidth <= 48 || image.matches(".ac-plain-small")));
  }
  return element;
}

function outward(link) {
  link.target = "_blank";
  link.rel = "noopener noreferrer";
}

/** The card through Microsoft's renderer, with a Markdown processor where there is one. */
function adaptive(content) {
  const { AdaptiveCards } = window;
  const renderer = new AdaptiveCards.AdaptiveCard();
  renderer.hostConfig = new AdaptiveCards.HostConfig(hostConfig(COLOURS[theme()]));
  renderer.onExecuteAction = (action) => {
    if (/^https?:/i.test(action.url ?? "")) window.open(action.url, "_blank", "noopener,noreferrer");
  };
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = markdown(content.msteams?.entities ?? []);
  renderer.parse(content);
  const element = renderer.render() ?? el("p", { class: "error" }, "Microsoft's renderer shows nothing of this card.");
  for (const link of element.querySelectorAll("a")) outward(link);
  return element;
}

/** Whom the card mentions stands out, as in Teams. */
function mentioning(html, entities) {
  for (const { text } of entities) {
    const tag = String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    const name = /^&lt;at&gt;(.+)&lt;\/at&gt;$/.exec(tag)?.[1];
    if (name) html = html.replaceAll(tag, () => `<span class="mention">${name}</span>`);
  }
  return html;
}

function markdown(entities) {
  if (!window.markdownit) return null;
  const processor = window.markdownit({ html: false, linkify: true, breaks: true }).disable(["table", "code", "fence", "heading", "lheading", "hr", "blockquote", "image"]);
  return (text, result) => {
    result.outputHtml = mentioning(processor.render(text), entities);
    result.didProcess = true;
  };
}

function hostConfig(colours) {
  const colour = (value) => ({ default: value, subtle: value });
  const foregroundColors = {
    default: { default: colours.text, subtle: colours.subtle },
    dark: colour(colours.text),
    light: colour(colours.subtle),
    accent: colour(colours.link),
    good: colour(colours.good),
    warning: colour(colours.warning),
    attention: colour(colours.attention),
  };
  const [emphasis, accent, good, warning, attention] = colours.boxes;
  const style = (backgroundColor) => ({ backgroundColor, foregroundColors });
  return {
    fontFamily: FONT,
    supportsInteractivity: true,
    spacing: { small: 4, default: 8, medium: 12, large: 16, extraLarge: 20, padding: 12 },
    separator: { lineThickness: 1, lineColor: colours.subtle },
    fontSizes: { small: 12, default: 14, medium: 16, large: 18, extraLarge: 22 },
    containerStyles: {
      default: style("transparent"),
      emphasis: style(emphasis),
      accent: style(accent),
      good: style(good),
      warning: style(warning),
      attention: style(attention),
    },
    imageSizes: { small: 32, medium: 52, large: 100 },
    actions: { maxActions: 6, spacing: "default", buttonSpacing: 8, actionsOrientation: "horizontal", actionAlignment: "left", showCard: { actionMode: "inline", inlineTopMargin: 12 } },
    factSet: { title: { weight: "bolder", wrap: true, maxWidth: 160 }, value: { wrap: true }, spacing: 12 },
  };
}
