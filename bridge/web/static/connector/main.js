/** The configuration page, for both entries of the Teams app: a connector, whose URL Teams gives, and a tab, which has none. */

import { Api } from "./api.js";
import { configureConnector } from "./connectorentry.js";
import { el } from "./dom.js";
import { enter } from "./entering.js";
import { only, run } from "./page.js";
import { askForToken } from "./signin.js";
import { configureTab } from "./tabentry.js";
import { isTabId } from "./teams.js";
import { t } from "./texts.js";

async function start(slow) {
  const place = await enter(slow);
  if (!place) return;
  if (place.frame !== "settings" && place.frame !== "remove") {
    only(el("div", { class: "panel" }, el("p", {}, t("To change what is posted here, open this connector’s settings in Teams."))));
    return;
  }
  const query = new URLSearchParams(location.search);
  const configure = isTab(place, query) ? configureTab : configureConnector;
  await configure({ api: new Api(askForToken), place, query });
}

/** Where Teams gives a webhook's URL, it is a connector's dialog whatever the address says. */
function isTab({ webhookUrl, entityId }, query) {
  return !webhookUrl && (query.get("entry") === "tab" || isTabId(entityId));
}

run(start);
