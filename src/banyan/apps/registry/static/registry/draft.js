// What is typed is kept on the server a moment after the typing stops; nothing of a patient stays in this browser.
// While the connection or the session is gone the page says so, goes on trying, and does not let itself be sent away.
(() => {
  const form = document.getElementById("editor");
  if (!form?.dataset.draft) return;
  const PAUSE = 700; // milliseconds without a key
  const AGAIN = [2000, 5000, 15000];
  const PATIENCE = 8000;
  const words = form.dataset;
  const says = document.getElementById("draft-state");
  let typed = 0; // changes made
  let kept = 0; // changes the server holds
  let tries = 0;
  let isLeaving = false;
  let timer;
  let last = Promise.resolve("kept"); // one word at a time: the next waits for the one before

  function tell(text, state) {
    if (says.dataset.state === state && says.dataset.text === text) return;
    [says.dataset.state, says.dataset.text] = [state, text];
    says.replaceChildren(document.createTextNode(text));
    if (state !== "ended") return;
    const link = Object.assign(document.createElement("a"), { href: words.login, target: "_blank", rel: "noopener" });
    link.textContent = words.signIn;
    says.append(" ", link);
  }

  // Signing in again in another tab gives a new form token: take it over from a fresh copy of this page.
  async function renewToken() {
    const answer = await fetch(location.pathname, { redirect: "manual" });
    if (!answer.ok) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("#editor [name=csrfmiddlewaretoken]")?.value;
    document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => { if (token) field.value = token; });
    return Boolean(token);
  }

  function post(keepalive) {
    const body = new URLSearchParams(new FormData(form));
    const options = { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual", keepalive };
    return fetch(words.draft, keepalive ? options : { ...options, signal: AbortSignal.timeout(PATIENCE) });
  }

  async function ask(keepalive) {
    const mine = typed;
    try {
      let answer = await post(keepalive);
      if (answer.status === 403 && await renewToken()) answer = await post(false);
      if (answer.type === "opaqueredirect" || answer.status === 403) return "ended";
      if (answer.status === 409) return "newer";
      if (!answer.ok) return "failed";
      const { revision, at } = await answer.json();
      form.elements.draft_revision.value = revision;
      kept = mine;
      tell(`${words.draftKept} ${at}`, "kept");
      return "kept";
    } catch {
      return "lost";
    }
  }

  function keep({ keepalive = false } = {}) {
    clearTimeout(timer);
    last = last.then(() => ask(keepalive)).then((state) => {
      if (state === "kept") { tries = 0; return state; }
      tell({ lost: words.draftLost, ended: words.draftEnded, newer: words.draftNewer, failed: words.draftFailed }[state], state);
      if (state !== "newer" && !isLeaving) timer = setTimeout(keep, AGAIN[Math.min(tries++, AGAIN.length - 1)]);
      return state;
    });
    return last;
  }

  function note() {
    typed += 1;
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  }

  form.addEventListener("input", note);
  form.addEventListener("change", note);
  window.addEventListener("online", () => { if (kept !== typed) keep(); });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && kept !== typed && !isLeaving) keep({ keepalive: true });
  });
  window.addEventListener("beforeunload", (event) => { if (kept !== typed && !isLeaving) event.preventDefault(); });
  window.addEventListener("pageshow", () => { isLeaving = false; });

  // First keep, then send: a page that cannot reach its server stays, with everything in it.
  form.addEventListener("submit", async (event) => {
    const { submitter } = event;
    const isKeeping = submitter?.matches("[data-keep]");
    if (kept === typed && !isKeeping) isLeaving = true;
    if (isLeaving) return;
    event.preventDefault();
    const state = await keep();
    if (state === "lost" || state === "ended" || isKeeping) return;
    isLeaving = true;
    clearTimeout(timer);
    form.requestSubmit(submitter);
  });
})();
