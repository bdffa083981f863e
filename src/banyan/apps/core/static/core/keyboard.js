// Keys for people who would rather not reach for the mouse. Nothing here is needed: every target is a plain link.
(() => {
  const OFF = "banyan-single-keys-off";
  const AFTER_G = 1500; // milliseconds in which the second letter counts

  const areOff = () => { try { return localStorage.getItem(OFF) === "1"; } catch { return false; } };
  const isTyping = (target) =>
    target.isContentEditable || target.closest?.("input, textarea, select, [role=textbox], [role=combobox]");
  const open = (link) => { if (link) { link.click(); } return Boolean(link); };

  let afterG = 0;

  // A row is anything marked data-row that holds a link; its first link opens it.
  function step(by) {
    const rows = [...document.querySelectorAll("[data-row]")].filter((row) => row.querySelector("a[href]"));
    if (rows.length === 0) return false;
    const at = rows.indexOf(document.activeElement.closest("[data-row]"));
    const start = by > 0 ? 0 : rows.length - 1;
    const next = rows[at === -1 ? start : Math.min(rows.length - 1, Math.max(0, at + by))];
    next.querySelector("a[href]").focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  const keys = {
    "/": () => { const find = document.getElementById("find"); find?.focus(); find?.select(); return Boolean(find); },
    "?": () => open(document.querySelector("a[data-help]")),
    g: () => { afterG = Date.now(); return true; },
    j: () => step(1),
    k: () => step(-1),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented) return;
    if (isTyping(event.target) || areOff()) return;
    const second = Date.now() - afterG < AFTER_G;
    if (event.key !== "Shift") afterG = 0;
    const handled = second && /^[a-z]$/.test(event.key)
      ? open(document.querySelector(`a[data-key="${event.key}"]`))
      : keys[event.key]?.();
    if (handled) event.preventDefault();
  });

  // An open list closes with Escape or a press outside it.
  const lists = () => document.querySelectorAll("details.menu[open]");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    lists().forEach((list) => { list.open = false; list.querySelector("summary").focus(); });
  });
  document.addEventListener("click", (event) => {
    lists().forEach((list) => { if (!list.contains(event.target)) list.open = false; });
  });

  // On the help page: the switch itself.
  const box = document.getElementById("single-keys");
  if (!box) return;
  const [says, button] = [box.querySelector("[role=status]"), box.querySelector("button")];
  const show = () => {
    says.textContent = areOff() ? box.dataset.off : box.dataset.on;
    button.textContent = areOff() ? box.dataset.turnOn : box.dataset.turnOff;
  };
  button.addEventListener("click", () => { localStorage.setItem(OFF, areOff() ? "0" : "1"); show(); });
  box.hidden = false;
  show();
})();
