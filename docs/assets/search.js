/* The search index is larger than the page. The theme asks for it on every page, and starts the worker that searches it;
   this holds both back until the reader reaches for the search: by key, pointer or touch, or by a link that carries a
   search. It runs before the theme. */
(() => {
  "use strict";
  if (location.protocol === "file:") return; // there the theme loads a script instead

  const { open, send } = XMLHttpRequest.prototype;
  const reached = new Promise((resolve) => {
    const query = new URLSearchParams(location.search);
    if (query.has("q") || query.has("h")) resolve();
    for (const event of ["focusin", "pointerover", "touchstart"]) {
      document.addEventListener(
        event,
        ({ target }) => {
          if (target.closest?.(".md-search, [for=__search], [data-for=__search]")) resolve();
        },
        { passive: true },
      );
    }
  });

  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    this.guideHeld = new URL(url, location).pathname.endsWith("/search/search_index.json");
    return open.call(this, method, url, ...rest);
  };
  XMLHttpRequest.prototype.send = function (...body) {
    if (this.guideHeld) reached.then(() => send.apply(this, body));
    else send.apply(this, body);
  };

  const { Worker } = window;
  window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      this.started = reached.then(() => {
        const worker = new Worker(url);
        worker.addEventListener("message", ({ data }) => this.dispatchEvent(new MessageEvent("message", { data })));
        return worker;
      });
    }

    postMessage(message) {
      this.started.then((worker) => worker.postMessage(message));
    }
  };
})();
