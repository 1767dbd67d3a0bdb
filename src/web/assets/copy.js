// Buttons that copy a text: shown where the browser can do that.
(() => {
  const show = () => {
    if (!navigator.clipboard) return;
    for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
  };
  document.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.firstChild.textContent = button.dataset.copied;
  });
  document.addEventListener("htmx:afterSettle", show);
  show();
})();
