/** The end of signing in: tells Teams, which closes this window, or shows the operator's token in a plain browser. */

import { t } from "../connector/texts.js";

const PATIENCE = 3_000;
const { token, reason } = document.body.dataset;

// What a page shows is left in the browser's memory of it: the token is taken out at once.
delete document.body.dataset.token;

try {
  await inTeams();
  const { authentication } = globalThis.microsoftTeams;
  if (reason) authentication.notifyFailure(reason);
  else authentication.notifySuccess(token);
} catch {
  showOperator();
}

/** Rejects where Teams did not open this window. */
function inTeams() {
  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new Error("no Teams")), PATIENCE);
  });
  return Promise.race([globalThis.microsoftTeams.app.initialize(), late]);
}

function showOperator() {
  const section = document.getElementById("operator");
  if (!section) return;
  section.hidden = false;
  const field = document.getElementById("token");
  field.value = token;
  document.getElementById("copy").addEventListener("click", async () => {
    await navigator.clipboard.writeText(token);
    document.getElementById("copied").textContent = t("Copied.");
  });
}
