/**
 * Filters as the rows of a form and as the bridge's JSON, without a page.
 *
 * A row is `{attribute, how, values}`; rows are joined by `all` or `any`. What somebody wrote through the API may be
 * more than rows can show: then it is kept as it is.
 */

export const HOW = [
  ["any_of", "is any of"],
  ["none_of", "is none of"],
  ["all_of", "has all of"],
  ["empty", "is empty"],
  ["not_empty", "is not empty"],
];

const LISTS = ["any_of", "none_of", "all_of"];

export const needsValues = (how) => LISTS.includes(how);

/** `{join, rows}` for a filter that rows can show, else null. */
export function toRows(filters) {
  if (!filters || Object.keys(filters).length === 0) return { join: "all", rows: [] };
  if ("attribute" in filters) return toRows({ all: [filters] });
  const [[join, conditions], ...more] = Object.entries(filters);
  if (more.length || !["all", "any"].includes(join) || !Array.isArray(conditions)) return null;
  const rows = [];
  for (const condition of conditions) {
    const found = rowsOf(condition);
    if (!found || (found.length > 1 && join === "any")) return null;
    rows.push(...found);
  }
  return { join, rows };
}

function rowsOf({ attribute, ...tests } = {}) {
  if (typeof attribute !== "string" || Object.keys(tests).length === 0) return null;
  const rows = [];
  for (const [name, given] of Object.entries(tests)) {
    if (name === "empty") rows.push({ attribute, how: given ? "empty" : "not_empty", values: [] });
    else if (LISTS.includes(name) && Array.isArray(given)) rows.push({ attribute, how: name, values: given });
    else return null;
  }
  return rows;
}

/** The bridge's JSON for rows that are all complete. */
export function toFilters(join, rows) {
  if (rows.length === 0) return {};
  return { [join]: rows.map(toCondition) };
}

function toCondition({ attribute, how, values }) {
  return needsValues(how) ? { attribute, [how]: values } : { attribute, empty: how === "empty" };
}

/** What a row still lacks, as `{attribute: sentence}` or `{values: sentence}`, or null. */
export function lacking({ attribute, how, values }) {
  if (!attribute) return { attribute: "Choose what to look at." };
  if (needsValues(how) && values.length === 0) return { values: "Give at least one value." };
  return null;
}
