// Settles "as the device" before anything is drawn; without this file such pages are light.
(() => {
  const page = document.documentElement;
  if (page.dataset.theme !== "auto") return;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const settle = () => { page.dataset.bsTheme = dark.matches ? "dark" : "light"; };
  settle();
  dark.addEventListener("change", settle);
})();
