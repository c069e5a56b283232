// <cityline-chat>: the city's chat on any page. One element, no framework, no request to anybody but its own server.
// Attributes: language, position="left", theme="light|dark", launcher="off", consent, server, open. Methods: open(), close(), send({text}).
// Events: cityline-open, cityline-close, cityline-line. See docs/embed.md.
import { Composer } from "./composer.js";
import { style } from "./style.js";
import { h, icon, message, telephone, transcript } from "./view.js";
import { Store, Wire } from "./wire.js";

const BASE = new URL("../..", import.meta.url).href.replace(/\/$/, "");
const FIELDS = "a[href], button, textarea, input:not([hidden]), [tabindex='0']";
const sheet = new CSSStyleSheet();
sheet.replaceSync(style);

class CitylineChat extends HTMLElement {
  static observedAttributes = ["open", "language"];

  constructor() {
    super();
    this.base = this.getAttribute("server") || BASE;
    this.store = new Store(`cityline ${this.base}`);
    this.wire = new Wire(this.base, this.store, (kind, value) => this[`on_${kind}`]?.(value));
    this.lines = [];
    this.pending = new Map();
    this.whole = matchMedia("(max-width: 480px), (max-height: 480px)");
    this.direction = (language) => this.facts?.languages.find(({ code }) => code === language)?.direction ?? "auto";
    this.say = (name, values = {}) => (this.facts?.texts[name] ?? "").replace(/\{(\w+)\}/g, (all, key) => values[key] ?? all);
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
    this.build();
  }

  get isOpen() { return this.hasAttribute("open"); }
  open() { this.toggleAttribute("open", true); }
  close() { this.toggleAttribute("open", false); }

  async connectedCallback() {
    this.followHash = () => this.readHash();
    this.followStore = (event) => { if (event.key === this.store.name && this.lines.length && !this.store.get("token")) this.clear(); };
    this.fit = () => this.setRole();
    addEventListener("hashchange", this.followHash);
    addEventListener("storage", this.followStore);
    this.whole.addEventListener("change", this.fit);
    this.fit();
    const wish = this.store.get("language") || this.getAttribute("language") || document.documentElement.lang || navigator.language;
    await this.speak(wish);
    const waiting = this.wire.unsent;
    for (const said of waiting) this.showPending(said);
    if (waiting.length || this.store.get("token")) this.wire.start();
    this.readHash();
  }

  disconnectedCallback() {
    removeEventListener("hashchange", this.followHash);
    removeEventListener("storage", this.followStore);
    this.whole.removeEventListener("change", this.fit);
    this.wire.stop();
  }

  /** Where it covers the page it is a dialog, and the focus stays in it; beside the page it is a part of it. */
  setRole() {
    this.panel.setAttribute("role", this.whole.matches ? "dialog" : "region");
    this.panel.toggleAttribute("aria-modal", false);
    if (this.whole.matches) this.panel.setAttribute("aria-modal", "true");
  }

  attributeChangedCallback(name, before, now) {
    if (before === now || !this.panel) return;
    if (name === "open") this.show(now !== null);
    else if (this.facts && now) this.speak(now);
  }

