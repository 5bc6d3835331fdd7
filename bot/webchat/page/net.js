// The way to the server and back. What is said waits in a row until the server has it for good, also over a reload;
// what happens comes as server-sent events, and goes on where it ended when the connection drops.
import { el, toast } from "./dom.js";
import { done, on, put, reset, store, tell } from "./store.js";
import { t } from "./text.js";

const as = () => (store.stage ? "&as=" + encodeURIComponent(store.me.id) : "");
const address = (path, more = "") => "/api/" + path + "?lang=" + store.lang + as() + more;

export const photoAddress = (key) => "/photo/" + key + (store.stage ? "?as=" + encodeURIComponent(store.me.id) : "");

export const documentAddress = (key) => "/document/" + key + (store.stage ? "?as=" + encodeURIComponent(store.me.id) : "");

// keep lets the browser keep a file of the bot's; where it was erased, that is said instead.
export async function keep(file) {
  const href = documentAddress(file.key);
  try {
    const r = await fetch(href, { method: "HEAD" });
    if (r.ok) return el("a", { href, download: file.name }).click();
    toast(t(r.status === 410 || r.status === 404 ? "web.file.gone" : "web.file.failed"));
  } catch {
    toast(t("web.file.failed"));
  }
}

// hello asks who one is here, and for the words of the page.
export async function hello(person, lang) {
  const q = new URLSearchParams();
  if (person) q.set("as", person);
  if (lang) q.set("lang", lang);
  for (let wait = 500; ; wait = Math.min(wait * 2, 8000)) {
    try {
      const r = await fetch("/api/hello?" + q);
      if (r.status === 401 && q.get("as")) q.delete("as"); // somebody of an earlier town
      else if (r.ok) return Object.assign(store, await r.json());
      else if (r.status === 401) location.reload(); // the cookie is gone
    } catch {
      // the server is away
    }
    await new Promise((f) => setTimeout(f, wait));
  }
}

let source;
let since = "";
let again;

// follow begins to listen to the person's chats; anew: from the beginning.
export function follow(anew) {
  clearTimeout(again);
  source?.close();
  if (anew) {
    since = "";
    reset();
  }
  const mine = new EventSource(address("events", since && "&since=" + since));
  source = mine;
  const listen = (name, f) => mine.addEventListener(name, (e) => mine === source && f(e));
  listen("open", () => tell("line", true));
  listen("reset", reset);
  listen("state", (e) => {
    const s = JSON.parse(e.data);
    store.chats = new Map(s.chats.map((c) => [c.id, c]));
    store.people = s.people || [];
    tell("chats");
  });
  listen("clock", (e) => (store.ahead = Number(e.data) - Date.now())); // also of a device whose own clock is wrong
  listen("message", (e) => {
    since = e.lastEventId;
    put(JSON.parse(e.data));
  });
  listen("ready", () => {
    store.ready = true;
    tell("ready");
    pump();
  });
  listen("error", () => {
    tell("line", false);
    if (mine.readyState === EventSource.CLOSED) again = setTimeout(() => follow(false), 2000);
  });
}

// A page that nobody looks at gives up its connection: a browser has only six for one server, and someone may keep a
// page open for each person of the town.
let hiding;
document.addEventListener("visibilitychange", () => {
  clearTimeout(hiding);
  if (document.hidden) hiding = setTimeout(() => source?.close(), 5000);
  else if (source?.readyState === EventSource.CLOSED) follow(false);
});

const drawer = () => "waiting:" + store.me.id;

// fetchWaiting finds what a reload interrupted.
export function fetchWaiting() {
  try {
    store.waiting = JSON.parse(sessionStorage.getItem(drawer()) || "[]");
  } catch {
    store.waiting = [];
  }
  tell("waiting");
}

on("waiting", () => {
  try {
    sessionStorage.setItem(drawer(), JSON.stringify(store.waiting));
  } catch {
    // full: it is kept as long as the page is open
  }
});

// say puts something in the row: {chat, text, tapped, tapped_at, start, reply_to, place, contact, file, photo}.
export function say(what) {
  const key = crypto.randomUUID ? crypto.randomUUID() : "k" + Date.now().toString(36) + Math.random().toString(36).slice(2, 12);
  store.waiting.push({ ...what, key, at: Date.now() });
  tell("waiting");
  pump();
}

let pumping = false;
let failures = 0;
let pause;

async function pump() {
  if (pumping) return;
  pumping = true;
  clearTimeout(pause);
  for (let w; (w = store.waiting.find((x) => !x.refused)); ) {
    const me = store.me.id;
    const status = await post(w);
    if (me !== store.me.id) break; // another phone now: it waits in the drawer of this one
    if (status !== 0 && status < 500 && status !== 429) failures = 0;
    if (status === 200 || status === 410) {
      if (status === 410) toast(t("web.gone"));
      done(w.key);
    } else if (status >= 400 && status < 500 && status !== 429 && status !== 401) {
      w.refused = true;
      toast(t(status === 413 ? "web.toolong" : "web.refused"));
      tell("waiting");
    } else {
      pause = setTimeout(pump, Math.min(500 * 2 ** failures++, 8000));
      break;
    }
  }
  pumping = false;
}

// post gives the status of the answer, 0 without one.
async function post(w) {
  try {
    let r;
    if (w.photo) {
      const q = new URLSearchParams({ chat: w.chat, key: w.key, text: w.text || "", reply_to: w.reply_to || "" });
      const data = await (await fetchData(w.photo)).arrayBuffer();
      r = await fetch(address("photo", "&" + q), { method: "POST", body: data });
    } else {
      r = await fetch(address("say"), { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(w) });
    }
    if (r.ok) put(await r.json());
    return r.status;
  } catch {
    return 0;
  }
}

// fetchData turns a data address into bytes; the policy of the page lets no fetch do that.
async function fetchData(data) {
  const raw = atob(data.slice(data.indexOf(",") + 1));
  return new Blob([Uint8Array.from(raw, (c) => c.charCodeAt(0))]);
}

window.addEventListener("online", () => {
  pump();
  if (source?.readyState === EventSource.CLOSED) follow(false);
});

// markRead tells that a chat was read up to a message.
export function markRead(chat, id) {
  const c = store.chats.get(chat);
  if (!c || c.read >= id) return;
  c.read = id;
  fetch(address("read"), { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ chat, id }) }).catch(() => {});
}

// earlier fetches messages from before the ones that are there.
export async function earlier(chat, before) {
  const r = await fetch(address("earlier", "&chat=" + encodeURIComponent(chat) + "&before=" + before));
  if (!r.ok) return;
  const { messages, more } = await r.json();
  for (const m of messages || []) {
    let all = store.messages.get(chat);
    if (!all) store.messages.set(chat, (all = new Map()));
    if (!all.has(m.id)) all.set(m.id, m);
  }
  const c = store.chats.get(chat);
  if (c) c.first = more && messages.length ? messages[0].id : 0;
}

// forward puts the clock of the town forward.
export async function forward(step) {
  const r = await fetch(address("clock"), { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ step }) });
  return r.ok;
}
