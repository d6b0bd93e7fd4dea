/** The simulated Teams' page: reads the sandbox's state, shows it, and follows it live. */

import { call } from "./calls.js";
import { openConnectors } from "./dialog.js";
import { $, el, icon } from "./dom.js";
import { addPost } from "./feed.js";
import { guide } from "./guide.js";
import { startHappened, watchClosely } from "./happened.js";
import { THEMES, onTheme, restoreTheme, setTheme, theme } from "./theme.js";
import { pickEndpointOf, refreshEndpoints, send, showFaults, startPanel } from "./tryit.js";

let state = null;
let seen = {};
let offered = "";
let drawn = "";

const shown = () => state.channels.find((one) => one.id === location.hash.slice(1)) ?? state.channels[0];
const postsOf = (channel) => state.posts.filter((post) => post.channel === channel.id);
const connectorsOf = (channel) => state.connectors.filter((one) => one.channel === channel.id && one.saved);

let reading = null;
let stale = false;

/** Read the state, again if something happened meanwhile: an answer from before it would hide it. */
async function read() {
  stale = true;
  reading ??= readWhileStale().finally(() => (reading = null));
  await reading;
  show();
}

async function readWhileStale() {
  while (stale) {
    stale = false;
    const answer = await call("GET", "/teams/state");
    await refreshEndpoints();
    if (!stale) state = answer;
  }
}

function show() {
  const channel = shown();
  seen[channel.id] = postsOf(channel).length;
  showChannels(channel);
  $("#channel-name").textContent = channel.name;
  $("#channel-about").textContent = channel.about;
  $("#channel-kind").textContent = channel.kind;
  const count = connectorsOf(channel).length;
  $("#open-connectors-count").textContent = count || "";
  showFaults(state, channel);
  showPosts(channel);
  offerItsEndpoint(channel);
}

/** Where the channel or what is configured in it changed, "Try it" is about that. */
function offerItsEndpoint(channel) {
  const subscriptions = connectorsOf(channel).map((connector) => connector.subscription);
  const now = JSON.stringify([channel.id, subscriptions]);
  if (now !== offered && subscriptions.length) pickEndpointOf(subscriptions.at(-1));
  offered = now;
}

function showChannels(channel) {
  keepingFocus($("#channels"), () => replaceChannels(channel));
}

/** Show something anew without taking the keyboard away from who is in it. */
function keepingFocus(box, replace) {
  const focused = box.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  replace();
  if (focused) box.querySelector(`[data-key="${focused}"]`)?.focus();
}

function replaceChannels(channel) {
  const items = state.channels.map((one) => {
    const unread = postsOf(one).length - (seen[one.id] ?? 0);
    return el(
      "li",
      {},
      el(
        "a",
        { href: `#${one.id}`, "data-key": one.id, "aria-current": one.id === channel.id ? "page" : null, class: unread > 0 ? "unread" : null },
        el("span", { class: "channel-name" }, one.name),
        one.fault === "normal" ? null : el("span", { class: "fault-mark", title: "A fault is switched on" }, icon("warn")),
        unread > 0 ? el("span", { class: "count", "aria-label": `${unread} new` }, String(unread)) : null,
        el("span", { class: "kind" }, one.kind),
      ),
    );
  });
  // What is there already stays: a link that is replaced while it is pressed loses the click.
  if (items.map((item) => item.outerHTML).join("") !== $("#channels").innerHTML) $("#channels").replaceChildren(...items);
}

function showPosts(channel) {
  const feed = $("#feed");
  const steps = guide({ state, open: () => connectors(), send: () => send(watchClosely), dismissed: show });
  const posts = postsOf(channel);
  $("#clear").hidden = posts.length === 0;
  const empty =
    posts.length === 0 && steps === null
      ? el("li", { class: "empty muted" }, connectorsOf(channel).length ? "No cards yet. Send a sample webhook from “Try it”." : "Nothing posts here yet. Open Connectors and add one.")
      : "";
  // Cards that are the same stay: somebody may be filling in one's form, or reading what became of a press.
  const stay = drawn === signature(channel);
  keepingFocus(feed, () => {
    feed.querySelectorAll("#guide, .empty").forEach((one) => one.remove());
    if (!stay) feed.replaceChildren();
    feed.prepend(steps ?? "", empty);
    if (!stay) for (const post of posts) addPost(feed, post);
  });
  drawn = signature(channel);
  if (!stay) toEnd();
}

const signature = (channel) => JSON.stringify([channel.id, theme(), postsOf(channel)]);

function toEnd() {
  const box = $("#feed-box");
  const posts = $("#feed").querySelectorAll(".post");
  if (posts.length) box.scrollTop = box.scrollHeight;
  else box.scrollTop = 0;
}

function arrived(post) {
  stale = true;
  state.posts.push(post);
  const channel = shown();
  if (post.channel !== channel.id) {
    showChannels(channel);
    $("#guide") && showPosts(channel);
    return;
  }
  seen[channel.id] = postsOf(channel).length;
  if ($("#guide")) showPosts(channel);
  else {
    $("#feed").querySelector(".empty")?.remove();
    $("#clear").hidden = false;
    addPost($("#feed"), post);
    drawn = signature(channel);
    toEnd();
  }
  const last = $("#feed").lastElementChild;
  last.classList.add("new");
  $("#announce").textContent = post.note ? `A card was refused in ${channel.name}` : `A card arrived in ${channel.name}`;
}

/** A click that comes before the state was read waits for it. */
async function connectors() {
  await begun;
  openConnectors(shown(), () => state, read);
}

function follow() {
  const source = new EventSource("/teams/live");
  source.addEventListener("post", (event) => arrived(JSON.parse(event.data)));
  source.addEventListener("changed", read);
  source.onerror = () => ($("#lost").hidden = false);
  source.onopen = () => {
    $("#lost").hidden = true;
    read(); // what happened before the stream was open did not come through it
  };
}

function startTheme() {
  restoreTheme();
  const select = $("#theme");
  select.replaceChildren(...Object.entries(THEMES).map(([name, label]) => el("option", { value: name, selected: name === theme() }, label)));
  select.onchange = () => setTheme(select.value);
  onTheme(() => state && showPosts(shown()));
}

const begun = read();
startTheme();
startPanel({ channel: shown, changed: read, sent: watchClosely });
$("#open-connectors").onclick = connectors;
$("#clear").onclick = () => call("DELETE", `/teams/channels/${shown().id}/posts`);
window.addEventListener("hashchange", () => state && show());
await begun;
for (const channel of state.channels) seen[channel.id] = postsOf(channel).length;
show();
follow();
startHappened(() => state);
document.documentElement.dataset.ready = "true";
