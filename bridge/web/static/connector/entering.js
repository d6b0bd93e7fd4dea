/** Coming into Teams: the page says hello, and is shown in the language that Teams speaks. */

import { only, outside, tellPlace } from "./page.js";
import * as teams from "./teams.js";
import { language, languages } from "./texts.js";

/**
 * Where in Teams the page is, as `teams.connect` tells; null where there is no Teams, which is said then.
 *
 * @param {() => void} slow called where Teams takes unusually long
 */
export async function enter(slow) {
  let place;
  try {
    place = await teams.connect(slow);
  } catch (error) {
    if (!(error instanceof teams.NoTeams)) throw error;
    only(outside(error.message));
    return null;
  }
  await speak(place.locale);
  tellPlace(place.hints);
  return place;
}

/** Where Teams speaks another language than the browser, load the page once more, in that one. */
async function speak(locale) {
  const wanted = languages.find((one) => one === locale?.toLowerCase().split("-")[0]);
  const address = new URL(location.href);
  if (!wanted || wanted === language || address.searchParams.has("locale")) return;
  address.searchParams.set("locale", wanted);
  location.replace(address);
  await new Promise(() => {}); // this page is over
}
