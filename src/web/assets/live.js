// Tells the page that the company file changed: whatever waits for "changed from:body" is fetched anew.
// Only the tab that is looked at listens, since a browser opens few connections to one host.
(() => {
  let source;
  const changed = () => document.body.dispatchEvent(new Event("changed"));
  const listen = () => {
    source?.close();
    source = undefined;
    const place = document.querySelector("[data-live]");
    if (!place || document.hidden) return;
    source = new EventSource(place.dataset.live);
    source.addEventListener("changed", changed);
    source.addEventListener("ended", () => location.reload());
  };
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) changed();
    listen();
  });
  addEventListener("pagehide", () => source?.close());
  listen();
})();
