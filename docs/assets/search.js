/* The worker behind Material's search box. The theme starts it on every page (overrides/main.html names it in the
   theme's configuration, with the theme's own worker behind the question mark). It fetches the index, and starts
   the theme's worker, which searches, when the first words arrive.

   The messages are the theme's: type 0 sets up with an index, 1 says ready, 2 asks, 3 answers. */
"use strict";

const READY = { type: 1 };
const NOTHING = { type: 3, data: { items: [] } };
let engine;

/** The theme's worker with the index, as a promise. */
async function start() {
  // The address is relative to a page; below assets/ it is the same for us.
  const worker = new Worker(new URL(location.search.replace(/^.*assets\//, ""), location));
  const index = await (await fetch(new URL("../search/search_index.json", location))).json();
  worker.postMessage({ type: 0, data: { ...index, options: { suggest: true } } });
  await new Promise((done) => worker.addEventListener("message", done, { once: true }));
  worker.addEventListener("message", ({ data }) => postMessage(data));
  return worker;
}

addEventListener("message", async ({ data: message }) => {
  if (!message.data) return postMessage(NOTHING);
  engine ??= start();
  (await engine).postMessage(message);
});
postMessage(READY);
