// One message as it stands in a chat.
import { button, el, hue, icon } from "./dom.js";
import { documentAddress, keep, photoAddress } from "./net.js";
import { find, store } from "./store.js";
import { clockTime, plain, rich, t } from "./text.js";

// actions are what can be done with a message: {reply, jump, tap, run, look, forget}. The chat gives them.
export function bubble(m, chat, actions) {
  const own = m.from === store.me.id;
  const li = el("li", { class: "message " + (own ? "own" : m.from ? "other" : "bot"), "data-id": m.id ?? null, "data-key": m.key, tabindex: "-1" });
  if (m.event) {
    li.className = "note";
    li.append(el("span", null, t("web.left")));
    return li;
  }
  const b = el("div", { class: "bubble" });
  b.append(speaker(m, chat, own));
  if (m.withdrawn) {
    li.classList.add("withdrawn");
    b.append(el("p", { class: "text" }, t("web.withdrawn")), meta(m, own));
    li.append(b);
    return li;
  }
  if (m.reply_to) b.append(quote(m, actions));
  b.append(...attachments(m, actions));
  if (m.body?.length) b.append(el("p", { class: "text" }, rich(m.body, m.from ? null : actions.run)));
  b.append(meta(m, own));
  const row = el("div", { class: "with" }, b);
  if (m.id && !m.refused && chat.writes) {
    row.append(button({ class: "icon answer", "aria-label": t("web.reply"), title: t("web.reply"), onclick: () => actions.reply(m) }, icon("reply")));
  }
  li.append(row);
  if (m.choices?.length) li.append(choices(m, chat, actions));
  return li;
}

// speaker is the name above a message: shown in a group, else only read out.
function speaker(m, chat, own) {
  const name = own ? t("web.you") : m.from ? m.name : "buurtbode";
  if (own || chat.kind === "direct") return el("span", { class: "sr" }, name + ": ");
  return el("span", { class: "speaker " + (m.from ? hue(m.name) : "bot") }, name);
}

function quote(m, actions) {
  const to = find(m.chat, m.reply_to);
  if (!to) return "";
  const name = to.from === store.me.id ? t("web.you") : to.from ? to.name || store.me.name : "buurtbode";
  return button({ class: "quote", onclick: () => actions.jump(to.id) },
    el("span", { class: "sr" }, t("web.replyto") + " "), el("b", null, name), el("span", null, plain(to)));
}

function attachments(m, actions) {
  const out = [];
  if (m.photo) {
    const src = m.photo.startsWith("data:") ? m.photo : photoAddress(m.photo);
    out.push(button({ class: "photo", "aria-label": t("web.photo.open"), onclick: () => actions.look(src, plain(m)) },
      el("img", { src, alt: t("web.photo"), decoding: "async" })));
  }
  if (m.place) {
    const at = m.place.lat.toFixed(5) + ", " + m.place.lon.toFixed(5);
    out.push(el("a", { class: "place", target: "_blank", rel: "noopener noreferrer",
      href: "https://www.openstreetmap.org/?mlat=" + m.place.lat + "&mlon=" + m.place.lon + "#map=16/" + m.place.lat + "/" + m.place.lon },
    el("span", { class: "map", "aria-hidden": "true" }, icon("pin")),
    el("span", { class: "label" }, el("b", null, m.place.name || t("web.place")), el("span", null, at))));
  }
  if (m.contact) {
    out.push(el("div", { class: "card" }, el("span", { class: "disc", "aria-hidden": "true" }, icon("card")),
      el("span", { class: "label" }, el("b", null, m.contact.name || t("web.contact")), el("span", null, m.contact.phone))));
  }
  if (m.document) {
    const size = t("web.file.get", { Size: Math.ceil(m.document.size / 1024) });
    const take = (e) => { e.preventDefault(); keep(m.document); };
    out.push(el("a", { class: "card", href: documentAddress(m.document.key), download: m.document.name, onclick: take },
      el("span", { class: "disc", "aria-hidden": "true" }, icon("file")),
      el("span", { class: "label" }, el("b", null, m.document.name), el("span", null, size))));
  }
  if (m.file) {
    out.push(el("div", { class: "card" }, el("span", { class: "disc", "aria-hidden": "true" }, icon("file")),
      el("span", { class: "label" }, el("b", null, m.file), el("span", null, t("web.file")))));
  }
  return out;
}

// meta is the small line in the corner: edited, the time, and for one's own whether it arrived.
function meta(m, own) {
  const s = el("span", { class: "meta" });
  if (m.edited) s.append(el("span", { class: "edited" }, t("web.edited")));
  s.append(el("time", { datetime: new Date(m.at).toISOString() }, clockTime(m.at)));
  if (own) {
    if (m.refused) s.append(icon("alert", t("web.refused")));
    else if (!m.id || m.pending) s.append(icon("clock", t("web.sending")));
    else s.append(icon("tick", t("web.taken")));
  }
  return s;
}

function choices(m, chat, actions) {
  const div = el("div", { class: "choices", role: "group", "aria-label": t("web.choices") });
  for (const c of m.choices) {
    if (c.link) div.append(el("a", { class: "choice", href: /^https?:/.test(c.link) ? c.link : null, target: "_blank", rel: "noopener noreferrer" }, c.caption));
    else div.append(button({ class: "choice", disabled: !chat.writes && !c.start, onclick: (e) => actions.tap(m, c, e.currentTarget) }, c.caption));
  }
  return div;
}
