// The beginning: who am I, in which words, and which chat is open.
import { $ } from "./dom.js";
import { startAttach } from "./attach.js";
import { startChat } from "./chat.js";
import { startCompose } from "./compose.js";
import { fetchWaiting, follow, hello, say } from "./net.js";
import { keep, kept, stage, startStage } from "./stage.js";
import { on, show, store, tell } from "./store.js";
import { dress } from "./text.js";
import { startTour } from "./tour.js";

const opened = new Map(); // by person, the chat that was open last
const wide = matchMedia("(min-width: 760px)");

// settle fetches the words of the page for somebody in a language.
async function settle(person, lang) {
  await hello(person, lang);
  document.documentElement.lang = store.lang;
  dress(document);
  tell("hello");
}

const phone = document.querySelector("main");

// be shows somebody's phone. It ends when that phone's chats are there.
stage.be = async (person) => {
  if (person === store.me.id && store.ready) return;
  phone.setAttribute("aria-busy", "true"); // until the chats are there
  document.body.dataset.view = "list";
  store.open = "";
  await settle(person, store.lang);
  sessionStorage.setItem("person", store.me.id);
  fetchWaiting();
  const ready = new Promise((f) => (arrived = f));
  follow(true);
  await ready;
};

let arrived = () => {};

// On a wide page a chat stands beside the list: one is always open. On a narrow one the list comes first, unless there is
// only one chat.
on("ready", () => {
  phone.removeAttribute("aria-busy");
  const chats = [...store.chats.values()];
  if (!store.open && chats.length > 0) {
    const last = opened.get(store.me.id);
    const direct = chats.find((c) => c.kind === "direct") || chats[0];
    if (store.chats.has(last)) show(last);
    else if (wide.matches || chats.length === 1) show(direct.id);
    $("back").hidden = chats.length === 1;
    document.body.classList.toggle("single", chats.length === 1);
  }
  arrived();
});
on("open", () => opened.set(store.me.id, store.open));
wide.addEventListener("change", () => {
  if (wide.matches && !store.open) tell("ready");
});

stage.speak = async (lang) => {
  keep("lang", lang);
  await settle(store.me.id, lang);
  follow(true);
};

async function main() {
  startStage();
  startChat();
  startCompose();
  startAttach();
  startTour();
  await settle(sessionStorage.getItem("person") || "", kept("lang"));
  fetchWaiting();
  follow(true);
  const start = new URLSearchParams(location.search).get("start");
  if (start !== null) {
    history.replaceState(null, "", "/");
    on("ready", function once() {
      const direct = [...store.chats.values()].find((c) => c.kind === "direct");
      if (!direct || once.done) return;
      once.done = true;
      show(direct.id);
      say({ chat: direct.id, start, text: start ? "" : "/start" });
    });
  }
}

main();
