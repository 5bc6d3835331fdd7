// The list of chats.
import { $, avatar, button, el } from "./dom.js";
import { latest, on, show, store } from "./store.js";
import { plain, t, when } from "./text.js";

export const nameOf = (c) => (c.kind === "direct" ? "buurtbode" : c.title);

// aboutOf says in a few words what a chat is.
export function aboutOf(c) {
  if (c.kind === "direct") return t("web.about.bot");
  if (c.kind === "channel") return t("web.about.channel", { Count: (c.members || []).length });
  return ["buurtbode", ...(c.members || [])].join(", ");
}

function preview(c) {
  const m = latest(c.id);
  if (!m) return aboutOf(c);
  const text = plain(m);
  if (m.event) return text;
  if (m.from === store.me.id) return t("web.you") + ": " + text;
  if (c.kind === "group") return (m.from ? m.name.split(" ")[0] : "buurtbode") + ": " + text;
  return text;
}

let planned = false;

function plan() {
  if (planned) return;
  planned = true;
  requestAnimationFrame(() => {
    planned = false;
    render();
  });
}

function render() {
  if (!store.ready) return;
  const ul = $("chats");
  const focused = ul.contains(document.activeElement) ? document.activeElement.dataset.chat : "";
  const last = (c) => latest(c.id)?.at || 0;
  const chats = [...store.chats.values()].sort((a, b) => last(b) - last(a));
  ul.replaceChildren(...chats.map((c) => el("li", null, item(c))));
  if (focused) ul.querySelector('[data-chat="' + CSS.escape(focused) + '"]')?.focus();
  let unread = 0;
  for (const c of chats) unread += c.unread;
  document.title = (unread ? "(" + unread + ") " : "") + "buurtbode";
}

// openChat shows a chat. Where no keyboard comes up over it, one can type at once.
function openChat(id) {
  show(id);
  if (matchMedia("(min-width: 760px)").matches) $("box").focus({ preventScroll: true });
}

function item(c) {
  const m = latest(c.id);
  const current = c.id === store.open;
  return button(
    { class: "line", "data-chat": c.id, "aria-current": current ? "true" : null, onclick: () => openChat(c.id) },
    avatar(el("span"), c.kind, nameOf(c)),
    el("span", { class: "what" },
      el("span", { class: "top" }, el("span", { class: "name" }, nameOf(c)), m ? el("time", null, when(m.at)) : null),
      el("span", { class: "bottom" }, el("span", { class: "preview" }, preview(c)),
        c.unread ? el("span", { class: "unread" }, el("span", { "aria-hidden": "true" }, String(c.unread)), el("span", { class: "sr" }, t("web.unread", { Count: c.unread }))) : null)),
  );
}

for (const what of ["chats", "message", "open", "hello"]) on(what, plan);
on("ready", render); // at once: the list of another phone must not be there to be tapped
