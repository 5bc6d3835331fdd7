// The chat that is open: its messages, in order, and what can be done with them.
import { $, avatar, el, toast } from "./dom.js";
import { aboutOf, nameOf } from "./list.js";
import { bubble } from "./message.js";
import { earlier, markRead, say } from "./net.js";
import { latest, on, ordered, show, store } from "./store.js";
import { day, dayKey, plain, t } from "./text.js";

const scroll = $("scroll");
const list = $("messages");
let atEnd = true; // the last message is in sight
let below = 0; // messages that came while it was not
let readBefore = 0; // where the line "new" stands

// replyTo is set by the typing box: it gets the message that is to be answered.
export const hooks = { reply: () => {}, dialog: () => {} };

const actions = {
  reply: (m) => hooks.reply(m),
  jump,
  tap,
  run: (text) => say({ chat: store.open, text }),
  look: (src, what) => hooks.dialog(t("web.photo"), el("img", { class: "large", src, alt: what })),
};

const chat = () => store.chats.get(store.open);

function tap(m, c, b) {
  if (c.start) {
    const own = [...store.chats.values()].find((x) => x.kind === "direct");
    if (!own) return;
    show(own.id);
    say({ chat: own.id, start: c.start });
    return;
  }
  for (const x of b.parentElement.children) x.disabled = true; // the bot takes them away in a moment
  setTimeout(() => { for (const x of b.parentElement?.children || []) x.disabled = false; }, 3000);
  say({ chat: m.chat, tapped: c.data, tapped_at: m.id, label: c.caption });
  scroll.focus({ preventScroll: true });
}

function jump(id) {
  const li = list.querySelector('[data-id="' + id + '"]');
  if (!li) return toast(t("web.tooearly"));
  bring(li);
  li.focus({ preventScroll: true });
  li.classList.add("shown");
  setTimeout(() => li.classList.remove("shown"), 2000);
}

// bring puts something of the chat in the middle of it, and moves nothing else.
function bring(li) {
  const box = scroll.getBoundingClientRect();
  scroll.scrollTop += li.getBoundingClientRect().top - box.top - box.height / 3;
}

// waiting are messages as they will stand there.
function waiting() {
  const have = new Set(ordered(store.open).map((m) => m.key));
  return store.waiting.filter((w) => w.chat === store.open && !have.has(w.key)).map((w) => ({
    ...w, id: 0, from: store.me.id, at: w.at + store.ahead, tapped: Boolean(w.tapped),
    body: [{ t: w.label || w.text || (w.start ? "/start " + w.start : "") }].filter((s) => s.t),
  }));
}

function sameSpeaker(a, b) {
  return a && b && a.from === b.from && !a.event && !b.event && b.at - a.at < 3e5 && dayKey(a.at) === dayKey(b.at);
}

// rows are the messages with what stands between them: days and where the unread begin.
function rows(all, c) {
  const out = [];
  let before = null;
  let lined = !readBefore;
  for (const m of all) {
    if (!before || dayKey(before.at) !== dayKey(m.at)) out.push(el("li", { class: "day" }, el("span", null, day(m.at))));
    if (!lined && m.id > readBefore && m.from !== store.me.id) {
      lined = true;
      out.push(el("li", { class: "new" }, el("span", null, t("web.new"))));
    }
    const li = bubble(m, c, actions);
    if (sameSpeaker(before, m)) li.classList.add("next");
    out.push(li);
    before = m;
  }
  return out;
}

function render() {
  const c = chat();
  if (!c || !store.ready) return;
  const focus = list.contains(document.activeElement) ? document.activeElement.closest("[data-key]")?.dataset.key : null;
  const all = ordered(c.id);
  const rest = waiting();
  list.replaceChildren(...rows([...all, ...rest], c));
  if (focus) list.querySelector('[data-key="' + CSS.escape(focus) + '"]')?.focus({ preventScroll: true });
  $("empty").hidden = all.length + rest.length > 0 || c.kind !== "direct";
  $("earlier").hidden = !c.first;
  if (atEnd) toEnd();
  $("down").hidden = atEnd;
  $("down-count").textContent = below || "";
  $("down").setAttribute("aria-label", below ? t("web.unread", { Count: below }) : t("web.down"));
}

