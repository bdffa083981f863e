// Lets a person look at the password that she typed. Without this script the field simply stays masked.
(() => {
  const { show, hide } = document.currentScript.dataset;
  for (const field of document.querySelectorAll("input[type=password]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-q btn-sm";
    const label = field.labels?.[0]?.textContent.trim() ?? "";
    const reveal = (shown) => {
      field.type = shown ? "text" : "password";
      button.textContent = shown ? hide : show;
      button.setAttribute("aria-label", `${button.textContent}: ${label}`);
    };
    button.addEventListener("click", () => reveal(field.type === "password"));
    field.after(button);
    reveal(false);
    // masked again before it is sent: a browser keeps what stood in plain fields
    field.form?.addEventListener("submit", () => reveal(false));
  }
})();
