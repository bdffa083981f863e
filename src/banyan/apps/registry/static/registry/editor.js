// Keys of the registrar's form: Enter to the next field, Ctrl+S, Ctrl+Enter, Alt+1 to 5, a source taken in place.
(() => {
  const form = document.getElementById("editor");
  if (!form) return;
  const fields = () => [...form.querySelectorAll("input:not([type=hidden]), select")].filter((field) => !field.disabled);
  let changed = false;

  function move(from, by) {
    const all = fields();
    const next = all[all.indexOf(from) + by];
    if (next) { next.focus(); next.select?.(); }
    return Boolean(next);
  }

  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });

  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.isComposing || !event.target.matches("input, select")) return;
    event.preventDefault();
    move(event.target, event.shiftKey ? -1 : 1);
  });

  document.addEventListener("keydown", (event) => {
    const press = (selector) => {
      const button = form.querySelector(selector);
      if (button) { event.preventDefault(); form.requestSubmit(button); }
    };
    if (event.ctrlKey && event.key.toLowerCase() === "s") press("[data-save]");
    if (event.ctrlKey && event.key === "Enter") press("[data-save-next], [data-save]");
    if (event.altKey && /^[1-5]$/.test(event.key)) {
      const part = form.querySelector(`[data-part="${event.key}"]`)?.parentElement;
      part?.querySelector("input, select")?.focus();
      if (part) event.preventDefault();
    }
    if (event.altKey && event.key.toLowerCase() === "e") {
      const wrong = form.querySelector("[aria-invalid=true]");
      if (wrong) { wrong.focus(); event.preventDefault(); }
    }
  });

  // "Dùng" fills the field at once; without this file it goes to the server and comes back filled.
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=use]");
    if (!button) return;
    const [name, ...value] = button.value.split(":");
    const field = form.elements[name];
    if (!field) return;
    event.preventDefault();
    field.value = value.join(":");
    field.dispatchEvent(new Event("blur"));
    changed = true;
    field.focus();
  });
})();
