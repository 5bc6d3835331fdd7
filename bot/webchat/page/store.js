// What this page knows: the chats of one person and their messages. Whoever shows something listens to it.

export const store = {
  stage: false,
  lang: "nl",
  languages: [],
  texts: {},
  zone: undefined,
  me: { id: "", name: "" },
  menus: {},
  places: [],
  people: [],
  ahead: 0,
  chats: new Map(), // by id: what the server says of a chat
  messages: new Map(), // by chat: Map of messages by id
  waiting: [], // what was said and not taken yet
  open: "", // the chat that is shown
  ready: false,
};

const news = new EventTarget();

// on calls f at each piece of news: "chats", "message", "waiting", "open", "ready", "reset", "hello", "line".
export function on(what, f) {
  news.addEventListener(what, (e) => f(e.detail));
}

export function tell(what, detail) {
  news.dispatchEvent(new CustomEvent(what, { detail }));
}

export function reset() {
  store.chats.clear();
  store.messages.clear();
  store.ready = false;
  tell("reset");
}

// put adds a message, or replaces the one that it is a newer form of.
export function put(m) {
  let all = store.messages.get(m.chat);
  if (!all) store.messages.set(m.chat, (all = new Map()));
  const had = all.get(m.id);
  if (had && had.rev >= m.rev) return;
  all.set(m.id, m);
  if (m.from === store.me.id && !m.pending) done(m.key);
  tell("message", { message: m, fresh: !had });
}

// done forgets something that waited: it stands in the chat.
export function done(key) {
  const before = store.waiting.length;
  store.waiting = store.waiting.filter((w) => w.key !== key);
  if (store.waiting.length !== before) tell("waiting");
}

// ordered gives the messages of a chat by their ids.
export function ordered(chat) {
  return [...(store.messages.get(chat) || new Map()).values()].sort((a, b) => a.id - b.id);
}

export function latest(chat) {
  let last = null;
  for (const m of (store.messages.get(chat) || new Map()).values()) if (!last || m.id > last.id) last = m;
  return last;
}

export function find(chat, id) {
  return store.messages.get(chat)?.get(id);
}

export function show(chat) {
  store.open = chat;
  tell("open");
}

// now is the town's time, in milliseconds.
export const now = () => Date.now() + store.ahead;
