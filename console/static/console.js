// What makes the console's pages more comfortable where scripts run; without them every page works.

/** Ask before something that cannot be taken back. */
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-confirm]");
  if (button && !window.confirm(button.dataset.confirm)) event.preventDefault();
});

/** Tick or untick all boxes of a name. */
document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-select-all]");
  if (!all) return;
  for (const box of (all.form ?? document).querySelectorAll(`input[type="checkbox"][name="${CSS.escape(all.dataset.selectAll)}"]`)) {
    box.checked = all.checked;
  }
});

/** A link that staff hand on is selected as a whole. */
document.addEventListener("focusin", (event) => {
  if (event.target.matches("input.link")) event.target.select();
});

/** Pieces of a page that show what happens: fetched again every so many seconds while the page is seen. */
export function keepLive(piece) {
  const every = Number(piece.dataset.every || 5) * 1000;
  const again = async () => {
    if (!piece.isConnected) return;
    if (!document.hidden) await refresh(piece);
    setTimeout(again, every);
  };
  setTimeout(again, every);
}

/** Fetch a piece anew; what has the focus keeps it, and whoever is writing in it is left in peace. */
export async function refresh(piece) {
  const busy = document.activeElement;
  if (piece.contains(busy) && busy.matches("input:not([type=checkbox]), textarea, select")) return;
  let html;
  try {
    const answer = await fetch(piece.dataset.live, { headers: { "X-Cityline-Live": "1" }, redirect: "manual" });
    if (answer.status === 401 || answer.type === "opaqueredirect") { location.reload(); return; }
    if (!answer.ok) return;
    html = await answer.text();
  } catch {
    return; // the line is down; the next look may find it up
  }
  if (html === piece.lastHtml) return;
  piece.lastHtml = html;
  const focused = piece.contains(busy) ? busy.id : "";
  const open = [...piece.querySelectorAll("details[open][id]")].map((one) => one.id);
  const ticked = [...piece.querySelectorAll("input[type=checkbox]:checked")].map((one) => one.id);
  const fresh = document.createElement("template"); // scripts in it would not run
  fresh.innerHTML = html;
  piece.replaceChildren(fresh.content);
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  for (const id of ticked) { const box = id && document.getElementById(id); if (box) box.checked = true; }
  if (focused) document.getElementById(focused)?.focus();
  piece.dispatchEvent(new CustomEvent("refreshed", { bubbles: true }));
}

document.querySelectorAll("[data-live]").forEach(keepLive);

/** A form in which something was typed is not lost by a slip. */
let typed = false;
document.addEventListener("input", (event) => { if (event.target.closest("form[method=post]")) typed = true; });
document.addEventListener("submit", () => { typed = false; });
window.addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });
