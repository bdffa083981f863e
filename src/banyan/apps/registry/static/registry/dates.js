// How a date was read, said beside it while it is typed: 24112026, 24/11/2026, 112026, 2026; 9 is unknown. The
// server reads the same forms and has the last word.
(() => {
  const form = document.getElementById("editor");
  if (!form) return;
  const words = form.dataset;
  // which group is year, month, day; a year never begins like a month, so that digits alone cannot be confused
  const FORMS = [
    [/^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/, 1, 2, 3],
    [/^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})$/, 3, 2, 1],
    [/^(\d{4})[-/.](\d{1,2})$/, 1, 2, 0],
    [/^(\d{1,2})[-/.](\d{4})$/, 2, 1, 0],
    [/^(\d{4})$/, 1, 0, 0],
    [/^((?:18|19|20|21)\d{2})(0\d|1[0-2]|99)(\d{2})$/, 1, 2, 3],
    [/^(\d{2})(0\d|1[0-2]|99)(\d{4})$/, 3, 2, 1],
    [/^((?:18|19|20|21)\d{2})(0\d|1[0-2]|99)$/, 1, 2, 0],
    [/^(0\d|1[0-2]|99)((?:18|19|20|21)\d{2})$/, 2, 1, 0],
  ];
  const isKnown = (part) => part !== undefined && part !== 0 && part !== 99;
  const two = (part) => String(part).padStart(2, "0");

  function read(text) {
    if (/^(9|99|\?|9999|0000)$/.test(text)) return { date: "", words: words.none };
    const [pattern, ...places] = FORMS.find(([each]) => each.test(text)) ?? [];
    if (!pattern) return null;
    const groups = pattern.exec(text);
    const [year, month, day] = places.map((place) => (place ? Number(groups[place]) : undefined));
    if (year === 9999 || year === 0) return { date: "", words: words.none };
    if (year < 1800 || year > 2200) return null;
    if (!isKnown(month)) return { date: String(year), words: words.year };
    if (month > 12) return null;
    if (!isKnown(day)) return { date: `${two(month)}/${year}`, words: words.month };
    const real = new Date(Date.UTC(year, month - 1, day));
    if (real.getUTCMonth() !== month - 1) return null;
    return { date: `${two(day)}/${two(month)}/${year}`, words: words.day };
  }

  form.querySelectorAll("input[data-date]").forEach((input) => {
    const echo = input.closest(".in").querySelector(".echo");
    input.setAttribute("aria-describedby", [input.getAttribute("aria-describedby"), echo.id].filter(Boolean).join(" "));
    const say = (isDone) => {
      const text = input.value.trim();
      const found = text ? read(text) : undefined;
      if (found) echo.textContent = found.date && found.date !== text ? `${found.date}, ${found.words}` : found.words;
      else echo.textContent = found === null && isDone ? words.noDate : "";
    };
    input.addEventListener("input", () => say(false));
    input.addEventListener("blur", () => say(true));
    input.addEventListener("settle", () => say(true));
    say(true);
  });
})();
