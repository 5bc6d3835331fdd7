// Words, dates and the light looks of a text.
import { button, el, icon } from "./dom.js";
import { now, store } from "./store.js";

// t is a sentence of the page, with its values in place.
export function t(id, values) {
  let s = store.texts[id] ?? id;
  for (const [name, value] of Object.entries(values || {})) s = s.replaceAll("{" + name + "}", value);
  return s;
}

// dress gives the elements of the page their words and icons.
export function dress(root) {
  for (const e of root.querySelectorAll("[data-text]")) e.textContent = t(e.dataset.text);
  for (const e of root.querySelectorAll("[data-label]")) {
    e.setAttribute("aria-label", t(e.dataset.label));
    if (e.tagName === "BUTTON") e.title = t(e.dataset.label);
  }
  for (const e of root.querySelectorAll("[data-hint]")) e.placeholder = t(e.dataset.hint);
  for (const e of root.querySelectorAll("[data-icon]")) if (!e.querySelector("svg")) e.prepend(icon(e.dataset.icon));
}

const formats = new Map();

function format(options) {
  const key = store.lang + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(store.lang === "en" ? "en-GB" : store.lang, { timeZone: store.zone, ...options }));
  return formats.get(key);
}

export const clockTime = (ms) => format({ hour: "2-digit", minute: "2-digit" }).format(ms);
export const dayTime = (ms) => format({ weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }).format(ms).replace(",", "");
export const weekTime = (ms) => format({ weekday: "short", hour: "2-digit", minute: "2-digit" }).format(ms).replace(",", "");
export const dayKey = (ms) => format({ year: "numeric", month: "numeric", day: "numeric" }).format(ms);

// day is a day as people say it.
export function day(ms) {
  if (dayKey(ms) === dayKey(now())) return t("web.today");
  if (dayKey(ms) === dayKey(now() - 864e5)) return t("web.yesterday");
  return format({ weekday: "long", day: "numeric", month: "long" }).format(ms);
}

// when is short: a time today, a weekday this week, else a date.
export function when(ms) {
  if (dayKey(ms) === dayKey(now())) return clockTime(ms);
  if (now() - ms < 6 * 864e5) return format({ weekday: "short" }).format(ms);
  return format({ day: "numeric", month: "short" }).format(ms);
}

// plain is a message in one line, for a list or a quote.
export function plain(m) {
  if (m.withdrawn) return t("web.withdrawn");
  if (m.event) return t("web.left");
  const text = (m.body || []).map((s) => s.t).join("").replace(/\s+/g, " ").trim();
  if (m.photo) return text ? t("web.photo") + ": " + text : t("web.photo");
  if (m.document) return text ? t("web.file") + ": " + text : m.document.name;
  if (text) return text;
  if (m.place) return m.place.name || t("web.place");
  if (m.contact) return t("web.contact");
  return m.file || "";
}

const bold = 1;
const italic = 2;
const command = /(^|[\s(:])(\/[a-z]{2,}(?: \d+)?)(?![\w/-])/g;

// rich shows a text with its looks. In the bot's own texts a command can be tapped: run gets it.
export function rich(spans, run) {
  const out = document.createDocumentFragment();
  for (const s of spans || []) {
    let into = document.createDocumentFragment();
    if (s.u && /^(https?|tel):/.test(s.u)) {
      into = el("a", { href: s.u, target: "_blank", rel: "noopener noreferrer" }, s.t);
    } else if (run) {
      let from = 0;
      for (const found of s.t.matchAll(command)) {
        const at = found.index + found[1].length;
        into.append(s.t.slice(from, at), button({ class: "command", onclick: () => run(found[2]) }, found[2]));
        from = at + found[2].length;
      }
      into.append(s.t.slice(from));
    } else {
      into.append(s.t);
    }
    if (s.s & italic) into = el("em", null, into);
    if (s.s & bold) into = el("strong", null, into);
    out.append(into);
  }
  return out;
}
