/* Keeps the pages that a reader has opened, for reading without network. assets/guide.js registers it.

   Who has network gets what the host has: a kept answer is given only when none comes, or for a file whose name says
   its content. Nothing is fetched that the reader did not ask for. */
"use strict";

const KEPT = "guide"; // assets/guide.js puts the first page there
const NAMED_BY_CONTENT = /\/assets\/.*\.[0-9a-f]{8}\.min\.\w+$/;

async function answer(event) {
  const { request } = event;
  const known = await caches.match(request, { ignoreSearch: true });
  if (known && NAMED_BY_CONTENT.test(request.url)) return known;
  try {
    const fresh = await fetch(request);
    if (fresh.ok) {
      const copy = fresh.clone();
      event.waitUntil(caches.open(KEPT).then((cache) => cache.put(request.url.split(/[?#]/)[0], copy)));
    }
    return fresh;
  } catch (error) {
    if (known) return known;
    if (request.mode === "navigate") return notKept();
    throw error;
  }
}

/** What a reader sees in place of a page that was never opened: the list of those that were. */
async function notKept() {
  const cache = await caches.open(KEPT);
  const items = [];
  for (const { url } of await cache.keys()) {
    const kept = await cache.match(url);
    if (!kept.headers.get("Content-Type")?.startsWith("text/html")) continue;
    const title = /<title>(.*?)<\/title>/s.exec(await kept.text());
    items.push(`<li><a href="${new URL(url).pathname}">${title ? title[1] : url}</a></li>`);
  }
  const page = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>You are offline</title>
<style>body { font: 1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem; }</style></head>
<body><main><h1>You are offline</h1><p>This page was not opened on this device before. These were:</p>
<ul>${items.join("")}</ul></main></body></html>`;
  return new Response(page, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });
}

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method === "GET" && new URL(url).origin === location.origin) event.respondWith(answer(event));
});
