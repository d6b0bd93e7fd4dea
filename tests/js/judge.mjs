// Judges cards with Microsoft's adaptivecards and with markdown-it, as generously as any host may read markup into them.
// One JSON request a line on stdin, one JSON answer a line on stdout:
//   {"adaptive": card}   → problems, facts, actions, images, elements by type, and what its texts show
//   {"texts": [text, …]} → what texts show where Markdown with HTML is read, as in a MessageCard
// What texts show: links (with their address and text), html tags, pictures, mentions, functions, blocks by kind, plain text.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import MarkdownIt from "markdown-it";

// The package's ES modules name each other without extensions, which Node does not resolve; its bundle stands alone.
const { AdaptiveCard, SerializationContext, Versions, FactSet, TextBlock, Image } =
  createRequire(import.meta.url)("adaptivecards/dist/adaptivecards.js");

const readers = {
  plain: new MarkdownIt({ html: true, linkify: false }),
  linkify: new MarkdownIt({ html: true, linkify: true }),
};
readers.linkify.linkify.set({ fuzzyLink: true, fuzzyEmail: true });

const FUNCTION = /\{\{\s*(DATE|TIME)\s*\(/i;
const MENTION = /<\s*\/?\s*at\b/i;

function show(texts) {
  const shown = { links: [], html: [], pictures: [], mentions: [], functions: [], blocks: {}, texts: [] };
  for (const text of texts) {
    if (MENTION.test(text)) shown.mentions.push(text);
    if (FUNCTION.test(text)) shown.functions.push(text);
    const read = walk(readers.plain.parse(text, {}), shown);
    shown.texts.push(read.text);
    // What is linked only by being an address. Links that are markup are counted above.
    for (const link of walk(readers.linkify.parse(text, {}), { html: [], pictures: [], blocks: {} }).links) {
      if (link.automatic) shown.links.push(link);
    }
    shown.links.push(...read.links);
  }
  return shown;
}

function walk(tokens, shown) {
  const links = [];
  let text = "";
  for (const token of tokens) {
    if (token.type !== "inline") {
      const [, kind] = /^(.*?)(?:_open)?$/.exec(token.type);
      if (!token.type.endsWith("_close")) shown.blocks[kind] = (shown.blocks[kind] ?? 0) + 1;
      if (token.type === "html_block") shown.html.push(token.content);
      if (token.type === "fence" || token.type === "code_block") text += (text && "\n") + token.content;
      continue;
    }
    if (text && !text.endsWith("\n")) text += "\n";
    let open = null;
    for (const child of token.children) {
      if (child.type === "link_open") {
        open = { href: child.attrGet("href"), text: "", automatic: child.markup === "linkify" || child.markup === "autolink" };
        links.push(open);
      } else if (child.type === "link_close") open = null;
      else if (child.type === "html_inline") shown.html.push(child.content);
      else if (child.type === "image") shown.pictures.push(child.attrGet("src"));
      const said = child.type.endsWith("break") ? "\n" : child.type === "html_inline" ? "" : child.content;
      text += said;
      if (open) open.text += said;
    }
  }
  return { links, text };
}

function judgeAdaptive(json) {
  const problems = [];
  const context = new SerializationContext(Versions.v1_5);
  const card = new AdaptiveCard();
  card.parse(json, context);
  for (let at = 0; at < context.eventCount; at++) problems.push(context.getEventAt(at).message);
  problems.push(...card.validateProperties().validationEvents.map((event) => event.message));
  const found = { elements: {}, facts: 0, images: [], texts: [] };
  gather(card, found);
  const actions = [];
  for (let at = 0; at < card.getActionCount(); at++) {
    const action = card.getActionAt(at);
    actions.push({ type: action.getJsonTypeName(), title: action.title, url: action.url ?? null });
  }
  const entities = json.msteams?.entities?.length ?? 0;
  return { problems, entities, elements: found.elements, facts: found.facts, images: found.images, actions, ...show(found.texts) };
}

function gather(element, found) {
  const type = element.getJsonTypeName();
  found.elements[type] = (found.elements[type] ?? 0) + 1;
  if (element instanceof TextBlock) found.texts.push(element.text ?? "");
  if (element instanceof Image) found.images.push({ url: element.url, alt: element.altText ?? "" });
  if (element instanceof FactSet) {
    found.facts += element.facts.length;
    for (const fact of element.facts) found.texts.push(fact.name ?? "", fact.value ?? "");
  }
  const count = element.getItemCount?.() ?? element.getColumnCount?.() ?? element.getImageCount?.() ?? 0;
  for (let at = 0; at < count; at++) {
    gather(element.getItemAt?.(at) ?? element.getColumnAt?.(at) ?? element.getImageAt(at), found);
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  const answer = "adaptive" in request ? judgeAdaptive(request.adaptive) : show(request.texts);
  process.stdout.write(JSON.stringify(answer) + "\n");
}
