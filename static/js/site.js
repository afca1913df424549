// On every page: / goes to search, a menu closes like one, and a form is sent once. On the desk: panes keep their
// place, the chosen row is marked, and keys. All works without any of it.
"use strict";

(() => {
  const one = (selector, at = document) => at.querySelector(selector);
  const rows = () => [...document.querySelectorAll("#list .item")];
  // The row that keys go on from: it stays where it was when rows leave.
  let place = -1;

  const here = () => {
    const all = rows();
    const at = all.findIndex((row) => row.contains(document.activeElement));
    return at >= 0 ? at : Math.min(place, all.length - 1);
  };

  const move = (step) => {
    const all = rows();
    place = Math.min(Math.max(here() + step, 0), all.length - 1);
    one(".what", all[place] ?? document)?.focus();
  };

  const marked = () => document.querySelectorAll("#list .item :checked").length;

  const find = () => {
    if (marked()) return one("#picked")?.requestSubmit();
    const inList = document.activeElement?.closest("#list .item");
    const form = one("#finding-form [name=verdict]");
    if (form && !inList) return form.focus();
    return one(".what", inList ?? rows()[Math.max(here(), 0)] ?? document)?.click();
  };

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    x: () => {
      const box = one("input", rows()[here()] ?? one("template"));
      if (box) box.checked = !box.checked;
    },
    f: find,
    a: () => one("#care .acknowledge button")?.click(),
    e: () => {
      const file = one("#finding-form [type=file]");
      file?.focus();
      file?.click();
    },
    "/": () => one("header [type=search]")?.focus(),
    "?": () => one("#keys")?.showModal(),
  };

  // A digit chooses what is found, and typing goes on where something is to be written.
  const choose = (digit) => {
    const hint = [...document.querySelectorAll("#finding-form .choice kbd")].find((key) => key.textContent === digit);
    if (!hint) return;
    hint.closest("label").click();
    [...document.querySelectorAll("#finding-form :is([name=effective_on], [name=reason])")].find((field) => !field.value)?.focus();
  };
  "0123456789".split("").forEach((digit) => { keys[digit] = () => choose(digit); });

  const typing = (target) => target.matches("input:not([type=radio], [type=checkbox]), select, textarea, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || one("dialog[open]")) return;
    const act = event.key === "/" || one("#list") ? keys[event.key] : undefined;
    if (!act) return;
    event.preventDefault();
    act();
  });

  // A menu closes by Escape, by a click beside it, and when another opens.
  const closeMenus = (but) => document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(but)) menu.open = false;
  });
  document.addEventListener("click", (event) => closeMenus(event.target));
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.activeElement?.closest("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    one("summary", menu).focus();
  });

  // A double click sends once: of what is shown once, such as a secret, the second answer has nothing to show.
  const sent = new WeakMap();
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (event.timeStamp - sent.get(event.target) < 1000) event.preventDefault();
    else sent.set(event.target, event.timeStamp);
  });

  // Where lists of pages and of queues are one line that is too long, what is current stands in sight.
  const intoSight = () => document.querySelectorAll(":is(.bar nav, .rail ul) [aria-current]").forEach((current) => {
    const line = current.closest("nav > ul, .bar nav");
    line.scrollLeft = current.offsetLeft - line.offsetLeft - (line.clientWidth - current.offsetWidth) / 2;
  });
  intoSight();

  // With Shift, a box takes all between it and the one before along.
  const boxes = () => [...document.querySelectorAll("#list .item > input")];
  let last;
  document.addEventListener("click", (event) => {
    if (!event.target.matches("#list .item > input")) return;
    const all = boxes();
    const [from, to] = [all.indexOf(last), all.indexOf(event.target)].sort((a, b) => a - b);
    if (event.shiftKey && from >= 0) all.slice(from, to).forEach((box) => { box.checked = event.target.checked; });
    last = event.target;
  });

  const mark = () => {
    const chosen = one("#form")?.dataset.row;
    rows().forEach((row, at) => {
      if (row.id === chosen) {
        row.setAttribute("aria-current", "true");
        place = at;
      } else row.removeAttribute("aria-current");
    });
    document.querySelectorAll(".keys, .choice kbd").forEach((hint) => hint.removeAttribute("hidden"));
    // Those that the form for several names are marked, and no others.
    const named = [...document.querySelectorAll("#form [data-picked]")].map((row) => row.dataset.picked);
    if (named.length) boxes().forEach((box) => { box.checked = named.includes(box.value); });
  };
  mark();

  // Panes that are swapped keep how far they were scrolled.
  const panes = ["#rail", "#list"];
  let scrolled = [];
  let ticked = [];
  document.addEventListener("htmx:beforeSwap", (event) => {
    scrolled = panes.map((pane) => one(pane)?.scrollTop ?? 0);
    // Who looks after one row has nothing to do with which rows are marked.
    ticked = event.detail.target.id === "care" ? boxes().filter((box) => box.checked).map((box) => box.value) : [];
  });
  document.addEventListener("htmx:afterSettle", () => {
    panes.forEach((pane, at) => {
      const there = one(pane);
      if (there && there.scrollTop !== scrolled[at]) there.scrollTop = scrolled[at];
    });
    intoSight();
    boxes().forEach((box) => { box.checked ||= ticked.includes(box.value); });
    mark();
  });

  // What the server's own error page would say: nothing typed is lost.
  const failed = () => {
    const template = one("#failed");
    if (template) one("#messages")?.replaceChildren(template.content.cloneNode(true));
  };
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:sendError", failed);
})();
