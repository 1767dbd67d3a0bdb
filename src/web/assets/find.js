// Keys: `/` goes to the search over everything; arrows go from the search to what it found, and back.
(() => {
  // Where nobody has keys, as on a phone, none is named.
  const find = document.getElementById("find");
  if (find && matchMedia("(any-hover: hover)").matches) find.placeholder = find.dataset.keys;
  const hits = () => [...document.querySelectorAll(".hits a")];
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const isTyping = target.matches("input, textarea, select, [contenteditable]");
    if (key === "/" && !isTyping) {
      const field = document.getElementById("find");
      if (!field) return;
      event.preventDefault();
      field.focus();
      field.select();
    }
    if (key !== "ArrowDown" && key !== "ArrowUp") return;
    const all = hits();
    const place = all.indexOf(target);
    if (all.length === 0 || (place < 0 && !target.matches("[type=search]"))) return;
    event.preventDefault();
    const next = place + (key === "ArrowDown" ? 1 : -1);
    if (next < 0) document.getElementById("q").focus();
    else all[Math.min(next, all.length - 1)].focus();
  });
})();
