/** What is wrong with the page's layout, in words: sideways scrolling, what is cut off, controls upon each other. */
() => {
  const root = document.scrollingElement;
  const body = document.body.getBoundingClientRect();
  const shown = [...document.body.querySelectorAll("*")].filter((one) => one.checkVisibility() && !one.closest(".visually-hidden, datalist, pre"));
  const name = (one) => `${one.tagName.toLowerCase()}.${one.className} “${(one.ariaLabel ?? one.textContent).trim().slice(0, 40)}”`;
  const faults = [];

  if (root.scrollWidth > root.clientWidth) faults.push(`The page is ${root.scrollWidth - root.clientWidth} px too wide.`);
  for (const one of shown) {
    const { left, right, width } = one.getBoundingClientRect();
    if (width && (left < body.left - 1 || right > body.right + 1)) faults.push(`Outside: ${name(one)}`);
    const cuts = getComputedStyle(one).overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1;
    if (cuts && !one.matches("input, select, textarea, .values span")) faults.push(`Cut off: ${name(one)}`);
  }

  // What scrolls in a box of its own, or sticks to an edge, lies upon others rightly.
  const apart = (one) => one.closest(".event-tree, .values, .save-bar");
  const controls = shown.filter((one) => one.matches("button, input, select, textarea, summary, a[href]"));
  const boxes = controls.map((one) => one.getBoundingClientRect());
  for (const [index, one] of controls.entries()) {
    for (let next = index + 1; next < controls.length; next += 1) {
      const [a, b, other] = [boxes[index], boxes[next], controls[next]];
      const meet = Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
      if (meet && apart(one) === apart(other) && !one.contains(other)) faults.push(`Overlap: ${name(one)} and ${name(other)}`);
    }
  }
  return faults;
}
