// Whose phone this is, the clock, the language and the colours.
import { $, avatar, button, el, icon, toast } from "./dom.js";
import { ask } from "./attach.js";
import { forward } from "./net.js";
import { now, on, store } from "./store.js";
import { dayTime, t, weekTime } from "./text.js";

// hooks.be and hooks.speak are set by main: to become somebody, and to read the page in another language.
export const stage = { be: () => {}, speak: () => {} };

function person() {
  if (!store.stage) return;
  const b = $("person");
  b.hidden = false;
  const others = store.people.some((p) => p.id !== store.me.id && p.unread > 0);
  const me = store.people.find((p) => p.id === store.me.id) || store.me;
  b.replaceChildren(avatar(el("span"), "person", me.name),
    el("span", { class: "who" }, el("span", { class: "sr" }, t("web.youare") + " "), el("b", null, me.name), el("span", null, me.about || "")),
    icon("down"), others ? el("span", { class: "dot" }, el("span", { class: "sr" }, t("web.others"))) : "");
  if ($("people")) people();
}

// people lists whom one can be, in the window.
function people() {
  const items = store.people.map((p) => el("li", null, button(
    { class: "row", "aria-current": p.id === store.me.id ? "true" : null, onclick: () => ($("dialog").close(), stage.be(p.id)) },
    avatar(el("span"), "person", p.name),
    el("span", { class: "who" }, el("b", null, p.name), el("span", null, p.about)),
    p.unread ? el("span", { class: "unread" }, el("span", { "aria-hidden": "true" }, String(p.unread)), el("span", { class: "sr" }, t("web.unread", { Count: p.unread }))) : "")));
  $("people").replaceChildren(...items);
}

function clock() {
  if (!store.stage) return;
  $("clock").hidden = false;
  $("now").textContent = matchMedia("(max-width: 480px)").matches ? weekTime(now()) : dayTime(now());
}

async function step(e) {
  const b = e.target.closest("[data-step]");
  if (!b) return;
  const all = [...$("clock").querySelectorAll("button")];
  for (const x of all) x.disabled = true;
  $("clock").setAttribute("aria-busy", "true");
  const ok = await forward(b.dataset.step).catch(() => false);
  for (const x of all) x.disabled = false;
  $("clock").removeAttribute("aria-busy");
  b.focus();
  if (!ok) return toast(t("web.clock.failed"));
  setTimeout(() => toast(t("web.clock.now", { Time: dayTime(now()) })), 100);
}

function theme() {
  const dark = document.documentElement.dataset.theme === "dark"
    || (!document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
  const next = dark ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  keep("theme", next);
}

// keep and kept remember a choice on this device, where the browser allows it.
export function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // not allowed: it holds until the page is closed
  }
}

export function kept(name) {
  try {
    return localStorage.getItem(name) || "";
  } catch {
    return "";
  }
}

export function startStage() {
  const chosen = kept("theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
  $("theme").addEventListener("click", theme);
  $("lang").addEventListener("click", () => {
    const i = store.languages.indexOf(store.lang);
    stage.speak(store.languages[(i + 1) % store.languages.length]);
  });
  $("person").addEventListener("click", () => {
    ask(t("web.choose"), el("ul", { id: "people", class: "rows" }));
    people();
    $("people").querySelector("[aria-current]")?.focus();
  });
  $("clock").addEventListener("click", step);
  on("chats", () => {
    person();
    clock();
  });
  on("hello", () => {
    document.body.classList.toggle("staged", store.stage);
    const next = store.languages[(store.languages.indexOf(store.lang) + 1) % store.languages.length];
    $("lang").textContent = next.toUpperCase();
    $("lang").setAttribute("aria-label", next.toUpperCase() + ": " + t("web.language"));
    $("lang").hidden = store.languages.length < 2;
    person();
    clock();
  });
  setInterval(clock, 10000);
}
