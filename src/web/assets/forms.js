// Forms: a button that was pressed is busy until the answer comes, and what was typed is not lost by leaving.
(() => {
  let isSending = false;
  const typed = new Set();
  document.addEventListener("input", ({ target }) => {
    const form = target.closest("form[data-unsaved]");
    if (form) typed.add(form);
  });
  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    // A file that is saved leaves the page where it is.
    if (event.defaultPrevented || form.matches("[data-saves]") || submitter?.matches("[data-saves]")) return;
    if (form.ariaBusy === "true") { event.preventDefault(); return; }
    isSending = true;
    form.ariaBusy = "true";
    submitter?.classList.add("busy");
    setTimeout(() => ready(form, submitter), 10_000);
  });
  const ready = (form, button) => {
    isSending = false;
    form.ariaBusy = null;
    button?.classList.remove("busy");
  };
  // After Back the page comes as it was left.
  addEventListener("pageshow", () => {
    isSending = false;
    for (const form of document.querySelectorAll("form[aria-busy]")) form.ariaBusy = null;
    for (const button of document.querySelectorAll("button.busy")) button.classList.remove("busy");
  });
  addEventListener("beforeunload", (event) => {
    if (!isSending && [...typed].some((form) => form.isConnected)) event.preventDefault();
  });
})();
