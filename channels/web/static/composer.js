// Where the resident writes: text, photos, position.
import { h, icon } from "./view.js";

// Without HEIC in this list, phones that take HEIC hand over a JPEG.
const TYPES = "image/jpeg,image/png,image/webp";

export class Composer {
  constructor(chat) {
    this.chat = chat;
    this.photos = [];
    const round = (name, label, go) => h("button", { type: "button", class: "round", "data-label": label, onclick: go }, icon(name));
    this.file = h("input", { type: "file", accept: TYPES, multiple: true, hidden: true, tabindex: "-1", onchange: () => this.take([...this.file.files]) });
    this.input = h("textarea", { id: "input", rows: "1", dir: "auto", autocomplete: "off", enterkeyhint: "send", oninput: () => this.grow(), onkeydown: (event) => this.onKey(event),
      onpaste: (event) => this.take([...event.clipboardData.files]) });
    this.label = h("label", { for: "input", class: "hide" });
    this.previews = h("div", { class: "previews" });
    this.go = h("button", { type: "submit", class: "round go", "data-label": "send" }, icon("send"));
    this.form = h("form", { onsubmit: (event) => { event.preventDefault(); this.submit(); } }, this.previews, this.label,
      h("div", { class: "box" }, round("photo", "add_photo", () => this.pick()), round("place", "use_position", () => this.sharePosition()), this.input, this.go), this.file);
  }

  dress() {
    this.label.textContent = this.chat.say("input");
    this.input.placeholder = this.chat.say("placeholder");
    this.direct();
  }

  /** An empty field runs as its language does, a filled one as its words do. */
  direct() { this.input.dir = this.input.value ? "auto" : this.chat.panel.dir; }

  /** To the field; on a touch screen to the conversation, so that no keyboard covers it unasked. */
  focus() { (matchMedia("(pointer: coarse)").matches ? this.chat.scroller : this.input).focus({ preventScroll: true }); }

  pick() { this.file.click(); }

  onKey(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.submit();
  }

  grow() {
    this.direct();
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight}px`;
  }

  async submit() {
    const { chat } = this, text = this.input.value.trim(), most = chat.facts?.limits.text_characters || 4096;
    if ([...text].length > most) return chat.warn(chat.say("too_long", { most }));
    const photos = this.photos;
    if (!text && !photos.length) return this.input.focus();
    this.photos = [];
    this.previews.replaceChildren();
    this.input.value = "";
    this.grow();
    if (photos.length) return this.sendWithPhotos(text, photos);
    chat.send({ text });
  }

  /** Photos travel first; what could not go comes back into the field with the reason. */
  async sendWithPhotos(text, photos) {
    const { chat } = this;
    chat.state.textContent = chat.say("photo_sending");
    chat.state.hidden = false;
    try {
      for (const photo of photos) photo.handle ||= (await chat.wire.upload(photo.file)).media_id;
      chat.send({ text, attachments: photos.map(({ handle }) => handle) }, photos.map(({ address }) => address));
    } catch (error) {
      this.input.value = [text, this.input.value].filter(Boolean).join("\n");
      this.photos = [...photos, ...this.photos];
      this.draw();
      chat.warn(error.text || chat.say("offline"));
    }
    chat.on_state(chat.wire.state);
  }

  take(files) {
    const { chat } = this, { upload_bytes: biggest, pictures } = chat.facts?.limits || {};
    this.file.value = "";
    for (const file of files) {
      if (this.photos.length >= pictures) { chat.warn(chat.say("photo_too_many")); break; }
      if (file.size > biggest) chat.warn(chat.say("error_file_too_big"));
      else if (!file.type.startsWith("image/")) chat.warn(chat.say("error_bad_file"));
      else this.photos.push({ file, address: URL.createObjectURL(file) });
    }
    this.draw();
    if (files.length) this.input.focus();
  }

  draw() {
    const { chat } = this;
    this.previews.replaceChildren(...this.photos.map((photo) => h("div", { class: "preview" },
      h("img", { src: photo.address, alt: chat.say("photo_ready") }),
      h("button", { type: "button", class: "round", "aria-label": chat.say("remove_photo"), title: chat.say("remove_photo"),
        onclick: () => { this.photos = this.photos.filter((other) => other !== photo); this.draw(); this.input.focus(); } }, icon("close")))));
    chat.toEnd();
  }

  sharePosition() {
    const { chat } = this, failed = () => { chat.on_state(chat.wire.state); chat.warn(chat.say("position_failed")); this.input.focus(); };
    if (!navigator.geolocation) return failed();
    chat.state.textContent = chat.say("position_finding");
    chat.state.hidden = false;
    navigator.geolocation.getCurrentPosition(({ coords: { latitude, longitude } }) => {
      chat.on_state(chat.wire.state);
      chat.send({ position: { latitude, longitude } });
      this.focus();
    }, failed, { enableHighAccuracy: true, timeout: 10000, maximumAge: 60000 });
  }
}
