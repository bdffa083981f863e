// Keys of the registrar's form: Enter to the next field, F9 for unknown, Ctrl+S, Ctrl+Enter, Alt+1 to 5, Alt+E,
// Alt+R, Alt+P; a source taken in place, and a difference decided. Every one of them is also a button, a link or Tab.
(() => {
  const form = document.getElementById("editor");
  if (!form) return;
  const FIELDS = "input:not([type=hidden]), select, textarea";

  // of a group of choices the chosen one stands for all
  const stands = (field, all) => field.type !== "radio" || field.checked
    || (!all.some((other) => other.name === field.name && other.checked)
      && all.find((other) => other.name === field.name) === field);

  function listFields() {
    const all = [...form.elements].filter((field) => field.matches(FIELDS) && !field.disabled);
    return all.filter((field) => stands(field, all));
  }

  function move(from, by) {
    const all = listFields();
    const here = all.findIndex((field) => field === from || (from.type === "radio" && field.name === from.name));
    const next = all[here + by] ?? (by > 0 ? form.querySelector("[data-save]") : null);
    next?.focus();
    next?.select?.();
  }

  function fill(field, value) {
    field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.dispatchEvent(new Event("settle"));
  }

  function press(event, selector) {
    const button = form.querySelector(selector);
    if (!button) return;
    event.preventDefault();
    document.activeElement.dispatchEvent(new Event("settle")); // a code half typed takes its whole form
    form.requestSubmit(button);
  }

  function focusNext(event, selector) {
    const all = [...form.querySelectorAll(selector)];
    const next = all[all.indexOf(document.activeElement) + 1] ?? all[0];
    if (next) { next.focus(); event.preventDefault(); }
  }

  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    const isCommand = event.ctrlKey || event.metaKey;
    if (event.isComposing) return;
    if (isCommand && key.toLowerCase() === "s") press(event, "[data-save]");
    else if (isCommand && key === "Enter") press(event, "[data-save-next], [data-save]");
    else if (event.altKey && /^[1-5]$/.test(key)) {
      const part = form.querySelector(`[data-part="${key}"]`)?.closest("section, .box");
      const first = part?.querySelector(`${FIELDS}, button`);
      if (first) { first.focus(); event.preventDefault(); }
    } else if (event.altKey && key.toLowerCase() === "e") focusNext(event, "[aria-invalid=true]");
    else if (event.altKey && key.toLowerCase() === "p") focusNext(event, "[name=use_person], [name=leave_person]");
    else if (event.altKey && key.toLowerCase() === "r") focusNext(event, "[name=reason], [name=new_reason]");
    else if (target.form === form && key === "Enter" && target.matches("input, select")) {
      event.preventDefault();
      move(target, event.shiftKey ? -1 : 1);
    } else if (target.form === form && key === "F9" && "unknown" in target.dataset) {
      event.preventDefault();
      fill(target, target.dataset.unknown);
      move(target, 1);
    }
  });

  // "Dùng" fills the field at once; without this file it goes to the server and comes back filled.
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=use]");
    const [name, ...value] = button?.value.split(":") ?? [];
    const field = form.elements[name];
    if (!button || !field) return;
    event.preventDefault();
    fill(field, value.join(":"));
    field.focus();
  });

  // The same answer again, or one that comes while she stands in it, must not take the focus away.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const { target, serverResponse } = event.detail;
    if (target.id !== "alike") return;
    if (target.dataset.shown === serverResponse || target.contains(document.activeElement)) event.detail.shouldSwap = false;
    else target.dataset.shown = serverResponse;
  });

  // A difference decided shows at once in its field; a field typed again is one's own.
  document.querySelectorAll("input[data-decides]").forEach((choice) => {
    const field = form.elements[choice.dataset.decides];
    choice.addEventListener("change", () => fill(field, choice.dataset.value));
    if (choice.value === "mine") field?.addEventListener("input", () => { choice.checked = true; });
    if (choice.value === "theirs" && choice.checked && field) field.value = choice.dataset.value;
  });
})();
