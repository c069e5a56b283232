// One line for a city's own site: puts <cityline-chat> on the page, with the data-* attributes of its own script tag. See docs/embed.md.
(() => {
  const script = document.currentScript, chat = document.createElement("cityline-chat");
  for (const [name, value] of Object.entries(script.dataset)) chat.setAttribute(name, value);
  const fallback = document.createElement("a");
  fallback.href = new URL("../plain", script.src).href;
  fallback.textContent = script.dataset.label || "Chat";
  chat.append(fallback);
  const place = () => { if (!document.querySelector("cityline-chat")) document.body.append(chat); };
  if (document.body) place();
  else addEventListener("DOMContentLoaded", place);
  // Where the chat's server refuses or is away, the link stays.
  import(new URL("cityline-chat.js", script.src).href).catch((error) => console.warn("cityline:", error.message));
})();
