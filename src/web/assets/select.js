// Rows of a table that are selected: all at once by the box in its head, how many there are, and what can
// be done only with some.
(() => {
  const boxes = (form) => [...form.querySelectorAll("tbody input[type=checkbox]")];
  const show = (form) => {
    const all = boxes(form);
    const chosen = all.filter((box) => box.checked).length;
    const label = form.querySelector("[data-all]");
    if (label) {
      const head = label.querySelector("input");
      label.hidden = all.length === 0;
      head.checked = chosen > 0 && chosen === all.length;
      head.indeterminate = chosen > 0 && chosen < all.length;
    }
    for (const place of form.querySelectorAll("[data-count]")) place.textContent = `${chosen} selected`;
    for (const button of form.querySelectorAll("[data-needs]")) button.disabled = chosen === 0;
  };
  const showAll = () => document.querySelectorAll("form[data-select]").forEach(show);
  document.addEventListener("change", ({ target }) => {
    const form = target.closest("form[data-select]");
    if (!form) return;
    if (target.closest("[data-all]")) for (const box of boxes(form)) box.checked = target.checked;
    show(form);
  });
  document.addEventListener("htmx:afterSettle", showAll);
  addEventListener("pageshow", showAll);
})();
