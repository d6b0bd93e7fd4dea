/** When something was, as a person says it: the time alone for today. */

import { region } from "./texts.js";

export function clock(iso) {
  const at = new Date(iso);
  const today = at.toDateString() === new Date().toDateString();
  const time = { hour: "2-digit", minute: "2-digit", second: "2-digit" };
  return today ? at.toLocaleTimeString(region, time) : at.toLocaleString(region, { ...time, day: "numeric", month: "short" });
}
