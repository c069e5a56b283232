// The look, inside the shadow root. Cities set the --cityline-* variables on the element; docs/embed.md lists them.
const DARK = `
  --bg: var(--cityline-background, #14191c); --fg: var(--cityline-text, #e9eef0); --soft: #222b30; --line: #7e8d95; --hair: #333f45;
  --dim: #aebac0; --accent: var(--cityline-accent, #7fd1cb); --on: var(--cityline-on-accent, #06282b); --link: var(--cityline-link, #8fdcd6);
  --warn: #4a1d1a; --warn-fg: #ffd9d3; --warn-line: #ff8f7f; --map: brightness(.82); --head: #1d2d31; --on-head: #e9f3f3; --shadow: 0 12px 40px rgb(0 0 0 / .6);`;

export const style = `
:host {
  --bg: var(--cityline-background, #fff); --fg: var(--cityline-text, #16242a); --soft: #eef3f3; --line: #6b7b82; --hair: #d6dfe0;
  --dim: #4f5f66; --accent: var(--cityline-accent, #0b5c63); --on: var(--cityline-on-accent, #fff); --link: var(--cityline-link, #0b5c63);
  --warn: #fdecea; --warn-fg: #7a1610; --warn-line: #b3261e; --shadow: 0 12px 40px rgb(15 40 45 / .22);
  --head: var(--accent); --on-head: var(--on); --r: var(--cityline-radius, 16px);
  font: 16px/1.45 var(--cityline-font, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif);
  color: var(--fg); display: block;
}
@media (prefers-color-scheme: dark) { :host(:not([theme="light"])) { ${DARK} } }
:host([theme="dark"]) { ${DARK} }
:host([hidden]) { display: none; }
*, ::before { box-sizing: border-box; }
[hidden] { display: none !important; }
.hide { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
p, h2 { margin: 0; }
button, textarea { font: inherit; color: inherit; }
button { cursor: pointer; border: 1px solid transparent; }
svg { width: 22px; height: 22px; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; flex: none; }
a { color: var(--link); text-underline-offset: 2px; overflow-wrap: anywhere; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }

.launcher {
  position: fixed; z-index: 2147483000; inset-block-end: var(--cityline-bottom, 20px); inset-inline-end: 20px;
  display: flex; align-items: center; gap: 10px; min-height: 54px; padding: 0 20px 0 16px; border-radius: 999px;
  background: var(--accent); color: var(--on); font-weight: 600; box-shadow: var(--shadow);
}
:host([launcher="off"]) .launcher { display: none; }
[dir="rtl"] .go svg { transform: scaleX(-1); }
:host([position="left"]) :is(.launcher, .panel) { left: 20px; right: auto; }
.launcher:focus-visible { outline-color: var(--fg); box-shadow: 0 0 0 6px var(--bg); }
.launcher[aria-expanded="true"] { padding: 0 15px; }
.launcher[aria-expanded="true"] .words { display: none; }
.badge::before { content: attr(data-count); }
.badge { position: absolute; inset-block-start: -6px; inset-inline-end: -4px; min-width: 24px; padding: 1px 6px; border-radius: 99px;
  background: #b3261e; color: #fff; border: 2px solid var(--bg); font-size: 13px; text-align: center; }

.panel {
  overscroll-behavior: contain; position: fixed; z-index: 2147483001; inset-block-end: calc(var(--cityline-bottom, 20px) + 66px); inset-inline-end: 20px;
  width: min(400px, calc(100vw - 40px)); height: min(720px, calc(100dvh - 106px)); display: flex; flex-direction: column;
  background: var(--bg); border: 1px solid var(--hair); border-radius: var(--r); box-shadow: var(--shadow); overflow: hidden;
}
.head { display: flex; align-items: center; gap: 4px; padding: 10px 8px 10px 18px; background: var(--head); color: var(--on-head); position: relative; }
h2 { flex: 1; font-size: 18px; line-height: 1.25; font-weight: 650; overflow-wrap: anywhere; }
.round { display: grid; place-items: center; width: 44px; height: 44px; padding: 0; border-radius: 50%; background: none; flex: none; }
.call-top { display: none; color: inherit; }
.round:hover { background: color-mix(in srgb, currentColor 14%, transparent); }
.head :focus-visible { outline-color: currentColor; outline-offset: -3px; }
.menu { position: absolute; z-index: 3; inset-block-start: calc(100% + 6px); inset-inline-end: 8px; width: min(290px, calc(100% - 16px)); padding: 8px;
  max-height: calc(100dvh - 200px); overflow: auto; overscroll-behavior: contain; background: var(--bg); color: var(--fg); border: 1px solid var(--line); border-radius: 12px; box-shadow: var(--shadow); }
.menu :focus-visible { outline-color: var(--link); }
.menu .small { padding: 6px 10px; color: var(--dim); font-size: 14px; }
.menu .label { padding: 4px 10px; color: var(--dim); font-size: 14px; }
.item { display: block; width: 100%; min-height: 44px; padding: 8px 10px; border-radius: 8px; background: none; text-align: start; }
.item:hover { background: var(--soft); }
.item[aria-pressed="true"] { font-weight: 650; }
.item[aria-pressed="true"]::after { content: " ✓"; }
.menu hr { border: 0; border-block-start: 1px solid var(--hair); }
.state { padding: 8px 18px; background: var(--soft); color: var(--fg); font-size: 14px; border-block-end: 1px solid var(--hair); }
.alert { padding: 9px 14px; margin: 8px 12px 0; border-radius: 10px; background: var(--warn); color: var(--warn-fg); border: 1px solid var(--warn-line); font-size: 15px; }

.scroller { flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; padding: 14px 14px 10px; position: relative; }
.scroller:focus-visible, .log:focus-visible { outline-offset: -3px; }
.intro { display: grid; gap: 12px; }
.intro .small { color: var(--dim); font-size: 14px; padding-inline: 4px; }
.chips { display: flex; flex-wrap: wrap; gap: 8px; }
.chip { display: inline-flex; align-items: center; gap: 7px; min-height: 42px; padding: 8px 15px; border-radius: 21px; background: var(--bg); color: var(--link);
  border: 1.5px solid var(--link); font-weight: 560; text-align: start; overflow-wrap: anywhere; }
.chip:hover { background: var(--soft); }
.chip.main { background: var(--accent); color: var(--on); border-color: transparent; }
.chip svg { width: 19px; height: 19px; }
.message { display: flex; flex-direction: column; align-items: flex-start; margin-block-start: 14px; }
.message.you { align-items: flex-end; }
.message + .message:is(.city + .city, .you + .you) { margin-block-start: 4px; }
.name { font-size: 13px; color: var(--dim); padding-inline: 4px; margin-block-end: 3px; }
:is(.city:not(.staff) + .city:not(.staff), .you + .you) .name, .you .name { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.bubble { max-width: 88%; padding: 10px 14px; border-radius: var(--r); border-start-start-radius: 4px; background: var(--soft); border: 1px solid transparent; }
.you .bubble { background: var(--accent); color: var(--on); border-radius: var(--r); border-end-end-radius: 4px; }
.you .bubble a { color: inherit; }
.message + .message.city:is(.city:not(.staff) + .staff, .staff + :not(.staff)) { margin-block-start: 14px; }
.staff .name { color: var(--fg); font-weight: 600; }
.staff .bubble { background: var(--bg); border-color: var(--accent); border-inline-start-width: 4px; }
.urgent .bubble { background: var(--warn); color: var(--warn-fg); border: 1px solid var(--warn-line); border-inline-start-width: 5px; font-weight: 560; }
.urgent .bubble a { color: inherit; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: plaintext; }
.text .number { white-space: nowrap; }
.bubble img, .preview img { display: block; max-width: 100%; max-height: 200px; border-radius: 10px; object-fit: cover; }
.bubble .text + img { margin-block-start: 8px; }
.bubble:has(.map) { max-width: 100%; }
.bubble .map { height: auto; max-height: none; filter: var(--map, none); border: 1px solid var(--hair); }
.source { margin-block-start: 9px; padding-block-start: 9px; border-block-start: 1px solid var(--hair); font-size: 14px; color: var(--dim); }
.source a { font-weight: 600; }
.call { display: inline-flex; align-items: center; gap: 7px; min-height: 42px; padding: 6px 15px; margin-block-start: 9px; border: 1.5px solid currentColor; border-radius: 21px;
  font-weight: 600; text-decoration: none; }
.meta { font-size: 12.5px; color: var(--dim); padding: 3px 4px 0; display: flex; gap: 6px; flex-wrap: wrap; align-items: center; }
.message:has(+ .message.city).city .meta { display: none; }
.status:not(:empty)::before { content: "· "; }
.retry { min-height: 28px; padding: 2px 12px; border-radius: 14px; background: none; color: var(--link); border-color: currentColor; font-weight: 600; }
.failed .bubble { outline: 2px dashed var(--warn-line); outline-offset: 2px; }
.failed .meta { padding-block-start: 7px; }
.failed .meta { color: var(--warn-fg); }
.typing { display: inline-flex; gap: 5px; padding: 14px 16px; margin-block-start: 10px; border-radius: var(--r); border-start-start-radius: 4px; background: var(--soft); }
.typing i { width: 7px; height: 7px; border-radius: 50%; background: var(--dim); }
.choices { margin-block-start: 12px; display: grid; gap: 9px; border: 0; padding: 0; min-width: 0; }
.choices .small { font-size: 14px; color: var(--dim); }
.tick { display: flex; align-items: center; gap: 11px; min-height: 44px; padding: 7px 14px; border: 1.5px solid var(--line); border-radius: 12px; cursor: pointer; }
.tick:hover { background: var(--soft); }
.tick input { width: 20px; height: 20px; margin: 0; accent-color: var(--link); flex: none; }
.below { position: sticky; inset-block-end: 0; display: block; margin: 6px auto 0; min-height: 36px; padding: 4px 16px; border-radius: 18px;
  background: var(--fg); color: var(--bg); font-size: 14px; font-weight: 600; }

form { padding: 10px 12px 4px; }
.previews { display: flex; gap: 8px; flex-wrap: wrap; }
.preview { position: relative; margin-block-end: 8px; font-size: 13px; color: var(--dim); }
.preview img { width: 84px; height: 64px; }
.preview button { position: absolute; inset-block-start: -6px; inset-inline-end: -6px; width: 28px; height: 28px; background: var(--fg); color: var(--bg); border-color: var(--bg); }
.preview svg { width: 15px; height: 15px; }
.box { display: flex; align-items: flex-end; gap: 2px; padding: 3px; border: 1.5px solid var(--line); border-radius: 25px; background: var(--bg); }
.box:focus-within { border-color: var(--link); box-shadow: 0 0 0 2px var(--link); }
.box .round { color: var(--dim); width: 40px; height: 40px; }
.box .round.go { background: var(--accent); color: var(--on); }
textarea { flex: 1; min-width: 0; resize: none; border: 0; outline: 0; background: none; padding: 8px 2px 8px 6px; max-height: 120px; line-height: 1.45; }
textarea:focus-visible { outline: 0; }
textarea::placeholder { color: var(--dim); opacity: 1; }
.reach { display: flex; flex-wrap: wrap; justify-content: center; gap: 0 18px; padding: 0 12px 8px; font-size: 14px; }
.reach > * { min-height: 32px; display: inline-flex; align-items: center; gap: 6px; padding: 2px 4px; background: none; color: var(--link); text-decoration: underline; text-underline-offset: 2px; }
.reach svg { width: 16px; height: 16px; }

@media (max-width: 480px), (max-height: 480px) {
  .panel, :host([position="left"]) .panel { inset: 0; width: 100%; height: 100dvh; border: 0; border-radius: 0; }
  :host([open]) .launcher { display: none; } .menu { max-height: calc(100dvh - 76px); }
}
@media (max-height: 400px) {
  .head { padding-block: 0; } h2 { font-size: 16px; } .reach { display: none; } .call-top { display: grid; } .menu { max-height: calc(100dvh - 54px); } form { padding-block: 4px; } .scroller { padding-block: 6px; }
}
@media (prefers-reduced-motion: no-preference) {
  .panel { animation: rise .18s ease-out; }
  .message:last-child { animation: rise .16s ease-out; }
  .typing i { animation: blink 1.2s infinite; } .typing i:nth-child(2) { animation-delay: .2s; } .typing i:nth-child(3) { animation-delay: .4s; }
  @keyframes rise { from { opacity: 0; transform: translateY(8px); } }
  @keyframes blink { 50% { opacity: .25; } }
}
@media (forced-colors: active) {
  .launcher, .panel, .bubble, .chip, .badge, .tick, .below, .round, .typing { border: 1px solid CanvasText; }
  .typing i { background: CanvasText; }
}
@media print { .launcher, form, .reach { display: none; } .panel { position: static; height: auto; } }
`;
