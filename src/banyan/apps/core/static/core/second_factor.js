// Binds the sign-in library's own WebAuthn functions to a form; what they need stands in data attributes.
document.addEventListener("DOMContentLoaded", () => {
  for (const form of document.querySelectorAll("form[data-webauthn]")) {
    const ids = { credential: form.dataset.credential, data: "js_data" };
    ids[form.dataset.webauthn === "addForm" ? "add" : "authenticate"] = form.dataset.button;
    window.allauth.webauthn.forms[form.dataset.webauthn]({ ids });
  }
  document.addEventListener("allauth.error", () => {
    const says = document.getElementById("webauthn-problem");
    if (says) { says.hidden = false; says.focus(); }
  });
});
