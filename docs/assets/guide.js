/* What a page does beyond being read: copy buttons, and names and keyboard reach for parts that only work with
   scripts anyway. No dependency, no request; without this file everything can still be read and selected.

   The exact text a button copies is in its `data-copy` attribute, where tests/site/ compares it. */
(() => {
  "use strict";

  // 127.0.0.1:6379> , localhost:6379[2]> , 127.0.0.1:6379(TX)> , not connected>
  const REDIS_PROMPT = /^(?:[\w.-]+:\d+(?:\[\d+\])?(?:\((?:TX|subscribed mode)\))?|not connected)> ?/;

  /** Commands of a shell session: "$ command" and the "> " lines right after it that continue it; never output. */
  function shellCommands(lines) {
    const commands = [];
    let continues = false;
    for (const line of lines) {
      if (line.startsWith("$ ")) {
        commands.push(line.slice(2));
        continues = true;
      } else if (continues && line.startsWith("> ")) {
        commands.push(line.slice(2));
      } else {
        continues = false;
      }
    }
    return commands;
  }

  function redisCommands(lines) {
    return lines.filter((line) => REDIS_PROMPT.test(line)).map((line) => line.replace(REDIS_PROMPT, ""));
  }

  /** The text a reader wants from a block: commands without prompts and output, or the code as it stands. */
  function textToCopy(block) {
    const text = block.querySelector("pre code, pre").textContent.replace(/\n+$/, "");
    const lines = text.split("\n");
    let commands = [];
    if (block.classList.contains("language-console")) commands = shellCommands(lines);
    if (block.classList.contains("language-redis")) commands = redisCommands(lines);
    return commands.length ? commands.join("\n") : text;
  }

  async function toClipboard(text) {
    if (navigator.clipboard && window.isSecureContext) {
      await navigator.clipboard.writeText(text);
      return;
    }
    // Pages opened from a file or over plain HTTP have no clipboard object.
    const area = document.createElement("textarea");
    area.value = text;
    area.style.position = "fixed";
    area.style.opacity = "0";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (!done) throw new Error("the browser refused");
  }

  const status = document.createElement("p"); // what a screen reader hears
  status.className = "guide-status";
  status.setAttribute("role", "status");

  /** A button that copies what `text()` gives, says how it went for two seconds, and keeps the focus. */
  function copyButton({ className, label, what, failed, text }) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = className;
    button.textContent = label;
    button.setAttribute("aria-label", `Copy ${what}`);
    button.addEventListener("click", async () => {
      let answer = "Copied";
      try {
        await toClipboard(await text());
      } catch {
        answer = failed;
      }
      button.textContent = answer;
      status.textContent = `${answer}: ${what}`;
      button.focus();
      setTimeout(() => {
        button.textContent = label;
        status.textContent = "";
      }, 2000);
    });
    return button;
  }

  function addCopyButtons() {
    for (const block of document.querySelectorAll(".block")) {
      if (!block.querySelector("pre")) continue; // a generated table: nothing to paste anywhere
      const file = block.querySelector(".block__file");
      const commands = block.matches(".language-console, .language-redis");
      const what = `${commands ? "the commands of " : ""}${file ? file.textContent : "this block"}`;
      const copied = textToCopy(block);
      const button = copyButton({
        className: "block__copy",
        label: "Copy",
        what,
        failed: "Select and copy",
        text: () => copied,
      });
      button.dataset.copy = copied;
      block.append(button);
    }
    (document.querySelector("main") || document.body).append(status);
  }

  /** A block that shows a part of a file offers the whole of it, too: as it lies beside the page, fetched when asked for. */
  function addFileButtons() {
    for (const block of document.querySelectorAll(".block[data-source*=':']")) {
      const link = block.querySelector(".proof__links a[download]");
      if (!link) continue;
      const text = async () => {
        const file = await fetch(link.href);
        if (!file.ok) throw new Error(`${file.status}`);
        // Marks of the page build are not for the reader's copy.
        const lines = (await file.text()).split("\n").filter((line) => !line.includes("--8" + "<--"));
        return lines.join("\n").replace(/\n+$/, "");
      };
      const what = `the whole file ${link.href.split("/").pop()}`;
      const look = { className: "block__whole", label: "copy file", failed: "Download it instead" };
      link.before(copyButton({ ...look, what, text }), " ");
    }
  }

  let loading; // of the player, once for the page

  function loadPlayer(home) {
    const add = (tag, fields) =>
      new Promise((resolve, reject) => {
        const element = Object.assign(document.createElement(tag), fields, { onload: resolve, onerror: reject });
        document.head.append(element);
      });
    const file = (name) => new URL(`assets/player/asciinema-player.${name}`, home).href;
    loading ??= Promise.all([
      add("link", { rel: "stylesheet", href: file("css") }),
      add("script", { src: file("min.js") }),
    ]);
    return loading;
  }

  /** A session that was recorded can be watched. The player is loaded when it is asked for; the text stays. */
  function addPlayers(home) {
    for (const block of document.querySelectorAll(".block[data-recording]")) {
      const watch = `Watch the recording of ${block.dataset.recorded}`;
      const stage = Object.assign(document.createElement("div"), { className: "block__stage" });
      const button = Object.assign(document.createElement("button"), { type: "button", className: "block__play" });
      button.textContent = watch;
      let player = null;
      button.addEventListener("click", async () => {
        if (player) {
          player.dispose();
          player = null;
        } else {
          try {
            await loadPlayer(home);
          } catch {
            loading = undefined;
            button.textContent = "The player could not be loaded";
            return;
          }
          const look = { autoPlay: true, idleTimeLimit: 3, fit: "width", controls: true };
          player = AsciinemaPlayer.create(block.dataset.recording, stage, look);
        }
        block.classList.toggle("block--plays", Boolean(player));
        button.textContent = player ? "Show the text" : watch;
      });
      block.append(stage, button);
    }
  }

  const scrollers = new WeakSet();

  /** What scrolls sideways can be reached and scrolled by keyboard, and says what it is. */
  function nameScrollers() {
    // The browser makes a box wide enough to hold a fraction of a pixel: that does not scroll.
    const look = ({ target }) => name(target, target.scrollWidth > target.clientWidth + 1);
    const observer = new ResizeObserver((entries) => entries.forEach(look));
    function name(box, scrolls) {
      if (scrolls) {
        const block = box.closest(".block");
        const file = block && block.querySelector(".block__file");
        box.tabIndex = 0;
        box.setAttribute("role", "group");
        box.setAttribute("aria-label", file ? `Code of ${file.textContent}` : block ? "Code" : "Table");
      } else {
        for (const attribute of ["tabindex", "role", "aria-label"]) box.removeAttribute(attribute);
      }
    }
    for (const box of document.querySelectorAll(".block pre, .md-typeset__scrollwrap, main table")) {
      if (scrollers.has(box)) continue;
      scrollers.add(box);
      observer.observe(box);
    }
  }

  /** The theme's menu and search switches are labels of hidden checkboxes: put real buttons in their place. */
  function replaceLabels() {
    const names = { __drawer: "Menu", __search: "Search" };
    for (const [id, name] of Object.entries(names)) {
      const label = document.querySelector(`.md-header__button[for="${id}"]`);
      if (!label) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "md-header__button md-icon guide-control";
      button.dataset.for = id;
      button.setAttribute("aria-label", name);
      button.append(...[...label.childNodes].map((node) => node.cloneNode(true)));
      button.addEventListener("click", () => label.click());
      label.classList.add("guide-replaced");
      label.before(button);
    }
  }

  /** Names for parts of the theme that have none. */
  function nameParts() {
    const names = { ".md-search[role=dialog]": "Search", ".md-search__scrollwrap": "Search results" };
    for (const [selector, name] of Object.entries(names)) {
      for (const part of document.querySelectorAll(selector)) {
        if (!part.hasAttribute("role")) part.setAttribute("role", "region");
        part.setAttribute("aria-label", name);
      }
    }
    for (const box of document.querySelectorAll(".task-list-item input[type=checkbox]")) {
      box.setAttribute("aria-label", box.checked ? "done" : "to do");
    }
  }

  /** Pages that the reader has marked as read: a list that stays in this browser. They carry a check mark in the menu
      and on the path of their guide, which says how many there are. */
  function keepProgress(home) {
    const key = "guide.read";
    const place = (url) => url.replace(home, "").replace(/[?#].*$/, "");
    const here = place(location.href);
    let read;
    try {
      read = new Set(JSON.parse(localStorage.getItem(key)) || []);
    } catch {
      return; // storage is refused, or holds something else
    }
    const path = document.querySelectorAll("#the-path ~ ol > li > a:first-child");
    const links = [...document.querySelectorAll(".md-nav--primary a.md-nav__link"), ...path];
    const count = document.createElement("p");
    count.className = "facts";
    function show() {
      for (const link of links) link.classList.toggle("is-read", read.has(place(link.href)));
      const done = [...path].filter((link) => link.classList.contains("is-read")).length;
      count.textContent = `${done} of ${path.length} pages read`;
      if (done) document.getElementById("the-path").after(count);
    }
    // A page with blocks is one to learn from, and has a line under its title.
    if (document.querySelector("h1 + .facts") && !path.length) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "md-button read";
      const name = () => (button.textContent = read.has(here) ? "✓ Read: mark as unread" : "Mark as read");
      button.addEventListener("click", () => {
        if (!read.delete(here)) read.add(here);
        try {
          localStorage.setItem(key, JSON.stringify([...read]));
        } catch {} // a full disk: it holds until the page is left
        name();
        show();
      });
      name();
      document.querySelector("article").append(button);
    }
    show();
  }

  // The server of a preview, which reloads its pages, is known by the function that it puts into each.
  const preview = "livereload" in window;

  /** Pages that were opened can be read without network: see worker.js. */
  async function keepPages(home) {
    if (!("serviceWorker" in navigator) || preview) return;
    const first = !navigator.serviceWorker.controller;
    await navigator.serviceWorker.register(new URL("worker.js", home), { scope: home });
    if (!first) return;
    // The worker comes too late for what this page is made of, and nothing says from which request on it is there.
    const cache = await caches.open("guide");
    const kept = new Set();
    const keep = (address) => {
      if (!address.startsWith(home) || kept.has(address)) return;
      kept.add(address);
      cache.add(address).catch(() => {}); // without network, or on a full disk
    };
    keep(location.origin + location.pathname);
    new PerformanceObserver((list) => list.getEntries().forEach(({ name }) => keep(name))).observe({
      type: "resource",
      buffered: true,
    });
  }

  /** The search fetches its index when the first words arrive: have it by then. And the theme looks at the keys that
      are released, so it does not see text that is pasted with the mouse. */
  function prepareSearch(home) {
    const input = document.querySelector(".md-search__input");
    if (!input) return;
    input.addEventListener("focus", () => fetch(new URL("search/search_index.json", home)).catch(() => {}), { once: true });
    input.addEventListener("input", () => input.dispatchEvent(new KeyboardEvent("keyup")));
  }

  const home = new URL("..", document.currentScript.src).href;
  replaceLabels();
  nameParts();
  prepareSearch(home);
  addFileButtons();
  addCopyButtons();
  addPlayers(home);
  keepProgress(home);
  // The theme wraps tables in boxes that scroll; without its script they scroll by themselves.
  if (window.component$) window.component$.subscribe(() => setTimeout(nameScrollers));
  else nameScrollers();
  addEventListener("load", () => {
    keepPages(home).catch(() => {}); // where it is refused (a full disk, a private window) nothing is kept
  });
})();
