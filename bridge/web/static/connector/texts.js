/**
 * What the page says, in the language of its catalogue: the server puts that into the page. Messages are English, and are
 * found in the code by the names `t` and `tn`; one that the catalogue does not have stays as it is.
 */

export const language = document.documentElement.lang;

/** How the reader writes times and numbers: in that language, as the browser's own country does. */
export const region = navigator.languages.find((one) => one.split("-")[0] === language) ?? language;

/** All that the page could be shown in. */
export const languages = document.documentElement.dataset.languages.split(" ");

const { plural, messages } = JSON.parse(document.getElementById("texts").textContent);
const rules = new Intl.PluralRules(language);
const list = new Intl.ListFormat(language, { type: "conjunction" });

/** A sentence from its message, in which names in braces stand for `values`. */
export function t(message, values = {}) {
  return filled(messages[message]?.[0] ?? message, values);
}

/** A sentence about a number of things, from the messages for one and for several; `{n}` stands for the number. */
export function tn(number, one, several, values = {}) {
  const forms = messages[one];
  const message = forms ? forms[plural[rules.select(number)] ?? 0] : number === 1 ? one : several;
  return filled(message, { n: number, ...values });
}

/** Words after one another, with commas and an “and”. */
export function listed(words) {
  return list.format(words);
}

function filled(message, values) {
  return message.replace(/\{(\w+)\}/g, (braced, name) => (Object.hasOwn(values, name) ? shown(values[name]) : braced));
}

function shown(value) {
  return typeof value === "number" ? value.toLocaleString(region) : String(value);
}