  /** #chat opens; #chat=survey-parks opens and begins what the link names. */
  readHash() {
    const [, start] = location.hash.match(/^#chat(?:=([\w-]{1,64}))?$/) || [null, null];
    if (start === null) return;
    this.open();
    if (!start) return;
    history.replaceState(history.state, "", "#chat");
    if (this.agreed) this.send({ start });
    else this.begun = start;
  }

  /** Whether the visitor may write: at once, or, where the page asks for consent, after saying yes. */
  get agreed() { return !this.hasAttribute("consent") || Boolean(this.store.get("agreed") || this.store.get("token")); }

  agree() {
    this.store.set("agreed", true);
    this.dress();
    this.composer.focus();
    if (this.begun) this.send({ start: this.begun });
    this.begun = null;
  }

  /** Fetch the texts of a language (or the nearest to it) and put them on. */
  async speak(language) {
    try {
      const answer = await fetch(`${this.base}/chat/texts/${encodeURIComponent(language || "en")}`, { credentials: "omit" });
      if (!answer.ok) throw new Error(answer.status);
      this.facts = await answer.json();
      this.language = this.wire.language = this.facts.language;
      this.dress();
    } catch {
      setTimeout(() => this.speak(language), 5000);
    }
  }

  build() {
    const button = (name, label, go, more = {}) => h("button", { type: "button", class: "round", onclick: go, "data-label": label, ...more }, icon(name));
    this.badge = h("span", { class: "badge", "aria-hidden": "true", hidden: true });
    this.launcherText = h("span", { class: "words" }, "Chat");
    this.launcher = h("button", { type: "button", class: "launcher", "aria-expanded": "false", "aria-controls": "panel", onclick: () => this.isOpen ? this.close() : this.open() },
      icon("chat"), this.launcherText, this.badge);
    this.heading = h("h2", { id: "title" });
    this.menu = h("div", { class: "menu", id: "menu", hidden: true });
    this.menuButton = button("menu", "menu", () => this.toggleMenu(), { "aria-expanded": "false", "aria-controls": "menu" });
    this.state = h("p", { class: "state", role: "status", hidden: true });
    this.intro = h("div", { class: "intro" }, h("slot"));
    this.log = h("div", { class: "log", role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-busy": "true" });
    this.typing = h("div", { class: "typing", "aria-hidden": "true", hidden: true }, h("i"), h("i"), h("i"));
    this.choices = h("div", { class: "choices", role: "group", hidden: true });
    this.below = h("button", { type: "button", class: "below", hidden: true, onclick: () => this.toEnd() });
    this.scroller = h("div", { class: "scroller", tabindex: "0", role: "region", onscroll: () => { if (this.atEnd()) this.below.hidden = true; } },
      this.intro, this.log, this.typing, this.choices, this.below);
    this.alert = h("p", { class: "alert", role: "alert", hidden: true });
    this.composer = new Composer(this);
    this.reach = h("div", { class: "reach" });
    this.panel = h("section", { class: "panel", id: "panel", "aria-labelledby": "title", hidden: true },
      h("div", { class: "head" }, this.heading, this.topCall = h("a", { class: "round call-top" }, icon("phone")), this.menuButton, button("close", "close", () => this.close()), this.menu),
      this.state, this.scroller, this.alert, this.composer.form, this.reach);
    this.shadowRoot.append(this.launcher, this.panel);
    this.shadowRoot.addEventListener("keydown", (event) => this.onKey(event));
  }

  onKey(event) {
    if (event.key === "Tab" && this.whole.matches && this.isOpen) this.keepFocus(event);
    if (event.key !== "Escape" || !this.isOpen) return;
    event.stopPropagation();
    if (this.menu.hidden) this.close();
    else { this.toggleMenu(false); this.menuButton.focus(); }
  }

  /** Past the last field comes the first again: behind a panel that covers the page nobody could see the focus. */
  keepFocus(event) {
    const fields = [...this.panel.querySelectorAll(FIELDS)].filter((field) => field.checkVisibility());
    const [from, to] = event.shiftKey ? [fields[0], fields.at(-1)] : [fields.at(-1), fields[0]];
    if (this.shadowRoot.activeElement !== from) return;
    event.preventDefault();
    to.focus();
  }

  /** Everything whose words depend on the language. */
  dress() {
    const { facts, say } = this;
    this.panel.lang = this.launcher.lang = facts.language;
    this.panel.dir = this.launcher.dir = facts.direction;
    this.topCall.href = telephone(facts.phone);
    this.topCall.setAttribute("aria-label", say("call_city"));
    this.composer.form.hidden = !this.agreed;
    this.launcherText.textContent = say("open");
    this.heading.textContent = say("title");
    this.label();
    for (const element of this.panel.querySelectorAll("[data-label]")) {
      element.setAttribute("aria-label", say(element.dataset.label));
      element.title = say(element.dataset.label);
    }
    this.log.setAttribute("aria-label", say("conversation"));
    this.scroller.setAttribute("aria-label", say("conversation"));
    this.below.textContent = say("new_below");
    this.composer.dress();
    this.intro.replaceChildren(...this.greeting());
    this.reach.replaceChildren(...this.waysOut());
    this.fillMenu();
    this.on_state(this.wire.state);
    this.redraw();
  }

  waysOut(kind) {
    const person = () => { this.toggleMenu(false); this.send({ text: this.say("person") }); };
    return [
      h("a", { class: kind, href: telephone(this.facts.phone) }, !kind && icon("phone"), this.say("call_city")),
      this.agreed && h("button", { type: "button", class: kind, onclick: person }, this.say("person")),
    ].filter(Boolean);
  }

  notice() {
    const { facts, say } = this;
    return h("p", { class: "small" }, `${say("emergency_line")} ${facts.privacy} `,
      facts.privacy_url && h("a", { href: facts.privacy_url, target: "_blank", rel: "noopener" }, say("privacy_more")));
  }

  greeting() {
    const { facts, say } = this;
    const agree = () => h("button", { type: "button", class: "chip main", onclick: () => this.agree() }, say("agree"));
    this.starters = h("div", { class: "chips", role: "group", "aria-label": say("starters_label") }, !this.agreed ? agree() : facts.starters.map((text) => h("button", { type: "button", class: "chip", onclick: () => this.send({ text }) }, text)));
    return [
      h("div", { class: "message city" }, h("p", { class: "name" }, facts.city), h("div", { class: "bubble" }, h("p", { class: "text" }, say("greeting")))),
      this.notes = this.notice(),
      this.starters,
    ];
  }

  /** The launcher's name tells how many lines were not yet seen. */
  label() {
    const count = this.isOpen ? 0 : this.lines.filter((line) => line.sender !== "resident" && line.sequence > (this.store.get("seen") || 0)).length;
    const news = count && this.say(count === 1 ? "unread_one" : "unread", { count });
    this.badge.hidden = !count;
    this.badge.dataset.count = count;
    const name = this.say(this.isOpen ? "close" : "open") || "Chat";
    this.launcher.setAttribute("aria-label", news ? `${name}, ${news}` : name);
  }

  fillMenu() {
    const { facts, say } = this;
    const speak = ({ code, name, direction }) => h("button", { type: "button", class: "item", lang: code, dir: direction, "aria-pressed": String(code === facts.language), onclick: () => this.switchTo(code, name) }, name);
    this.menu.replaceChildren(
      h("div", { role: "group", "aria-label": say("language") }, h("p", { class: "label", "aria-hidden": "true" }, say("language")), facts.languages.map(speak)),
      h("hr"), ...this.waysOut("item"), h("hr"),
      h("button", { type: "button", class: "item", onclick: () => this.save() }, say("save")),
      h("button", { type: "button", class: "item", onclick: () => this.askEnd() }, say("end")),
      h("hr"), this.notice());
  }

  toggleMenu(open = this.menu.hidden) {
    this.menu.hidden = !open;
    this.menuButton.setAttribute("aria-expanded", String(open));
    if (open) { this.fillMenu(); this.menu.querySelector("button").focus(); }
  }

  async switchTo(code, name) {
    this.toggleMenu(false);
    this.menuButton.focus();
    if (code === this.language) return;
    this.store.set("language", code);
    await this.speak(code);
    if (this.lines.length) this.send({ text: name });
  }

  save() {
    const address = URL.createObjectURL(new Blob([transcript(this.lines, this.say, this.language)], { type: "text/plain" }));
    h("a", { href: address, download: "chat.txt" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
    this.toggleMenu(false);
    this.menuButton.focus();
  }

  askEnd() {
    const keep = h("button", { type: "button", class: "item", onclick: () => { this.toggleMenu(false); this.menuButton.focus(); } }, this.say("end_no"));
    this.menu.replaceChildren(h("p", { class: "label", id: "end" }, this.say("end_confirm")),
      h("div", { role: "group", "aria-labelledby": "end" }, keep, h("button", { type: "button", class: "item", onclick: () => this.end() }, this.say("end_yes"))));
    keep.focus();
  }

  end() {
    this.wire.forget();
    this.clear();
    this.composer.focus();
  }

  /** Nothing is left of the conversation here; another window of this browser may have ended it. */
  clear() {
    this.toggleMenu(false);
    this.wire.stop();
    Object.assign(this.wire, { last: 0, tries: 0 });
    this.lines = [];
    this.pending.clear();
    this.log.replaceChildren();
    this.offer(null);
    this.typing.hidden = true;
    this.dress();
    this.label();
    this.wire.tell(undefined);
    clearTimeout(this.stateTimer);
    this.state.textContent = this.say("ended");
    this.state.hidden = false;
  }

  show(open) {
    this.panel.hidden = !open;
    this.launcher.setAttribute("aria-expanded", String(open));
    this.launcher.firstChild.replaceWith(icon(open ? "close" : "chat"));
    if (open) {
      this.opener = document.activeElement;
      this.seen();
      this.toAnswer();
      this.composer.focus();
    } else {
      this.toggleMenu(false);
      (this.launcher.checkVisibility() ? this.launcher : this.opener)?.focus();
      // So that the same link opens it once more.
      if (location.hash === "#chat") history.replaceState(history.state, "", location.pathname + location.search);
    }
    this.label();
    this.dispatchEvent(new CustomEvent(open ? "cityline-open" : "cityline-close", { bubbles: true, composed: true }));
  }

  seen() { if (this.lines.length) this.store.set("seen", this.lines.at(-1).sequence); }
  atEnd() { return this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < 60; }

  /** To the end, but never past the beginning of the answer: a long one is read from its top. Of the very first one the question counts, not the
   * introduction before it: above a phone's keyboard there is no room for both. */
  toAnswer() {
    if (!this.log.childElementCount) { this.scroller.scrollTop = 0; return; }
    this.toEnd();
    const isFirst = this.lines.filter((line) => line.sender === "resident").length < 2;
    const top = isFirst && this.lines.at(-1)?.choices.length ? this.log.lastElementChild : this.turn;
    if (top?.isConnected) this.scroller.scrollTop = Math.min(this.scroller.scrollTop, top.offsetTop - 12);
    this.answerTop = this.scroller.scrollTop;
  }

  /** Whether the resident is where the last answer put them, so that what follows may move on. */
  follows() { return this.atEnd() || Math.abs(this.scroller.scrollTop - this.answerTop) < 2; }

  toEnd() { this.scroller.scrollTop = this.scroller.scrollHeight; this.below.hidden = true; }

  /** Say something for the resident: {text, choice, position, attachments, start}. */
  send(said, previews) {
    const full = { id: crypto.randomUUID?.() || `${Date.now()}-${Math.random().toString(36).slice(2)}`, language: this.language, greeted: true, ...said };
    this.warn("");
    this.offer(null);
    this.showPending(full, previews);
    this.wire.send(full);
    this.toEnd();
  }

  showPending({ id, text = "", start, position, failed, accepted, attachments = [] }, previews = []) {
    if (start && !text) return;
    text ||= position ? this.say("my_position") : "";
    const pictures = attachments.map((_, index) => ({ preview: previews[index] })).filter((picture) => picture.preview);
    const line = { sender: "resident", at: new Date().toISOString(), language: this.language, text: text || (!pictures.length && attachments.length ? this.say("photo_sent") : text), attachments: pictures };
    const element = message(line, this);
    this.pending.set(id, { element, line });
    this.log.append(element);
    this.turn = element;
    this.mark(id, failed, accepted);
    this.redraw();
  }

  /** Say beneath a message of the resident how far it has come. */
  mark(id, failed, sent = false) {
    const element = this.pending.get(id)?.element, status = element?.querySelector(".status");
    if (!status) return;
    element.classList.toggle("failed", Boolean(failed));
    if (failed) status.replaceChildren(`${this.say("failed")} `, h("button", { type: "button", class: "retry", onclick: () => { this.warn(""); this.wire.retry(id); this.mark(id); } }, this.say("retry")));
    else status.textContent = this.say(sent ? "sent" : this.wire.state === "open" ? "sending" : "waiting");
  }

  on_accepted(id) { this.mark(id, false, true); }

  on_failed({ id, text }) {
    this.warn(text);
    this.mark(id, text);
  }

  on_typing() {
    this.typing.hidden = false;
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => { this.typing.hidden = true; }, 30000);
    if (this.atEnd()) this.toEnd();
  }

  on_caught_up() { this.log.setAttribute("aria-busy", "false"); }

  on_line(line) {
    const follows = this.follows();
    this.lines.push(line);
    this.typing.hidden = true;
    if (line.sender === "resident") { this.offer(null); this.settle(line); }
    else {
      this.log.insertBefore(message(line, this), this.firstPending());
      if (line.choices.length || line.wants.length) this.offer(line);
    }
    this.redraw();
    if (this.isOpen) this.seen();
    this.label();
    if (follows || line.sender === "resident") this.toAnswer();
    else this.below.hidden = false;
    this.dispatchEvent(new CustomEvent("cityline-line", { bubbles: true, composed: true, detail: { sender: line.sender, sequence: line.sequence } }));
  }

  firstPending() { return this.pending.values().next().value?.element || null; }

  /** The server wrote the resident's own line down: it takes its place in the order. */
  settle(line) {
    const known = this.pending.get(line.answers);
    this.pending.delete(line.answers);
    if (known) known.element.querySelector(".status").textContent = "";
    const own = line.attachments.length && !known?.line.attachments.length;
    const element = known && !own ? known.element : line.text || line.attachments.length ? message(line, this) : null;
    if (own) known?.element.remove();
    if (element) this.turn = element;
    const next = this.firstPending();
    if (element && (!element.isConnected || next !== element.nextElementSibling)) this.log.insertBefore(element, next);
  }

  on_state(state) {
    const words = { offline: "offline", reconnecting: "reconnecting" }[state];
    clearTimeout(this.stateTimer);
    // A short break is nobody's concern; one that lasts is said.
    this.stateTimer = setTimeout(() => {
      this.state.textContent = words ? this.say(words) : "";
      this.state.hidden = !words;
    }, words === "reconnecting" ? 1500 : 0);
    if (state) for (const { id, failed, accepted } of this.wire.unsent) this.mark(id, failed, accepted);
  }

  warn(text) {
    this.alert.textContent = text;
    this.alert.hidden = !text;
  }

  /** The ways to begin go when it has begun; the city's first words say what the notice says, which the menu keeps. */
  redraw() {
    if (!this.starters) return;
    this.starters.hidden = this.log.childElementCount > 0;
    this.notes.hidden = Boolean(this.log.querySelector(".city"));
  }

  /** The buttons that answer what the city just asked. */
  offer(line) {
    const held = this.choices.contains(this.shadowRoot.activeElement);
    this.choices.hidden = !line;
    this.choices.replaceChildren(...(line ? this.buttons(line) : []));
    if (held) this.composer.focus();
  }

  buttons({ choices, several, wants, language }) {
    const { say } = this, chip = (label, go, name, main) => h("button", { type: "button", class: `chip ${main || ""}`, onclick: go }, name && icon(name), label);
    this.choices.setAttribute("aria-label", say(several ? "choices_several" : "choices"));
    const asked = several
      ? [h("p", { class: "small", "aria-hidden": "true" }, say("choices_several")),
        ...choices.map(({ key, label }) => h("label", { class: "tick", lang: language }, h("input", { type: "checkbox", value: key }), h("span", {}, label))),
        h("div", {}, chip(say("done"), () => this.sendTicked(choices), "", "main"))]
      : [choices.length && h("div", { class: "chips", lang: language }, choices.map(({ key, label }) => chip(label, () => this.send({ text: label, choice: key }))))];
    const wished = [
      wants.includes("position") && chip(say("use_position"), () => this.composer.sharePosition(), "place"),
      wants.includes("photo") && chip(say("add_photo"), () => this.composer.pick(), "photo")];
    return [...asked, h("div", { class: "chips" }, wished.filter(Boolean)), wants.includes("position") && h("p", { class: "small" }, say("position_or_type"))].filter(Boolean);
  }

  sendTicked(choices) {
    const ticked = choices.filter((_, index) => this.choices.querySelectorAll("input")[index].checked);
    if (!ticked.length) return this.warn(this.say("choices_several"));
    this.send({ text: ticked.map(({ label }) => label).join(", "), choice: ticked.map(({ key }) => key).join(",") });
  }
}

customElements.define("cityline-chat", CitylineChat);