function toEnd() {
  scroll.scrollTop = scroll.scrollHeight;
}

let planned = false;

function plan() {
  if (planned) return;
  planned = true;
  requestAnimationFrame(() => {
    planned = false;
    render();
    seen();
  });
}

// seen tells the server what was read: what is in sight, on a page that is looked at.
function seen() {
  const c = chat();
  const shown = matchMedia("(min-width: 760px)").matches || document.body.dataset.view === "chat";
  if (c && shown && atEnd && !document.hidden && store.ready) markRead(c.id, latest(c.id)?.id || 0);
}

function open() {
  const c = chat();
  if (!c) return;
  atEnd = true;
  below = 0;
  readBefore = c.unread ? c.read : 0;
  head(c);
  document.body.dataset.view = "chat";
  render();
  const line = readBefore && list.querySelector(".new");
  if (line) bring(line);
  else toEnd();
  requestAnimationFrame(() => {
    track();
    seen();
  });
}

function head(c) {
  avatar($("chat-avatar"), c.kind, nameOf(c));
  $("chat-title").textContent = nameOf(c);
  $("chat-about").textContent = aboutOf(c);
  $("chat-about").title = aboutOf(c);
}

function track() {
  atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
  if (atEnd) below = 0;
  $("down").hidden = atEnd;
}

// announce reads out what comes in, for who doesn't see it.
function announce(m) {
  const name = m.from ? m.name : "buurtbode";
  $("announce").append(el("p", null, (name ? name + ": " : "") + plain(m)));
  while ($("announce").children.length > 5) $("announce").firstChild.remove();
}

export function startChat() {
  on("open", open);
  on("ready", () => {
    if (chat()) plan();
  });
  on("chats", () => {
    if (chat()) {
      head(chat());
      plan();
    }
  });
  on("hello", () => chat() && (head(chat()), plan()));
  on("waiting", () => {
    if (store.waiting.some((w) => w.chat === store.open && Date.now() - w.at < 1000)) atEnd = true;
    plan();
  });
  on("message", ({ message: m, fresh }) => {
    if (!store.ready || m.chat !== store.open) return;
    if (fresh && m.from !== store.me.id && !m.event) {
      announce(m);
      if (!atEnd || document.hidden) below++;
    }
    plan();
  });
  on("reset", () => list.replaceChildren());
  on("line", (up) => offline(!up));
  scroll.addEventListener("scroll", () => {
    track();
    seen();
  }, { passive: true });
  document.addEventListener("visibilitychange", seen);
  new ResizeObserver(() => atEnd && toEnd()).observe(scroll);
  list.addEventListener("load", () => atEnd && toEnd(), true); // photos get their height late
  $("down").addEventListener("click", () => {
    below = 0;
    atEnd = true;
    toEnd();
    track();
  });
  $("begin").addEventListener("click", () => say({ chat: store.open, text: "/start" }));
  $("earlier").addEventListener("click", more);
  $("back").addEventListener("click", () => {
    document.body.dataset.view = "list";
    $("chats").querySelector("[aria-current]")?.focus();
  });
}

async function more() {
  const first = ordered(store.open)[0];
  const height = scroll.scrollHeight;
  if (!first) return;
  await earlier(store.open, first.id);
  render();
  scroll.scrollTop += scroll.scrollHeight - height;
  list.querySelector('[data-id="' + first.id + '"]')?.focus({ preventScroll: true });
}

let late = 0;

// offline says that the line is gone, when it stays away: a browser that tries again fails again and again.
function offline(yes) {
  if (!yes) {
    clearTimeout(late);
    late = 0;
    $("offline").hidden = true;
    return;
  }
  late ||= setTimeout(() => {
    $("offline").textContent = t("web.offline");
    $("offline").hidden = false;
  }, 1500);
}

