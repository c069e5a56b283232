// Makes what is seen. What people and documents say becomes text nodes, never markup.
const ICONS = {
  chat: "M4 4h16a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-8l-5 4v-4H4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2Zm3 5h10M7 12.5h6",
  close: "M6 6l12 12M18 6 6 18",
  menu: "M11 5.5h2M11 12h2M11 18.5h2",
  send: "M4 12h14m-6-6 6 6-6 6",
  photo: "M4 7h3.5l1.5-2.5h6L16.5 7H20a1.5 1.5 0 0 1 1.5 1.5v9A1.5 1.5 0 0 1 20 19H4a1.5 1.5 0 0 1-1.5-1.5v-9A1.5 1.5 0 0 1 4 7Zm8 2.5a3.2 3.2 0 1 1 0 6.4 3.2 3.2 0 0 1 0-6.4Z",
  place: "M12 21.5s-6.5-6-6.5-11a6.5 6.5 0 0 1 13 0c0 5-6.5 11-6.5 11Zm0-13.2a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.4Z",
  phone: "M6.5 3.5h3l1.5 4-2 1.6a11 11 0 0 0 5.4 5.4l1.6-2 4 1.5v3a2 2 0 0 1-2.2 2A16.5 16.5 0 0 1 4.5 5.7a2 2 0 0 1 2-2.2Z",
};
const LINK = /https?:\/\/[^\s<>"“”]+[^\s<>"“”.,;:!?)\]]/g;

// Without a look behind, which browsers of 2022 lack: what stands before a number is in a group of its own.
const PHONE = /(?<before>^|[^\w#/.,$€£-])(?:(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}|\d{3}-\d{4}|\+\d[\d ().-]{6,16}\d|0\d{1,4}[ /-]\d{3,8}(?:[ -]\d{2,5})?)(?![\w/-]|[.,]\d)/g;

const REPORT = /\b[A-Z]{2}-\d{5}\b/g;

/** An element: `h("button", {class: "x", onclick: f}, "text", child)`. */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value || value === 0 || value === "") element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child || child === 0));
  return element;
}

export function icon(name) {
  const ns = "http://www.w3.org/2000/svg", svg = document.createElementNS(ns, "svg"), path = document.createElementNS(ns, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** Text with its web addresses and telephone numbers made links, and the numbers of reports kept on one line. */
export const linked = (text) => withElements(text, LINK, (address) => link(address, address), callable);

const callable = (text) =>
  withElements(text, PHONE, (number) => h("a", { href: telephone(number), dir: "ltr" }, number), unbroken);

const unbroken = (text) => withElements(text, REPORT, (number) => h("span", { class: "number" }, number), (rest) => [rest]);

/** The text with an element for each match, and what `between` makes of the rest. */
function withElements(text, pattern, make, between) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const before = match.groups?.before ?? "";
    const found = match[0].slice(before.length), start = match.index + before.length;
    parts.push(...between(text.slice(end, start)), make(found));
    end = start + found.length;
  }
  return [...parts, ...between(text.slice(end))];
}

function link(address, label) {
  return /^https?:\/\//i.test(address)
    ? h("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow" }, label)
    : document.createTextNode(label);
}

export const telephone = (number) => `tel:${number.replace(/[^+\d]/g, "")}`;

function day(iso, language) {
  const date = new Date(/^\d{4}-\d\d-\d\d$/.test(iso) ? `${iso}T12:00` : iso);
  return isNaN(date) ? iso : new Intl.DateTimeFormat(language, { dateStyle: "long" }).format(date);
}

export function time(at, language) {
  const date = new Date(at), today = date.toDateString() === new Date().toDateString();
  const style = today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" };
  return h("time", { datetime: at }, new Intl.DateTimeFormat(language, style).format(date));
}

function quoted(source, language, say) {
  return h("div", { class: "source" },
    h("p", {}, `${say("source")} `, source.url ? link(source.url, source.title) : source.title),
    source.section && source.section !== source.title && h("p", {}, say("section", { section: source.section })),
    source.reviewed && h("p", {}, say("reviewed", { date: day(source.reviewed, language) })));
}

/** Who says a line: the resident, the city, or one of its people by name. */
const speaker = (line, say) => line.sender === "resident" ? say("you") : line.by ? say("staff_says", { name: line.by }) : say("city_says");

/** One line of the conversation. `line` is a line frame, or what is about to become one. */
export function message(line, { say, base, language, direction }) {
  const you = line.sender === "resident", name = speaker(line, say);
  return h("div", { class: `message ${you ? "you" : "city"}${line.by ? " staff" : ""}${line.urgent ? " urgent" : ""}` },
    h("p", { class: "name" }, name, h("span", { class: "hide" }, ":")),
    h("div", { class: "bubble", lang: line.language, dir: direction(line.language) },
      line.text && h("p", { class: "text", dir: "auto" }, you ? line.text : linked(line.text)),
      (line.attachments || []).map((picture) => h("img", { src: picture.preview || base + picture.url, alt: say("photo_sent") })),
      line.map && shownMap(line.map, base),
      line.source && quoted(line.source, line.language, say),
      line.phone && h("a", { class: "call", href: telephone(line.phone), lang: language }, icon("phone"), say("call", { number: line.phone }))),
    h("p", { class: "meta" }, time(line.at, language), h("span", { class: "status" })));
}

/** A small map beside the words, which say all by themselves: one that cannot be had leaves no trace. */
function shownMap({ url, alt }, base) {
  return h("img", { class: "map", src: base + url, alt, width: 480, height: 320, onerror: ({ target }) => target.remove() });
}

/** The conversation as plain text, to keep. */
export function transcript(lines, say, language) {
  const at = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  return lines.map((line) => {
    const source = line.source && [line.source.title, line.source.section, line.source.url].filter(Boolean).join(", ");
    return `[${at.format(new Date(line.at))}] ${speaker(line, say)}: ${line.text || say("photo_sent")}`
      + (source ? `\n    ${say("source")} ${source}` : "");
  }).join("\n\n") + "\n";
}
