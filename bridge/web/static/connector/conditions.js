/**
 * Filters as the form shows them and as the bridge's JSON, without a page.
 *
 * The form has a switch that leaves out bots, and a group. A group is `{kind, items}`, its items are groups or conditions
 * `{attribute, how, values}`. Every filter of today's bridge can be shown so; one that says more is left alone.
 */

const LISTS = ["any_of", "none_of", "all_of"];
const BOT = { attribute: "actor_is_bot", none_of: ["true"] };

export const needsValues = (how) => LISTS.includes(how);

export const isGroup = (node) => "items" in node;

/** What the form shows of a filter, `{people, root}`, or null where it would lose something. */
export function read(filters) {
  if (!filters || Object.keys(filters).length === 0) return { people: false, root: group("all") };
  const parts = keys(filters) === "all" ? filters.all : [filters];
  if (!Array.isArray(parts) || !parts.every((part) => part && typeof part === "object")) return null;
  const others = parts.filter((part) => !leavesOutBots(part));
  const people = others.length < parts.length;
  // Beside the switch, a group that stands alone is all there is to show.
  const [only] = others.length === 1 ? others : [];
  const root = readNode(!people ? filters : only && !("attribute" in only) ? only : { all: others });
  if (!root) return null;
  return { people, root: isGroup(root) ? root : group("all", [root]) };
}

function readNode(given) {
  if (typeof given !== "object" || given === null) return null;
  if ("attribute" in given) return readCondition(given);
  const kind = keys(given);
  if (kind === "not") return readNegation(given.not);
  if (!["all", "any"].includes(kind) || !Array.isArray(given[kind])) return null;
  const items = [];
  for (const part of given[kind]) {
    const found = readNode(part);
    if (!found) return null;
    // Several tests of one attribute must all hold: among others that must, they are rows like these.
    if (kind === "all" && found.spread) items.push(...found.items);
    else items.push(found);
  }
  return group(kind, items);
}

function readNegation(given) {
  const found = readNode(given);
  if (!found) return null;
  if (!isGroup(found)) return group("none", [found]);
  if (found.kind === "any") return group("none", found.items);
  if (found.kind === "all") return group("not_all", found.items);
  return group("none", [found]);
}

function readCondition({ attribute, ...tests }) {
  if (typeof attribute !== "string" || Object.keys(tests).length === 0) return null;
  const rows = [];
  for (const [name, given] of Object.entries(tests)) {
    if (name === "empty" && typeof given === "boolean") rows.push({ attribute, how: given ? "empty" : "not_empty", values: [] });
    else if (LISTS.includes(name) && Array.isArray(given)) rows.push({ attribute, how: name, values: [...given] });
    else return null;
  }
  return rows.length === 1 ? rows[0] : { ...group("all", rows), spread: true };
}

/**
 * The bridge's JSON, and in `places` where each condition and group stands in it: `filters.all.0` and so on. With
 * `finished`, what still lacks something is left out.
 */
export function write({ people, root }, { finished = false } = {}) {
  const places = new Map();
  const alone = people && root.kind !== "all";
  const shown = writeNode(root, alone ? "filters.all.0" : "filters", { finished, places });
  if (people) return { filters: { all: [...(shown === null ? [] : alone ? [shown] : shown.all), BOT] }, places };
  const nothing = shown === null || (root.kind === "all" && root.items.length === 0);
  return { filters: nothing ? {} : shown, places };
}

function writeNode(node, path, how) {
  how.places.set(path, node);
  if (isGroup(node)) return writeGroup(node, path, how);
  const { attribute, how: test, values } = node;
  return needsValues(test) ? { attribute, [test]: values } : { attribute, empty: test === "empty" };
}

/** A group, or null where nothing in it is finished and only what is finished counts. */
function writeGroup({ kind, items }, path, how) {
  const kept = how.finished ? items.filter(isFinished) : items;
  if (how.finished && kept.length === 0) return null;
  const negated = kind === "none" || kind === "not_all";
  const within = negated ? `${path}.not` : path;
  if (negated && kept.length === 1) return { not: writeNode(kept[0], within, how) };
  const joint = kind === "all" || kind === "not_all" ? "all" : "any";
  const written = { [joint]: kept.map((item, index) => writeNode(item, `${within}.${joint}.${index}`, how)) };
  return negated ? { not: written } : written;
}

/** Which condition or group a fault of the bridge is about, by the fault's dotted name, and what of it. */
export function placeOf(places, name) {
  const parts = name.split(".");
  for (let length = parts.length; length > 0; length -= 1) {
    const node = places.get(parts.slice(0, length).join("."));
    if (node) return { node, what: parts[length] ?? null };
  }
  return { node: null, what: null };
}

/** What a condition or group still lacks: `attribute`, `values`, `items` or null. */
export function lacking(node) {
  if (isGroup(node)) return node.items.length === 0 ? "items" : null;
  if (!node.attribute) return "attribute";
  return needsValues(node.how) && node.values.length === 0 ? "values" : null;
}

/** Whether a condition lacks nothing; of a group, whether that is so of anything in it. */
export function isFinished(node) {
  return isGroup(node) ? node.items.some(isFinished) : lacking(node) === null;
}

/** Whether nothing of what the form shows lacks anything; without any condition, nothing is filtered. */
export function isWhole({ root }) {
  return (root.kind === "all" && root.items.length === 0) || isComplete(root);
}

function isComplete(node) {
  return lacking(node) === null && (!isGroup(node) || node.items.every(isComplete));
}

export const group = (kind, items = []) => ({ kind, items });

function leavesOutBots(part) {
  const values = part?.none_of;
  return part?.attribute === BOT.attribute && Object.keys(part).length === 2 && values?.length === 1 && String(values[0]).toLowerCase() === "true";
}

/** The only key of an object, or null. */
function keys(given) {
  const names = Object.keys(given);
  return names.length === 1 ? names[0] : null;
}
