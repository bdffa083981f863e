// Codes as one types them: the combobox of ARIA 1.2 over a list that the browser holds whole, so that no answer can
// come too late and the filter needs no waiting. An exact code always stands first. Without this file each field is
// a plain input that the server checks.
(() => {
  const form = document.getElementById("editor");
  if (!form?.dataset.lists) return;
  const SHOWN = 8;
  const SHORT = 14; // a list no longer than this is shown whole
  const lists = new Map();
  const waiting = new Map();

  const fold = (text) => text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{M}/gu, "");
  const bare = (text) => text.toLowerCase().replace(/[^a-z0-9]/g, "");

  function load(kind, arrive) {
    if (waiting.has(kind)) { waiting.get(kind).push(arrive); return; }
    waiting.set(kind, [arrive]);
    fetch(form.dataset.lists.replace("KIND", kind)).then((answer) => (answer.ok ? answer.json() : { codes: [] }))
      .catch(() => ({ codes: [] }))
      .then(({ codes }) => {
        lists.set(kind, codes.map((entry) => ({ ...entry, bare: bare(entry.code), words: ` ${entry.find}` })));
        waiting.get(kind).forEach((call) => call());
      });
  }

  // Exact code, then codes that begin so, then names with words that begin so, then names that hold them.
  function rank(entry, wanted, words) {
    if (wanted && (entry.bare === wanted || entry.bare === `c${wanted}` || entry.also === wanted)) return 0;
    // a histology without its behaviour means the malignant one first, a site without its subsite the unspecified
    const behind = (entry.code.includes("/") && !entry.code.endsWith("/3"))
      || (entry.code.includes(".") && !entry.code.endsWith(".9")) ? 0.5 : 0;
    if (/\d/.test(wanted) && (entry.bare.startsWith(wanted) || entry.bare.startsWith(`c${wanted}`))) return 1 + behind;
    if (words.every((word) => entry.words.includes(` ${word}`))) return 2 + behind;
    return words.every((word) => entry.find.includes(word)) ? 3 + behind : 9;
  }

  function match(kind, text) {
    const codes = lists.get(kind) ?? [];
    const [wanted, words] = [bare(text), fold(text).split(/\s+/).filter(Boolean)];
    if (words.length === 0) return [];
    return codes.map((entry) => [rank(entry, wanted, words), entry]).filter(([place]) => place < 9)
      .sort(([one], [other]) => one - other).slice(0, codes.length <= SHORT ? SHORT : SHOWN);
  }

  const findExact = (kind, text) => match(kind, text).find(([place]) => place === 0)?.[1];

  function attach(input) {
    const kind = input.dataset.code;
    const isFree = "free" in input.dataset; // any words may stand here: only an exact code or an arrow chooses
    const box = input.closest(".in");
    const echo = box.querySelector(".echo");
    const id = `${input.id}_codes`;
    const panel = document.createElement("div");
    panel.className = "ta-list";
    panel.hidden = true;
    const list = panel.appendChild(document.createElement("ul"));
    panel.appendChild(document.createElement("p")).textContent = form.dataset.keys;
    list.id = id;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.labels[0]?.textContent ?? "");
    box.append(panel);
    input.removeAttribute("list");
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", id);
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-describedby", [input.getAttribute("aria-describedby"), echo.id].filter(Boolean).join(" "));

    let found = [];
    let at = -1;
    let hasMoved = false;
    let before = input.value;

    const isOpen = () => !panel.hidden;

    function close() {
      panel.hidden = true;
      [at, hasMoved] = [-1, false];
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function point(to) {
      at = to;
      [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === at)));
      if (at < 0) { input.removeAttribute("aria-activedescendant"); return; }
      input.setAttribute("aria-activedescendant", `${id}_${at}`);
      list.children[at].scrollIntoView({ block: "nearest" });
    }

    // Fixed to the window, so that no scrolling frame cuts it off; above the field where there is no room below.
    // It follows the field while it is open, for what stands above may grow or scroll.
    function place() {
      if (!isOpen()) return;
      requestAnimationFrame(place);
      const edge = box.getBoundingClientRect();
      panel.style.left = `${Math.max(8, Math.min(edge.left, window.innerWidth - panel.offsetWidth - 8))}px`;
      const fits = edge.bottom + panel.offsetHeight + 8 < window.innerHeight;
      panel.style.top = `${fits ? edge.bottom + 3 : Math.max(4, edge.top - panel.offsetHeight - 3)}px`;
    }

    function draw(matches) {
      found = matches;
      list.replaceChildren(...found.map(([rankOf, entry], position) => {
        const item = document.createElement("li");
        item.id = `${id}_${position}`;
        item.setAttribute("role", "option");
        const [code, name, why] = ["code", "span", "small"].map((tag) => item.appendChild(document.createElement(tag)));
        [code.textContent, name.textContent] = [entry.code, entry.name];
        why.textContent = rankOf === 0 ? form.dataset.exact : "";
        item.addEventListener("pointerdown", (event) => { event.preventDefault(); take(entry); });
        return item;
      }));
      if (found.length === 0) { close(); return; }
      const wasOpen = isOpen();
      panel.hidden = false;
      input.setAttribute("aria-expanded", "true");
      hasMoved = false;
      if (!wasOpen) place();
      point(!isFree || found[0][0] === 0 ? 0 : -1);
    }

    function take(entry) {
      input.value = entry.code;
      echo.textContent = entry.name;
      before = entry.code;
      close();
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }

    function settle() {
      if (!lists.has(kind)) return;
      const exact = findExact(kind, input.value);
      if (exact) input.value = exact.code;
      const isWrong = input.value.trim() && !exact && !isFree && lists.get(kind).length > 0;
      echo.textContent = exact ? exact.name : isWrong ? form.dataset.noCode : "";
    }

    const openAll = () => draw(input.value.trim() ? match(kind, input.value)
      : (lists.get(kind) ?? []).slice(0, SHORT).map((entry) => [9, entry]));

    function step(key) {
      const last = found.length - 1;
      hasMoved = true;
      const next = { ArrowDown: at >= last ? 0 : at + 1, ArrowUp: at <= 0 ? last : at - 1, Home: 0, End: last };
      point(next[key]);
    }

    input.addEventListener("focus", () => { before = input.value; });
    input.addEventListener("input", () => { echo.textContent = ""; draw(match(kind, input.value)); });
    input.addEventListener("keydown", (event) => {
      const { key } = event;
      if (event.ctrlKey || event.metaKey || event.isComposing) return;
      if (key === "Escape" && (isOpen() || input.value !== before)) {
        input.value = before;
        close();
        settle();
        event.preventDefault();
      } else if (!isOpen() && (key === "ArrowDown" || key === "ArrowUp")) {
        openAll();
        if (isOpen() && key === "ArrowUp") point(found.length - 1);
        event.preventDefault();
      } else if (isOpen() && (key.startsWith("Arrow") ? key === "ArrowDown" || key === "ArrowUp"
        : hasMoved && (key === "Home" || key === "End"))) {
        step(key);
        event.preventDefault();
      } else if (isOpen() && key === "Enter" && at >= 0) {
        take(found[at][1]);
      }
    });
    input.addEventListener("blur", () => { close(); settle(); });
    input.addEventListener("settle", settle);
    load(kind, () => {
      if (document.activeElement === input && input.value !== before) draw(match(kind, input.value)); else settle();
    });
  }

  form.querySelectorAll("input[data-code]").forEach(attach);
})();
