// One open conversation: stays at the newest line, says when something new came, and puts canned replies into the answer.
const talk = document.getElementById("talk");
const text = document.getElementById("text");
const news = document.getElementById("news");

const last = () => Number(talk?.querySelector("[data-last]")?.dataset.last || 0);
let seen = last();
let atEnd = true;

function toEnd() { if (talk) talk.scrollTop = talk.scrollHeight; }

const found = talk?.querySelector(".found") || (location.hash.startsWith("#line-") && document.getElementById(location.hash.slice(1)));
if (found) talk.scrollTop = found.offsetTop - talk.offsetTop - talk.clientHeight / 3;
else toEnd();

talk?.addEventListener("scroll", () => { atEnd = talk.scrollHeight - talk.scrollTop - talk.clientHeight < 40; });
talk?.addEventListener("load", () => { if (atEnd && !found) toEnd(); }, true);
talk?.addEventListener("refreshed", () => {
  if (atEnd) toEnd();
  if (last() > seen) news.textContent = `${news.dataset.words} ${talk.querySelector(".line:last-child .text")?.textContent || ""}`;
  seen = Math.max(seen, last());
});

if (text && location.hash === "#answer") text.focus();

text?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) text.form.requestSubmit();
});

/** A canned reply goes to where the cursor is; nothing that was typed is lost. */
const canned = document.getElementById("canned");
canned?.addEventListener("submit", (event) => {
  const chosen = canned.querySelector("option:checked");
  event.preventDefault();
  if (!text || !chosen?.dataset.text) return;
  text.setRangeText(chosen.dataset.text, text.selectionStart, text.selectionEnd, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
  text.focus();
});
