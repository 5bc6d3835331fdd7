// What can be sent besides text: a photo, a place, a contact, a file. And the window in which one is asked about it.
import { $, button, el, icon, toast } from "./dom.js";
import { hooks } from "./chat.js";
import { answered } from "./compose.js";
import { say } from "./net.js";
import { store } from "./store.js";
import { t } from "./text.js";

const menu = $("attach-menu");
const dialog = $("dialog");
const largest = 1600; // pixels of a photo's longest side that are worth sending

// ask opens the window with a title and something in it.
export function ask(title, ...content) {
  dialog.replaceChildren(
    el("header", null, el("h2", { id: "dialog-title" }, title),
      button({ class: "icon", "aria-label": t("web.close"), onclick: () => dialog.close() }, icon("close"))),
    ...content);
  if (!dialog.open) dialog.showModal();
}

function toggle(open) {
  menu.hidden = !open;
  $("attach").setAttribute("aria-expanded", String(open));
  if (!open) return;
  const item = (name, text, f) => button({ role: "menuitem", tabindex: "-1", onclick: () => (toggle(false), f()) }, icon(name), el("span", null, t(text)));
  menu.replaceChildren(item("photo", "web.attach.photo", () => $("photo-file").click()), item("pin", "web.attach.place", askPlace),
    item("card", "web.attach.contact", askContact), item("file", "web.attach.file", () => $("any-file").click()));
  menu.firstChild.focus();
}

function keys(e) {
  const items = [...menu.children];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[e.key];
  if (to !== undefined) {
    e.preventDefault();
    items[(to + items.length) % items.length].focus();
  } else if (e.key === "Escape" || e.key === "Tab") {
    toggle(false);
    $("attach").focus();
    if (e.key === "Escape") e.preventDefault();
  }
}

// shrink makes a photo small enough to send, as a data address; what can't be shown goes as it is.
async function shrink(file) {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, largest / Math.max(picture.width, picture.height));
    const canvas = el("canvas", { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/jpeg", 0.85);
  } catch {
    return "";
  }
}

async function photo(file) {
  const data = await shrink(file);
  if (!data) return toast(t("web.nophoto"));
  const caption = el("input", { type: "text", id: "caption", maxlength: "1024", placeholder: t("web.caption"), "aria-label": t("web.caption"), autocomplete: "off" });
  const chat = store.open;
  const f = el("form", { class: "ask" }, el("img", { class: "large", src: data, alt: t("web.photo") }), caption,
    el("button", { type: "submit", class: "main" }, t("web.send")));
  f.addEventListener("submit", (e) => {
    e.preventDefault();
    dialog.close();
    say({ chat, text: caption.value.trim(), photo: data, reply_to: answered() });
  });
  ask(t("web.attach.photo"), f);
  caption.focus();
}

function askPlace() {
  const chat = store.open;
  const send = (place) => {
    dialog.close();
    say({ chat, place, reply_to: answered() });
  };
  const here = button({ class: "row" }, icon("pin"), el("span", null, t("web.place.here")));
  here.addEventListener("click", () => {
    here.disabled = true;
    if (!navigator.geolocation) return toast(t("web.place.none"));
    navigator.geolocation.getCurrentPosition(
      (p) => send({ lat: p.coords.latitude, lon: p.coords.longitude }),
      () => {
        here.disabled = false;
        toast(t("web.place.none"));
      }, { timeout: 10000 });
  });
  const known = (store.places || []).map((p) => button({ class: "row", onclick: () => send(p) }, icon("pin"), el("span", null, p.name)));
  ask(t("web.attach.place"), el("div", { class: "rows" }, here, ...known));
}

function askContact() {
  const chat = store.open;
  const field = (id, label, value, type) => el("label", null, t(label), el("input", { id, type, value, required: true, maxlength: type === "tel" ? 30 : 100, autocomplete: "off" }));
  const f = el("form", { class: "ask" }, field("contact-name", "web.contact.name", store.stage ? store.me.name : "", "text"),
    field("contact-phone", "web.contact.phone", store.me.phone || "", "tel"), el("button", { type: "submit", class: "main" }, t("web.send")));
  f.addEventListener("submit", (e) => {
    e.preventDefault();
    dialog.close();
    say({ chat, contact: { name: $("contact-name")?.value.trim() ?? "", phone: $("contact-phone")?.value.trim() ?? "" }, reply_to: answered() });
  });
  ask(t("web.attach.contact"), f);
}

export function startAttach() {
  hooks.dialog = ask;
  $("attach").addEventListener("click", () => toggle(menu.hidden));
  menu.addEventListener("keydown", keys);
  document.addEventListener("pointerdown", (e) => {
    if (!menu.hidden && !menu.contains(e.target) && !$("attach").contains(e.target)) toggle(false);
  });
  const taken = (input, f) => input.addEventListener("change", () => {
    const file = input.files[0];
    input.value = "";
    if (file) f(file);
  });
  taken($("photo-file"), photo);
  taken($("any-file"), (file) => say({ chat: store.open, file: file.name.slice(0, 100), reply_to: answered() }));
  dialog.addEventListener("click", (e) => {
    if (e.target === dialog) dialog.close(); // beside the window
  });
  dialog.addEventListener("close", () => dialog.replaceChildren());
}
