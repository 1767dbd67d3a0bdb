// Tells the page that the company file changed: whatever waits for "changed from:body" is fetched anew.
// Only the tab that is looked at listens, since a browser opens few connections to one host.
(() => {
  let source;
  let later;
  // Nothing is taken away from under somebody who types in it or has opened something.
  const isBusy = () => document.querySelector("[data-live] details[open], [data-live] :is(input, select, textarea):focus, [data-live] tbody input:checked");
  const changed = () => {
    clearTimeout(later);
    if (isBusy()) later = setTimeout(changed, 1000);
    else document.body.dispatchEvent(new Event("changed"));
  };
  // What was shown before the newest is there is fetched again.
  const lookAgain = () => {
    if (!document.querySelector("[data-live] [data-old]")) return;
    clearTimeout(later);
    later = setTimeout(changed, 1000);
  };
  document.addEventListener("htmx:afterSettle", lookAgain);
  lookAgain();
  // Who began while it was fetched is not disturbed either.
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.requestConfig?.triggeringEvent?.type !== "changed" || !isBusy()) return;
    detail.shouldSwap = false;
    clearTimeout(later);
    later = setTimeout(changed, 1000);
  });
  // What is not told looks as if all were well.
  const reached = isReached => {
    const words = document.getElementById("unreached");
    if (words && words.hidden !== isReached) words.hidden = isReached;
  };
  addEventListener("offline", () => reached(false));
  addEventListener("online", () => { reached(true); listen(); });
  document.addEventListener("htmx:sendError", () => reached(false));
  document.addEventListener("htmx:beforeOnLoad", () => reached(true));
  const listen = () => {
    source?.close();
    source = undefined;
    const place = document.querySelector("[data-live]");
    if (!place || document.hidden) return;
    source = new EventSource(place.dataset.live);
    source.addEventListener("open", () => reached(true));
    source.addEventListener("error", () => reached(false));
    source.addEventListener("changed", changed);
    source.addEventListener("ended", () => location.reload());
  };
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) changed();
    listen();
  });
  addEventListener("pagehide", () => source?.close());
  // What the last action said is no news any more once a later state is shown.
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    const isLate = performance.now() > 10_000;
    if (isLate && detail.requestConfig?.triggeringEvent?.type === "changed") document.querySelector("main > .corner")?.remove();
  });
  // How much waits stands in the way around, and in the tab's title.
  document.addEventListener("htmx:oobAfterSwap", () => {
    const waits = document.getElementById("waits")?.textContent;
    document.title = (waits ? `(${waits}) ` : "") + document.title.replace(/^\([\d,]+\) /, "");
  });
  // Where the way around is wider than the screen: the page that is shown.
  document.querySelector(".side nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  listen();
})();
