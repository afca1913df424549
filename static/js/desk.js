// Keys for the desk, and a word when the server cannot be reached. The page works without any of it.
"use strict";

(() => {
  const rows = () => [...document.querySelectorAll(".item .what")];

  const move = (step) => {
    const all = rows();
    const here = all.findIndex((link) => link.closest(".item").contains(document.activeElement));
    const chosen = all.findIndex((link) => link.closest(".item[aria-current]"));
    const from = here >= 0 ? here : chosen;
    const to = from < 0 ? 0 : Math.min(Math.max(from + step, 0), all.length - 1);
    all[to]?.focus();
  };

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    f: () => {
      const form = document.querySelector("#finding-form [name=verdict]");
      const row = document.activeElement?.closest(".item")?.querySelector(".what") ?? (form ? null : rows()[0]);
      if (row) row.click();
      else form?.focus();
    },
    "/": () => document.querySelector(".filters select")?.focus(),
  };

  const typing = (target) => target.matches("input:not([type=radio]), select, textarea, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  const showKeys = () => document.querySelector(".keys")?.removeAttribute("hidden");
  showKeys();
  document.addEventListener("htmx:afterSettle", showKeys);

  // What the server's own error page would say: nothing typed is lost.
  const failed = () => {
    const place = document.getElementById("messages");
    const template = document.getElementById("failed");
    if (place && template) place.replaceChildren(template.content.cloneNode(true));
  };
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:sendError", failed);
})();
