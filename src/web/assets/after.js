// After a click the page is where it was: scroll and focus stay, and the rows that the click was about flash.
(() => {
  const KEPT = "ferrule-after";
  const focusable = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  const rowOf = (element) => element?.closest("tbody tr");
  document.addEventListener("submit", ({ target: form, submitter, defaultPrevented }) => {
    if (defaultPrevented || form.method !== "post" || submitter?.matches("[data-saves]")) return;
    const row = rowOf(submitter);
    const place = row ?? submitter?.closest("main [id]:not(#inside)");
    const ticked = [...form.elements].filter((box) => box.matches("tbody input:checked")).map(rowOf);
    sessionStorage.setItem(KEPT, JSON.stringify({
      path: location.pathname, at: Date.now(), scroll: scrollY, place: place?.id,
      row: row ? [...row.parentElement.rows].indexOf(row) : -1,
      control: place ? [...place.querySelectorAll(focusable)].indexOf(submitter) : -1,
      rows: (row ? [row] : ticked).map((it) => it.id).filter(Boolean),
    }));
  });
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  sessionStorage.removeItem(KEPT);
  if (kept?.path !== location.pathname || Date.now() - kept.at > 30_000) return;
  const flash = () => {
    for (const id of kept.rows) document.getElementById(id)?.classList.add("flash");
  };
  const back = () => {
    scrollTo({ top: kept.scroll, behavior: "instant" });
    // A row that is gone makes way for the next one.
    const rows = [...document.querySelectorAll("main tbody tr")];
    const place = document.getElementById(kept.place) ?? (kept.row >= 0 ? rows[Math.min(kept.row, rows.length - 1)] : undefined);
    const controls = place ? [...place.querySelectorAll(focusable)] : [];
    (controls[kept.control] ?? controls.at(-1))?.focus({ preventScroll: true });
    flash();
  };
  // The browser may go to the address' row first.
  addEventListener("load", () => requestAnimationFrame(back), { once: true });
  // The list that is fetched next may be the first that knows of it.
  document.addEventListener("htmx:afterSettle", flash, { once: true });
})();
