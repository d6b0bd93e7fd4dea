/** The configuration page, for both entries of the Teams app: a connector, whose URL Teams gives, and a tab, which has none. */

import { Api } from "./api.js";
import { configureConnector } from "./connectorentry.js";
import { el } from "./dom.js";
import { only, outside, run, tellPlace } from "./page.js";
import { askForToken } from "./signin.js";
import { configureTab } from "./tabentry.js";
import * as teams from "./teams.js";

async function start(slow) {
  let place;
  try {
    place = await teams.connect(slow);
  } catch (error) {
    if (!(error instanceof teams.NoTeams)) throw error;
    only(outside(error.message));
    return;
  }
  tellPlace(place.hints);
  if (place.frame !== "settings" && place.frame !== "remove") {
    only(el("div", { class: "panel" }, el("p", {}, "To change what is posted here, open this connector’s settings in Teams.")));
    return;
  }
  const query = new URLSearchParams(location.search);
  const configure = isTab(place, query) ? configureTab : configureConnector;
  await configure({ api: new Api(askForToken), place, query });
}

/** Where Teams gives a webhook's URL, it is a connector's dialog whatever the address says. */
function isTab({ webhookUrl, entityId }, query) {
  return !webhookUrl && (query.get("entry") === "tab" || teams.isTabId(entityId));
}

run(start);
