// A guided tour through one case, in seven steps, beside the phone.
import { $, button, el, icon } from "./dom.js";
import { type } from "./compose.js";
import { keep, kept, stage } from "./stage.js";
import { on, show, store } from "./store.js";
import { t } from "./text.js";

// Each step: its texts, who one is in it, and what is typed ready to be sent.
const steps = [
  { title: "web.tour.1.title", text: "web.tour.1.text" },
  { title: "web.tour.2.title", text: "web.tour.2.text", role: "resident", box: "web.tour.2.box" },
  { title: "web.tour.3.title", text: "web.tour.3.text", role: "officer", box: "web.tour.3.box" },
  { title: "web.tour.4.title", text: "web.tour.4.text", role: "opco" },
  { title: "web.tour.5.title", text: "web.tour.5.text", role: "admin", group: true },
  { title: "web.tour.6.title", text: "web.tour.6.text", role: "officer", step: "day" },
  { title: "web.tour.7.title", text: "web.tour.7.text", role: "admin", step: "monday", group: true },
];
let at = 0;
let folded = false; // on a narrow page, so that the chat can be seen

const close = () => {
  keep("tour", "closed");
  $("tour").hidden = true;
  $("tour-open").focus();
};

// go makes oneself the person of the step, with the right chat open.
async function go(s) {
  await stage.be(s.role);
  const chats = [...store.chats.values()];
  const chat = s.group ? chats.find((c) => c.kind === "group") : chats.find((c) => c.kind === "direct");
  if (chat) show(chat.id);
  if (s.box) type(t(s.box));
  if (s.step) document.querySelector('[data-step="' + s.step + '"]').focus();
  fold(true);
}

function fold(yes) {
  folded = yes;
  $("tour").classList.toggle("folded", yes);
  $("tour").querySelector(".fold")?.setAttribute("aria-expanded", String(!yes));
}

function render() {
  const s = steps[at];
  const person = store.people.find((p) => p.id === s.role);
  $("tour").hidden = false;
  $("tour").replaceChildren(
    el("header", null, el("span", { class: "count" }, t("web.tour.count", { Step: at + 1, Steps: steps.length })),
      button({ class: "icon fold", "aria-label": t("web.tour.more"), onclick: () => fold(!folded) }, icon("down")),
      button({ class: "icon", "aria-label": t("web.tour.close"), onclick: close }, icon("close"))),
    el("h2", { id: "tour-title", tabindex: "-1" }, t(s.title)),
    el("p", null, t(s.text)),
    person ? button({ class: "soft", onclick: () => go(s) }, t("web.tour.be", { Name: person.name })) : "",
    el("footer", null,
      at > 0 ? button({ class: "soft", onclick: () => move(-1) }, t("web.tour.back")) : el("span"),
      at < steps.length - 1 ? button({ class: "main", onclick: () => move(1) }, t("web.tour.next")) : button({ class: "main", onclick: close }, t("web.tour.done"))));
  fold(folded);
}

function move(by) {
  at += by;
  folded = false;
  render();
  $("tour-title").focus();
}

export function startTour() {
  $("tour-open").addEventListener("click", () => {
    at = 0;
    folded = false;
    render();
    $("tour-title").focus();
  });
  on("hello", () => {
    $("tour-open").hidden = !store.stage;
    if (!$("tour").hidden) render();
  });
  on("ready", () => {
    if (store.stage && kept("tour") !== "closed") render();
  });
  $("tour").addEventListener("keydown", (e) => e.key === "Escape" && close());
}
