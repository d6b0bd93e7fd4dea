/** One stop for the Tab key in a long list of boxes, in which the arrow keys move. */

/**
 * @param {HTMLElement} list its boxes are `input`s
 * @param {(box: HTMLElement, towards: "in" | "out") => HTMLElement | null} turn what → and ← do at a box (from right to left
 *   the other way round): the box to go to, or null to stay
 * @returns `refresh()`: to be called when boxes were shown, hidden or disabled
 */
export function roving(list, turn) {
  let current = null;
  const boxes = () => [...list.querySelectorAll("input")].filter((box) => !box.disabled && !box.closest("[hidden]"));

  function stopAt(box) {
    if (current) current.tabIndex = -1;
    current = box;
    if (current) current.tabIndex = 0;
  }

  function refresh() {
    const there = boxes();
    for (const box of list.querySelectorAll("input")) if (box !== current) box.tabIndex = -1;
    if (!there.includes(current)) stopAt(there[0] ?? null);
  }

  list.addEventListener("focusin", ({ target }) => {
    if (target.matches("input")) stopAt(target);
  });
  list.addEventListener("keydown", (event) => {
    if (!event.target.matches("input") || event.ctrlKey || event.altKey || event.metaKey) return;
    const there = boxes();
    const at = there.indexOf(event.target);
    const [back, ahead] = getComputedStyle(list).direction === "rtl" ? ["ArrowRight", "ArrowLeft"] : ["ArrowLeft", "ArrowRight"];
    const to = {
      ArrowDown: () => there[at + 1],
      ArrowUp: () => there[at - 1],
      Home: () => there[0],
      End: () => there.at(-1),
      [ahead]: () => turn(event.target, "in"),
      [back]: () => turn(event.target, "out"),
    }[event.key];
    if (!to) return;
    event.preventDefault();
    to()?.focus();
  });
  return { refresh };
}
