// The wire of the city chat: docs/webchat.md. Keeps what was not yet taken, comes back by itself, misses nothing.
const FIRST_WAIT = 500, LONGEST_WAIT = 30000, ACCEPT_WITHIN = 10000, PING_EVERY = 30000, SILENCE = 75000;
const LATER = new Set(["too_fast", "too_many", "not_saved", "bad_session"]);

/** What this browser keeps of a conversation: the token, what is unsent, what was seen, the language. Windows share it. */
export class Store {
  constructor(name) {
    this.name = name;
    this.data = {};
  }
  read() {
    try { if (!this.alone) this.data = JSON.parse(localStorage.getItem(this.name)) || {}; } catch { this.alone = true; }
    return this.data;
  }
  write(data) {
    this.data = data;
    // Storage that is full or switched off: memory will do.
    try { if (!this.alone) localStorage.setItem(this.name, JSON.stringify(data)); } catch { this.alone = true; }
  }
  get(key) { return this.read()[key]; }
  set(key, value) { this.write({ ...this.read(), [key]: value }); }
  clear() {
    const { language } = this.read();
    this.data = {};
    try { localStorage.removeItem(this.name); } catch { this.alone = true; }
    if (language) this.set("language", language);
  }
}

export class Wire {
  /** `on(kind, value)` hears: state, line, typing, caught_up, accepted, failed. */
  constructor(base, store, on) {
    Object.assign(this, { base, store, on, language: "en", last: 0, tries: 0, socketFailures: 0, polling: false, stopped: true });
    this.wake = () => { if (!this.stopped && !this.ready) { this.tries = 0; this.connect(); } };
    this.lost = () => { if (!this.stopped) { this.socket?.close(); this.tell("offline"); } };
  }

  /** Messages whose line has not come yet; `accepted` ones the server already has. */
  get unsent() { return this.store.get("unsent") || []; }
  set unsent(list) { this.store.set("unsent", list); }
  get ready() { return this.socket?.readyState === WebSocket.OPEN && this.welcomed; }

  start() {
    if (!this.stopped) return;
    this.stopped = false;
    addEventListener("online", this.wake);
    addEventListener("offline", this.lost);
    document.addEventListener("visibilitychange", this.wake);
    this.clock = setInterval(() => this.tick(), 5000);
    this.connect();
  }

  stop() {
    this.stopped = true;
    this.welcomed = false;
    removeEventListener("online", this.wake);
    removeEventListener("offline", this.lost);
    document.removeEventListener("visibilitychange", this.wake);
    clearInterval(this.clock);
    clearTimeout(this.timer);
    this.socket?.close();
    this.poller?.abort();
  }

  /** Forget the conversation on this device. */
  forget() {
    this.stop();
    this.store.clear();
    Object.assign(this, { last: 0, tries: 0 });
  }

  /** The server does not know this conversation any more: what it never took goes into a new one. */
  lose() {
    this.store.set("token", null);
    this.unsent = this.unsent.filter((m) => !m.accepted);
    this.last = 0;
  }

  tell(state) { if (state !== this.state) this.on("state", this.state = state); }

  async request(path, { method = "POST", json, body, signal } = {}) {
    const headers = { "Accept-Language": this.language };
    const token = this.store.get("token");
    if (token) headers.Authorization = `Bearer ${token}`;
    if (json) { headers["Content-Type"] = "application/json"; body = JSON.stringify(json); }
    const response = await fetch(this.base + path, { method, headers, body, signal, credentials: "omit" });
    const data = await response.json().catch(() => ({}));
    if (!response.ok) throw Object.assign(new Error(path), data, { status: response.status });
    return data;
  }

  async session() {
    if (!this.store.get("token")) this.store.set("token", (await this.request("/chat/session")).token);
  }

  /** Keep a message and send it as soon as there is a line; the same id never counts twice. */
  send(message) {
    this.unsent = [...this.unsent, message];
    this.start();
    if (!this.flush()) this.wake();
  }

  /** Send once more what failed. */
  retry(id) {
    this.change(id, { failed: undefined });
    if (!this.flush()) this.wake();
  }

  change(id, changes) { this.unsent = this.unsent.map((m) => m.id === id ? { ...m, ...changes } : m); }

  done(id) {
    this.unsent = this.unsent.filter((m) => m.id !== id);
    this.free(id);
  }

