// Dropping files onto the form, and the names of what was chosen. Without it the file button does the same.

const MOST_NAMES = 100;

document.querySelectorAll("[data-dropzone]").forEach((zone) => {
  const input = zone.querySelector("input[type=file]");
  const list = zone.querySelector(".chosen");
  zone.querySelector(".drop-hint").hidden = false;

  const show = () => {
    const files = [...input.files];
    list.replaceChildren(...files.slice(0, MOST_NAMES).map((file) => {
      const item = document.createElement("li");
      item.textContent = `${file.name} (${Math.max(1, Math.round(file.size / 1024))} kB)`;
      return item;
    }));
    if (files.length > MOST_NAMES) {
      const item = document.createElement("li");
      item.textContent = `+ ${files.length - MOST_NAMES}`;
      list.append(item);
    }
  };

  const over = (is) => zone.classList.toggle("over", is);
  zone.addEventListener("dragover", (event) => { event.preventDefault(); over(true); });
  zone.addEventListener("dragleave", () => over(false));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    const chosen = new DataTransfer();
    for (const file of [...input.files, ...event.dataTransfer.files]) chosen.items.add(file);
    input.files = chosen.files;
    show();
  });
  input.addEventListener("change", show);
});
