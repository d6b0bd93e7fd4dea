/** All that people read on the page, in its order: texts, and what is said by labels, titles and placeholders. */
() => {
  const SAID = ["aria-label", "title", "placeholder", "alt"];
  const found = [];
  const visit = (one) => {
    if (one.nodeType === Node.TEXT_NODE) found.push(one.data);
    if (one.nodeType !== Node.ELEMENT_NODE || one.matches("script, style, noscript, datalist, .card, pre, code")) return;
    if (!one.matches("option, optgroup, .visually-hidden *") && !one.checkVisibility()) return;
    found.push("\n", ...SAID.map((name) => `\n${one.getAttribute(name) ?? ""}\n`));
    one.childNodes.forEach(visit);
    if (!one.matches("strong, span")) found.push("\n");
  };
  visit(document.body);
  return found.join("");
}
