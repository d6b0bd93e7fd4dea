/** The theme of the simulated Teams, remembered by this browser and told to whoever shows something. */

const KEY = "sandbox.theme";
export const THEMES = { default: "Light", dark: "Dark", contrast: "High contrast" };
const listeners = new Set();

export function theme() {
  return document.documentElement.dataset.theme;
}

export function setTheme(name) {
  document.documentElement.dataset.theme = name in THEMES ? name : "default";
  localStorage.setItem(KEY, theme());
  for (const listener of listeners) listener(theme());
}

/** Call `listener(name)` at every change, until the returned function is called. */
export function onTheme(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function restoreTheme() {
  setTheme(localStorage.getItem(KEY) ?? "default");
}
