// Sections of a page, one at a time: which one the address names is marked in the menu, and kept when a form is sent.
(() => {
  const mark = () => {
    const links = [...document.querySelectorAll(".sections > nav a")];
    if (links.length === 0) return;
    const section = location.hash && document.getElementById(location.hash.slice(1))?.closest("fieldset, #all-settings");
    const current = links.find((link) => link.hash === `#${section?.id}`) ?? links[0];
    for (const link of links) {
      if (link === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    for (const form of document.querySelectorAll(".sections form")) {
      form.action = form.action.split("#")[0] + location.hash;
    }
  };
  addEventListener("hashchange", mark);
  mark();
})();
