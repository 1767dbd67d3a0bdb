// Lists that somebody keeps: a search with its filters under a name, in this browser.
(() => {
  const place = document.querySelector("[data-keep]");
  if (!place) return;
  const key = `ferrule-kept ${place.dataset.keep}`;
  const read = () => { try { return JSON.parse(localStorage.getItem(key)) ?? []; } catch { return []; } };
  const write = (all) => { localStorage.setItem(key, JSON.stringify(all)); show(); };
  const made = (name, text, more) => Object.assign(document.createElement(name), { textContent: text }, more);
  const show = () => {
    place.querySelector("ul").replaceChildren(...read().map(({ name, query }) => {
      const row = document.createElement("li");
      const forget = made("button", "×", { type: "button", className: "small quiet", ariaLabel: place.dataset.forget.replace("{name}", name) });
      forget.addEventListener("click", () => write(read().filter((it) => it.name !== name)));
      row.append(made("a", name, { href: location.pathname + query }), forget);
      return row;
    }));
    place.hidden = false;
  };
  place.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const field = event.target.elements.name;
    const name = field.value.trim();
    if (!name) return;
    write([...read().filter((it) => it.name !== name), { name, query: location.search }].slice(-20));
    field.value = "";
  });
  show();
})();
