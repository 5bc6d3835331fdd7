// The typing box: text, answers to a message, and the menu of commands.
import { $, button, el, icon } from "./dom.js";
import { hooks } from "./chat.js";
import { say } from "./net.js";
import { on, store } from "./store.js";
import { plain, t } from "./text.js";

const box = $("box");
const menu = $("menu");
const drafts = new Map(); // by person and chat
let answering = null; // the message that is answered
let chosen = -1; // in the menu of commands
let all = false; // the menu was asked for, whatever stands in the box

const draft = () => store.me.id + " " + store.open;

function fit() {
  box.style.height = "auto";
  box.style.height = Math.min(box.scrollHeight, 160) + "px";
}

function send() {
  const text = box.value.trim();
  if (!text) return box.focus();
  say({ chat: store.open, text, reply_to: answering?.id });
  box.value = "";
  drafts.delete(draft());
  answer(null);
  close();
  fit();
  box.focus();
}

// answer begins an answer to a message, or gives it up.
function answer(m) {
  answering = m;
  const r = $("replying");
  r.hidden = !m;
  if (!m) return r.replaceChildren();
  const name = m.from === store.me.id ? t("web.you") : m.from ? m.name || "" : "buurtbode";
  r.replaceChildren(el("div", { class: "quote" }, el("b", null, name), el("span", null, plain(m))),
    button({ class: "icon", "aria-label": t("web.reply.cancel"), onclick: () => (answer(null), box.focus()) }, icon("close")));
  box.focus();
}

// answered gives the id of the message that is answered, once.
export function answered() {
  const id = answering?.id;
  answer(null);
  return id;
}

function matches() {
  const kind = store.chats.get(store.open)?.kind || "direct";
  const entries = store.menus[kind] || [];
  if (all) return entries;
  const typed = /^\/(\S*)$/.exec(box.value.trimStart());
  return typed ? entries.filter((e) => e.name.startsWith(typed[1].toLowerCase())) : [];
}

function suggest() {
  const found = matches();
  menu.hidden = found.length === 0;
  $("slash").setAttribute("aria-expanded", String(!menu.hidden));
  chosen = Math.min(chosen, found.length - 1);
  $("commands").replaceChildren(...found.map((e, i) => el("li",
    { role: "option", id: "command-" + i, "aria-selected": String(i === chosen), onmousedown: (x) => x.preventDefault(), onclick: () => pick(e) },
    el("b", null, "/" + e.name), el("span", null, e.what))));
  if (chosen >= 0) {
    box.setAttribute("aria-activedescendant", "command-" + chosen);
    $("command-" + chosen).scrollIntoView({ block: "nearest" });
  } else {
    box.removeAttribute("aria-activedescendant");
  }
}

function close() {
  all = false;
  chosen = -1;
  suggest();
}

function pick(e) {
  box.value = "/" + e.name;
  send();
}

function keys(e) {
  const found = menu.hidden ? [] : matches();
  if (e.key === "Enter" && !e.shiftKey && !e.isComposing) {
    e.preventDefault();
    if (chosen >= 0 && found[chosen]) pick(found[chosen]);
    else send();
    return;
  }
  if (e.key === "Escape") {
    if (!menu.hidden) {
      if (!all) box.value = "";
      close();
    } else if (answering) answer(null);
    return;
  }
  if (!found.length) return;
  if (e.key === "ArrowDown" || e.key === "ArrowUp") {
    e.preventDefault();
    const step = e.key === "ArrowDown" ? 1 : -1;
    chosen = (chosen + step + found.length + (chosen < 0 && step < 0 ? 1 : 0)) % found.length;
    suggest();
  } else if (e.key === "Tab" && !e.shiftKey && chosen >= 0) {
    e.preventDefault();
    box.value = "/" + found[chosen].name + " ";
    close();
  }
}

// opened readies the box for the chat that is shown.
function opened() {
  const c = store.chats.get(store.open);
  if (!c) return;
  $("compose").classList.toggle("closed", !c.writes);
  const why = $("readonly");
  why.hidden = c.writes;
  why.textContent = c.writes ? "" : t(c.left ? "web.readonly.left" : "web.readonly");
}

export function startCompose() {
  hooks.reply = answer;
  $("compose").addEventListener("submit", (e) => {
    e.preventDefault();
    send();
  });
  box.addEventListener("keydown", keys);
  box.addEventListener("input", () => {
    all = false;
    chosen = -1;
    drafts.set(draft(), box.value);
    suggest();
    fit();
  });
  box.addEventListener("blur", () => setTimeout(() => document.activeElement !== box && document.activeElement !== $("slash") && !menu.contains(document.activeElement) && close(), 150));
  $("slash").addEventListener("click", () => {
    const was = all;
    close();
    all = !was;
    chosen = all ? 0 : -1;
    suggest();
    box.focus();
  });
  on("open", () => {
    box.value = drafts.get(draft()) || "";
    answer(null);
    close();
    fit();
    opened();
  });
  on("chats", opened);
  on("hello", opened);
}

// type puts words in the box, to be sent by hand.
export function type(text) {
  box.value = text;
  drafts.set(draft(), text);
  fit();
  box.focus();
}
