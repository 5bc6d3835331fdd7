// Making elements. Text only ever becomes text: nothing here reads HTML.

const paths = {
  back: "M15 5l-7 7 7 7",
  plus: "M12 5v14M5 12h14",
  slash: "M15.5 5l-7 14",
  send: "M4 12l16-8-5 16-3.5-6.5z M11.500 13.500 20 4",
  down: "M6 9l6 6 6-6",
  close: "M6 6l12 12M18 6L6 18",
  reply: "M10 6l-6 6 6 6M4 12h9a7 7 0 0 1 7 7",
  photo: "M4 6h16v13H4zM4 16l5-5 4 4 2.500-2.500L20 17M15.500 9.500h.01",
  pin: "M12 21s-6.500-6-6.500-11a6.500 6.500 0 0 1 13 0c0 5-6.500 11-6.500 11zM12 12.200a2.200 2.200 0 1 0 0-4.400 2.200 2.200 0 0 0 0 4.400z",
  card: "M4 6h16v12H4zM8.500 12.500a1.800 1.800 0 1 0 0-3.600 1.800 1.800 0 0 0 0 3.600zM5.800 16c.4-1.500 1.400-2.200 2.700-2.200s2.300.7 2.700 2.200M14 10h4M14 13.500h4",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
  help: "M9.200 9.200a2.900 2.900 0 1 1 4.300 2.600c-1 .6-1.500 1.200-1.500 2.200M12 17.300h.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z",
  moon: "M19.500 14.300A8 8 0 0 1 9.700 4.500a8 8 0 1 0 9.800 9.800z",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.500 2",
  tick: "M5 12.500l4.500 4.500L19 7.500",
  alert: "M12 8v5M12 16.300h.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z",
  group: "M9 11.500a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM3.500 18.500c.6-3 2.700-4.500 5.500-4.500s4.900 1.500 5.500 4.500M16 11.500a2.500 2.500 0 1 0-1-4.800M17 14.200c1.900.5 3.100 1.900 3.500 4.300",
  channel: "M4 10v4h3l8 4.500v-13L7 10zM18 9.500a4 4 0 0 1 0 5",
};
const svg = "http://www.w3.org/2000/svg";

// icon draws one of the paths; with a label it is a picture that is read out.
export function icon(name, label) {
  const s = document.createElementNS(svg, "svg");
  s.setAttribute("viewBox", "0 0 24 24");
  if (name === "logo") {
    s.setAttribute("viewBox", "0 0 48 48");
    s.append(path("M24 9 9.500 20.400V36a3 3 0 0 0 3 3h3.400l5.100-5.200h14.500a3 3 0 0 0 3-3V20.400z", "fill"), path("M18 24.500h12M18 28.800h7.500", "line"));
  } else {
    s.append(path(paths[name]));
  }
  s.setAttribute("class", "i i-" + name);
  if (label) {
    s.setAttribute("role", "img");
    s.setAttribute("aria-label", label);
  } else {
    s.setAttribute("aria-hidden", "true");
  }
  return s;
}

function path(d, kind) {
  const p = document.createElementNS(svg, "path");
  p.setAttribute("d", d);
  if (kind) p.setAttribute("class", kind);
  return p;
}

export const $ = (id) => document.getElementById(id);

// el makes an element: el("button", {class: "x", onclick: f}, "text", child, null).
export function el(tag, attributes, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) e.addEventListener(name.slice(2), value);
    else e.setAttribute(name, value === true ? "" : value);
  }
  e.append(...children.filter((c) => c !== null && c !== undefined && c !== ""));
  return e;
}

// button is a button that submits nothing.
export function button(attributes, ...children) {
  return el("button", { type: "button", ...attributes }, ...children);
}

const hues = 8;

// hue gives everyone one of the colours of the stylesheet, always the same.
export function hue(of) {
  let n = 0;
  for (const c of of) n = (n * 31 + c.codePointAt(0)) >>> 0;
  return "hue" + (n % hues);
}

export function initials(name) {
  const words = name.split(/\s+/).filter(Boolean);
  if (words.length < 2) return name.slice(0, 1).toUpperCase();
  return (words[0][0] + words[words.length - 1][0]).toUpperCase();
}

// avatar fills a round picture: of the bot, of a chat of several people, or of a person.
export function avatar(into, kind, name) {
  into.className = "avatar " + (kind === "direct" ? "bot" : hue(name));
  if (kind === "direct") into.replaceChildren(icon("logo"));
  else if (kind === "group" || kind === "channel") into.replaceChildren(icon(kind));
  else into.replaceChildren(initials(name));
  into.setAttribute("aria-hidden", "true");
  return into;
}

let fading;

// toast says something in passing.
export function toast(text) {
  const t = $("toast");
  t.textContent = text;
  t.classList.add("shown");
  clearTimeout(fading);
  fading = setTimeout(() => t.classList.remove("shown"), 5000);
}
