// Rows of a table that are selected: all at once by the box in its head, how many there are, and what can
// be done only with some. The boxes may stand outside of their form.
(() => {
  const boxes = (form) => [...form.elements].filter((box) => box.matches("input[type=checkbox]") && !box.closest("[data-all]"));
  const head = (form) => [...form.elements].find((box) => box.matches("[data-all] input"));
  const show = (form) => {
    const all = boxes(form);
    const chosen = all.filter((box) => box.checked).length;
    const box = head(form);
    if (box) {
      box.closest("[data-all]").hidden = all.length === 0;
      box.checked = chosen > 0 && chosen === all.length;
      box.indeterminate = chosen > 0 && chosen < all.length;
    }
    const isMore = Boolean(form.elements.of?.value);
    for (const place of form.querySelectorAll("[data-count]")) place.textContent = `${chosen} selected`;
    for (const button of form.querySelectorAll("[data-needs]")) button.disabled = chosen === 0 && !isMore;
  };
  const showAll = () => document.querySelectorAll("form[data-select]").forEach(show);
  document.addEventListener("change", ({ target }) => {
    const form = target.form;
    if (!form?.matches("[data-select]")) return;
    if (target === head(form)) for (const box of boxes(form)) box.checked = target.checked;
    show(form);
  });
  document.addEventListener("htmx:afterSettle", showAll);
  addEventListener("pageshow", showAll);
})();