  /** The message on its way has arrived, or will not: the next one may go. */
  free(id) {
    if (this.going?.id !== id) return;
    this.going = null;
    this.flush();
  }

  async upload(file) {
    await this.session();
    const body = new FormData();
    body.append("photo", file);
    return this.request("/chat/media", { body });
  }

  /** Send the oldest unsent message; the next one when the server has it, so that their order is kept. */
  flush() {
    if (!this.ready && !this.polling) return false;
    const message = !this.going && this.unsent.find((m) => !m.failed && !m.accepted);
    if (message) {
      this.going = { id: message.id, since: Date.now() };
      if (this.ready) this.socket.send(JSON.stringify({ type: "message", ...message }));
      else this.post(message);
    }
    return true;
  }

  async post(message) {
    try {
      this.hear(await this.request("/chat/messages", { json: message }));
    } catch (error) {
      if (error.code) this.hear({ ...error, type: "error", id: message.id });
      else this.going = null;
    }
  }

  async connect() {
    if (this.connecting || this.ready || this.stopped) return;
    this.connecting = true;
    clearTimeout(this.timer);
    if (this.state !== "offline") this.tell(this.tries ? "reconnecting" : "connecting");
    try {
      if (!navigator.onLine) throw new Error("offline");
      await this.session();
      if (this.socketFailures > 1) await this.poll();
      else await this.talk((await this.request("/chat/ticket")).ticket);
    } catch (error) {
      if (error.code === "bad_session") this.lose();
    }
    Object.assign(this, { connecting: false, polling: false, welcomed: false, going: null });
    if (this.stopped) return;
    this.tell(navigator.onLine ? "reconnecting" : "offline");
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.tries++) * (0.5 + Math.random());
    this.timer = setTimeout(() => this.connect(), wait);
  }

  /** One socket, from opening to close. */
  talk(ticket) {
    const address = new URL(`${this.base}/chat/socket`, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = this.socket = new WebSocket(address, ["cityline", `ticket.${ticket}`]);
    this.heard = this.pinged = Date.now();
    return new Promise((resolve) => {
      socket.onopen = () => socket.send(JSON.stringify({ type: "hello", last_sequence: this.last, language: this.language }));
      socket.onmessage = (event) => { this.heard = Date.now(); this.hear(JSON.parse(event.data)); };
      socket.onclose = () => { if (!this.welcomed) this.socketFailures++; resolve(); };
    });
  }

  /** Where no socket gets through: ask again and again, waiting at the server. */
  async poll() {
    this.polling = true;
    this.poller = new AbortController();
    for (let wait = 0; !this.stopped; wait = 20) {
      const { lines } = await this.request(`/chat/messages?after=${this.last}&wait=${wait}`, { method: "GET", signal: this.poller.signal });
      if (!wait) this.hear({ type: "welcome" });
      this.hear({ type: "lines", lines });
      if (!wait) this.hear({ type: "caught_up" });
    }
  }

  hear(frame) {
    if (frame.type === "welcome") {
      Object.assign(this, { welcomed: true, tries: 0, going: null });
      if (!this.polling) this.socketFailures = 0;
      this.tell("open");
      this.flush();
    } else if (frame.type === "lines") {
      for (const line of frame.lines) {
        if (line.sequence <= this.last) continue;
        this.last = line.sequence;
        if (line.sender === "resident") this.done(line.answers);
        this.on("line", line);
      }
    } else if (frame.type === "accepted") {
      // It stays here, to be shown, until its line comes.
      this.change(frame.id, { accepted: true });
      this.on("accepted", frame.id);
      this.free(frame.id);
    } else if (frame.type === "error") this.fail(frame);
    else if (frame.type !== "pong") this.on(frame.type, frame);
  }

  fail({ code, id, text, retry_after: after = 2 }) {
    if (!id) return this.on("failed", { text });
    if (LATER.has(code)) return setTimeout(() => this.free(id), after * 1000);
    this.change(id, { failed: text });
    this.free(id);
    this.on("failed", { id, text });
  }

  tick() {
    const now = Date.now();
    if (this.ready && now - this.pinged > PING_EVERY) { this.pinged = now; this.socket.send('{"type":"ping"}'); }
    const stuck = this.going && now - this.going.since > ACCEPT_WITHIN;
    if (this.ready && (stuck || now - this.heard > SILENCE)) this.socket.close();
    else if (this.polling && this.unsent.length) this.flush();
  }
}
