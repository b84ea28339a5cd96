/* The worker behind Material's search box. The theme starts it on every page (overrides/main.html names it in the
   theme's configuration, with the theme's own worker behind the question mark). It fetches the index, and starts
   the theme's worker, which searches, when the first words arrive. Then it stands between the two: it leaves out
   words that say nothing, and ranks what was found.

   The messages are the theme's: type 0 sets up with an index, 1 says ready, 2 asks, 3 answers. */
"use strict";

const STOP_WORDS = new Set(
  (
    "a about after again all also am an and another any are as at be because been before being but by can cannot could " +
    "did do does doing done for from get had has have how i if in into is it its just may me might must my no not of off " +
    "on one only or our out over please should since so some than that the their them then there these they this those " +
    "to too under until up us use used using vs want was way we were what when where which while who whose why will " +
    "with would you your"
  ).split(" "),
);
const ERRORS = "symptoms/"; // the address of *Errors*: pages on which each heading is an error text with its cause and cure

const words = (text) => text.toLowerCase().split(/[\W_]+/).filter(Boolean);

/** The words to search for: "on" is none, but "on_commit" is two. */
function meaning(text) {
  const parts = text.split(/\s+/).map(words);
  const kept = parts.filter((part) => part.length > 1 || !STOP_WORDS.has(part[0])).flat();
  return [...new Set(kept.length ? kept : words(text))];
}

const share = (part, whole) => (whole ? part / whole : 0);

/** Score each entry: the theme's score, times the share of the asked words that it has, and that its title has. */
function weigh(group, asked, phrase) {
  const together = asked.filter((word) => group.some((entry) => entry.terms[word])).length;
  for (const entry of group) {
    const whole = words(entry.title.replace(/<[^>]+>/g, " "));
    const title = whole.filter((word) => !STOP_WORDS.has(word));
    const named = asked.filter((word) => title.includes(word)).length;
    const [folder, page] = entry.location.split("/");
    entry.score *= share(asked.filter((word) => entry.terms[word]).length, asked.length);
    entry.score *= share(together, asked.length) ** 1.5;
    entry.score *= 1 + 1.5 * share(named, asked.length) * share(named, title.length);
    const name = whole.join(" ");
    if (name.includes(phrase)) entry.score *= name === phrase ? 3 : 1.5;
    // An error text of which one word was asked for is hardly meant.
    if (entry.location.startsWith(ERRORS)) entry.score *= 0.45 + share(named, title.length);
    if (asked.includes(folder) || asked.includes(page)) entry.score *= 1.3;
  }
  group.sort((one, other) => other.score - one.score);
}

/** Results in the order of what fits best. The best error of a page is a result of its own, which leads to it. */
function rank(groups, { asked, phrase }) {
  const ranked = [];
  for (const group of groups) {
    weigh(group, asked, phrase);
    const [best, ...rest] = group;
    if (!best.location.startsWith(ERRORS)) {
      // A page that has more on it is before a page that mentions it once.
      best.score += 0.3 * rest.reduce((sum, entry) => sum + entry.score, 0);
      ranked.push({ score: best.score, group });
    } else if (best.location.includes("#")) {
      best.tags = [rest.find((entry) => !entry.location.includes("#")).title]; // which tool it belongs to
      ranked.push({ score: best.score, group: [best] });
      if (rest.some((entry) => entry.location.includes("#"))) ranked.push({ score: rest[0].score / 2, group: rest });
    } else {
      ranked.push({ score: best.score, group });
    }
  }
  return ranked.sort((one, other) => other.score - one.score).map(({ group }) => group);
}

const fetched = async (path) => {
  const answer = await fetch(new URL(path, location));
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer;
};

/** The index. A page is found by its description, too, which llms.txt has; a preview has no such file. */
async function index() {
  const [found, list] = await Promise.all([
    fetched("../search/search_index.json").then((answer) => answer.json()),
    fetched("../llms.txt").then((answer) => answer.text(), () => ""),
  ]);
  const pages = new Map(found.docs.map((entry) => [entry.location, entry]));
  const root = new URL("..", location);
  for (const [, copy, about] of list.matchAll(/^- \[.*?\]\((.*?)index\.md\): (.*)$/gm)) {
    const page = pages.get(new URL(copy, root).href.replace(root.href, ""));
    if (page) page.text = `<p>${about.replace(/&/g, "&amp;").replace(/</g, "&lt;")}</p>${page.text}`;
  }
  return found;
}

/** The theme's worker with the index, as a promise. */
async function start() {
  // The address is relative to a page; below assets/ it is the same for us.
  const worker = new Worker(new URL(location.search.replace(/^.*assets\//, ""), location));
  worker.postMessage({ type: 0, data: { ...(await index()), options: { suggest: true } } });
  await new Promise((ready) => worker.addEventListener("message", ready, { once: true }));
  return worker;
}

let engine;
const open = []; // questions that the theme's worker has not answered yet

async function search(text) {
  engine ??= start().then((worker) => {
    worker.addEventListener("message", ({ data: { type, data } }) => {
      postMessage({ type, data: { ...data, items: rank(data.items, open.shift()) } });
    });
    return worker;
  });
  const worker = await engine.catch(() => {});
  if (!worker) {
    engine = undefined; // no network: the next word tries again
    return;
  }
  const asked = meaning(text);
  open.push({ asked, phrase: words(text).join(" ") });
  // A whole word counts more than the beginning of one, for which the theme adds a star.
  const query = asked.map((word) => `${word}^4 ${word}`);
  worker.postMessage({ type: 2, data: query.join(" ") });
}

addEventListener("message", ({ data: { data: text } }) => {
  if (words(text).length) search(text);
  else postMessage({ type: 3, data: { items: [] } });
});
postMessage({ type: 1 });
