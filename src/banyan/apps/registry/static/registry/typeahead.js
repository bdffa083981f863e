// Codes as one types them. The list is kept whole in the browser, so that no answer can come too late; an exact
// code always stands first. Without this file each field is a plain input that the server checks.
(() => {
  const form = document.getElementById("editor");
  if (!form || !form.dataset.lists) return;
  const SHOWN = 8;
  const lists = new Map();

  const fold = (text) => text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{M}/gu, "");
  const bare = (text) => text.toLowerCase().replace(/[^a-z0-9]/g, "");

  function load(kind) {
    if (!lists.has(kind)) {
      const address = form.dataset.lists.replace("KIND", kind);
      lists.set(kind, fetch(address).then((answer) => (answer.ok ? answer.json() : { codes: [] }))
        .then((answer) => answer.codes).catch(() => []));
    }
    return lists.get(kind);
  }

  // Exact code, then codes that begin so, then names that hold every word.
  function match(codes, text) {
    const wanted = bare(text);
    const words = fold(text).split(/\s+/).filter(Boolean);
    if (words.length === 0) return [];
    const rank = (entry) => {
      const code = bare(entry.code);
      if (wanted && (code === wanted || code === `c${wanted}`)) return 0;
      // a histology typed without its behaviour means the malignant one first
      const behind = entry.code.includes("/") && !entry.code.endsWith("/3") ? 0.5 : 0;
      if (wanted && /\d/.test(wanted) && (code.startsWith(wanted) || code.startsWith(`c${wanted}`))) return 1 + behind;
      return words.every((word) => entry.find.includes(word)) ? 2 + behind : 9;
    };
    return codes.map((entry) => [rank(entry), entry]).filter(([place]) => place < 9)
      .sort(([one], [other]) => one - other).slice(0, SHOWN);
  }

  function attach(input) {
    const box = input.closest(".in");
    const echo = box.querySelector(".echo") || box.appendChild(Object.assign(document.createElement("span"), { className: "echo" }));
    const id = `${input.id}_codes`;
    const panel = document.createElement("div");
    panel.className = "ta-list";
    panel.hidden = true;
    panel.innerHTML = `<ul role="listbox" id="${id}"></ul><p></p>`;
    panel.querySelector("p").textContent = form.dataset.keys;
    const list = panel.querySelector("ul");
    list.setAttribute("aria-label", input.labels[0]?.textContent ?? "");
    box.append(panel);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", id);
    input.setAttribute("aria-expanded", "false");

    let found = [];
    let at = 0;
    let before = input.value;
    let turn = 0;

    const isOpen = () => !panel.hidden;
    function close() {
      panel.hidden = true;
      box.classList.remove("open");
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }
    function point(to) {
      at = to;
      [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === at)));
      input.setAttribute("aria-activedescendant", `${id}_${at}`);
    }
    function draw() {
      list.replaceChildren(...found.map(([place, entry], position) => {
        const item = document.createElement("li");
        item.id = `${id}_${position}`;
        item.setAttribute("role", "option");
        const code = document.createElement("code");
        const name = document.createElement("span");
        const why = document.createElement("small");
        [code.textContent, name.textContent] = [entry.code, entry.name];
        why.textContent = place === 0 ? form.dataset.exact : "";
        item.append(code, name, why);
        item.addEventListener("pointerdown", (event) => { event.preventDefault(); take(entry); });
        return item;
      }));
      panel.hidden = found.length === 0;
      box.classList.toggle("open", isOpen());
      input.setAttribute("aria-expanded", String(isOpen()));
      if (isOpen()) point(0);
    }
    function take(entry) {
      input.value = entry.code;
      echo.textContent = entry.name;
      before = entry.code;
      close();
    }
    async function settle() {
      const exact = match(await load(input.dataset.code), input.value).find(([place]) => place === 0);
      echo.textContent = exact ? exact[1].name : "";
      if (exact) input.value = exact[1].code;
    }

    input.addEventListener("focus", () => { before = input.value; load(input.dataset.code); });
    input.addEventListener("input", async () => {
      const mine = ++turn;
      const codes = await load(input.dataset.code);
      if (mine !== turn) return; // a later key has been pressed: this answer is stale
      found = match(codes, input.value);
      draw();
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && (isOpen() || input.value !== before)) {
        input.value = before;
        settle();
        close();
        event.preventDefault();
        return;
      }
      if (!isOpen()) return;
      if (event.key === "ArrowDown") { point(Math.min(found.length - 1, at + 1)); event.preventDefault(); }
      if (event.key === "ArrowUp") { point(Math.max(0, at - 1)); event.preventDefault(); }
      if (event.key === "Enter" && !event.ctrlKey) take(found[at][1]);
    });
    input.addEventListener("blur", () => { close(); settle(); });
  }

  form.querySelectorAll("input[data-code]").forEach(attach);
})();
