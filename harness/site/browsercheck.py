"""Checks of a built site in a real Chromium: what a reader's browser meets on a page.

`serve` and `chromium` give a site on loopback and a browser; `survey` visits one page in the ways readers do
(wide and narrow, light and dark) and returns everything that is wrong with it, one line for each fault.
The browser is Debian's: the environment variable CHROMIUM names its program, else `chromium` on PATH.
"""

from __future__ import annotations

import functools
import gzip
import io
import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from typing import Any, BinaryIO, Literal
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    Response,
    ViewportSize,
    sync_playwright,
)

from harness import HarnessError
from harness.site import hosting

DEADLINE = 60_000  # ms, for everything a page is waited for
WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 320, "height": 640}
Scheme = Literal["light", "dark"]


@functools.lru_cache(maxsize=512)
def _packed(file: str, _mtime: int) -> bytes:
    return gzip.compress(Path(file).read_bytes(), 6)


@functools.cache
def _headers(site: str, path: str) -> dict[str, str]:
    return hosting.headers(Path(site), path)


class _Handler(SimpleHTTPRequestHandler):
    """A static host as sites find it: folders answer with index.html, unknown addresses with 404.html, texts go out
    compressed, and every answer carries the headers of the site's `_headers`."""

    server: _Server
    protocol_version = "HTTP/1.1"  # connections that last: a page asks for a dozen files
    timeout = 120  # seconds; a connection that is not used any more

    def end_headers(self) -> None:
        for name, value in _headers(self.directory, urlsplit(self.path).path).items():
            self.send_header(name, value)
        super().end_headers()

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        file = Path(self.translate_path(self.path))
        if urlsplit(self.path).path.endswith("/"):
            file /= "index.html"
        asked = self.headers
        if "gzip" not in asked.get("Accept-Encoding", "") or "If-Modified-Since" in asked or not file.is_file():
            return super().send_head()
        kind = self.guess_type(str(file))
        if not kind.startswith("text/") and kind.rpartition("/")[2] not in ("javascript", "json", "xml", "svg+xml"):
            return super().send_head()
        modified = file.stat().st_mtime
        body = _packed(str(file), int(modified * 1e9))
        self.send_response(HTTPStatus.OK)
        for name, value in {
            "Content-Type": kind,
            "Content-Encoding": "gzip",
            "Content-Length": str(len(body)),
            "Last-Modified": self.date_time_string(modified),
            "Vary": "Accept-Encoding",
        }.items():
            self.send_header(name, value)
        self.end_headers()
        return io.BytesIO(body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        error_page = Path(self.directory) / "404.html"
        if code != HTTPStatus.NOT_FOUND or not error_page.is_file():
            super().send_error(code, message, explain)
            return
        body = error_page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def copyfile(self, source: BinaryIO, outputfile: BinaryIO) -> None:  # type: ignore[override]
        body = source.read()
        if self.server.sent is not None:
            self.server.sent[self.path] = self.server.sent.get(self.path, 0) + len(body)
        outputfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """The browser reports failed requests itself, with the page that made them."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    sent: dict[str, int] | None = None

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # a browser that leaves a page hangs up
            super().handle_error(request, client_address)


@contextmanager
def serve(site: Path, sent: dict[str, int] | None = None) -> Iterator[str]:
    """Serve a built site on a free loopback port; gives its address, which ends in "/".

    sent: filled with the bytes of the bodies that were sent, compressed as they were, by path.
    """
    server = _Server(("127.0.0.1", 0), functools.partial(_Handler, directory=str(site)))
    server.sent = sent
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


# Chromium's sandbox needs rights that a container or a namespace does not have; only our own pages are visited. Other
# hosts are cut off by their names: routing every request through this process would take the browser's cache away.
ARGUMENTS = (
    *("--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


def program() -> str:
    """Chromium's path. Raises HarnessError when there is none."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise HarnessError("no Chromium found: install the package `chromium` or name it in CHROMIUM")
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """One headless browser. Raises HarnessError when there is no Chromium to start."""
    path = program()
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS], timeout=DEADLINE)
        except Error as error:
            reason = str(error).splitlines()[0]
            raise HarnessError(f"{path} does not start ({reason}): name another in CHROMIUM") from None
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visit:
    """A page in the browser, and what went over the wire and to the console since it was opened."""

    page: Page
    foreign: list[str] = field(default_factory=list)  # addresses on other hosts that were asked for, in vain
    errors: list[str] = field(default_factory=list)  # console errors, exceptions, failed requests
    javascript: bool = True

    def goto(self, url: str) -> None:
        """Open another page of the same site, and forget what was noted about the one before."""
        self.foreign.clear()
        self.errors.clear()
        self.page.goto(url, wait_until="load")
        if self.javascript:
            settle(self.page)  # some of the theme's work waits for the next frame


@contextmanager
def visit(
    browser: Browser,
    url: str,
    *,
    size: ViewportSize = WIDE,
    scheme: Scheme = "light",
    javascript: bool = True,
    worker: bool = False,
) -> Iterator[Visit]:
    """Open `url` in a browser profile of its own, which notes every request to another host.

    size: viewport in CSS pixels; scheme: "light" or "dark", what the reader's system prefers; worker: whether the
    site's service worker may stand between page and host.
    """
    context = browser.new_context(
        viewport=size,
        color_scheme=scheme,
        reduced_motion="reduce",
        java_script_enabled=javascript,
        service_workers="allow" if worker else "block",
    )
    context.set_default_timeout(DEADLINE)
    try:
        seen = Visit(page=context.new_page(), javascript=javascript)
        _listen(context, seen, urlsplit(url).netloc)
        seen.goto(url)
        yield seen
    finally:
        context.close()


def _listen(context: BrowserContext, seen: Visit, host: str) -> None:
    def note(request: Request) -> None:
        target = urlsplit(request.url)
        if target.scheme in ("http", "https", "ws", "wss") and target.netloc != host:
            seen.foreign.append(request.url)

    def refused(response: Response) -> None:
        # The document itself may be the error page, on purpose.
        if response.status >= 400 and response.request.resource_type != "document":
            seen.errors.append(f"{response.url} answered {response.status}")

    context.on("request", note)
    context.on("response", refused)
    context.on("weberror", lambda error: seen.errors.append(f"exception: {error.error}"))
    context.on("console", lambda message: _console(seen, message))


def _console(seen: Visit, message: ConsoleMessage) -> None:
    # That a resource was not found is noted with its address when the answer comes.
    if message.type == "error" and "Failed to load resource" not in message.text:
        seen.errors.append(f"console: {message.text}")


# The rules of axe-core that look at colours. They compare every word with what is behind it, which takes most of the
# time on a page full of highlighted code; so of the words of code that look the same, on the same ground, they see one.
COLOURS = ("color-contrast", "link-in-text-block")
_SAME = "data-same-look"
_MARK_SAME = """(attribute) => {
    const grounds = new Map();
    const ground = (box) => {
        if (!box || box === document.body) return "";
        if (!grounds.has(box)) grounds.set(box, getComputedStyle(box).backgroundColor + ground(box.parentElement));
        return grounds.get(box);
    };
    const seen = new Set();
    for (const word of document.querySelectorAll("main pre span")) {
        const style = getComputedStyle(word);
        const look = [style.color, style.fontSize, style.fontWeight, style.backgroundColor, style.opacity];
        const key = look.join() + ground(word.parentElement);
        word.toggleAttribute(attribute, !word.childElementCount && seen.has(key));
        seen.add(key);
    }
}"""


def axe_violations(page: Page, *, only: Sequence[str] = (), without: Sequence[str] = ()) -> list[str]:
    """What axe-core finds wrong with the page as it is now: rule, element and reason of each violation.

    only: look at these rules alone; without: at all but these.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    # Targets a finger cannot hit are not looked for unless one asks.
    options: dict[str, object] = {
        "resultTypes": ["violations"],
        "rules": {"target-size": {"enabled": True}} | {rule: {"enabled": False} for rule in without},
    }
    if only:
        options = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": list(only)}}
    context: dict[str, object] = {"include": [["html"]]}
    if only and set(only) <= set(COLOURS):
        page.evaluate(_MARK_SAME, _SAME)
        context["exclude"] = [[f"[{_SAME}]"]]
    found = page.evaluate("([context, options]) => axe.run(context, options)", [context, options])
    faults = []
    for violation in found["violations"]:
        for node in violation["nodes"]:
            checks = node["any"] + node["all"] + node["none"]
            reason = checks[0]["message"] if checks else violation["help"]
            faults.append(f"{violation['id']}: {' '.join(map(str, node['target']))}: {reason}")
    return faults


def prefer(page: Page, scheme: Scheme) -> None:
    """Change what the reader's system prefers, "light" or "dark", and wait until the page has followed."""
    page.emulate_media(color_scheme=scheme)
    until(
        page,
        """(scheme) => !document.body.hasAttribute("data-md-color-scheme")
            || getComputedStyle(document.body).colorScheme === scheme""",
        scheme,
    )


def until(page: Page, condition: str, arg: object = None) -> None:
    """Wait until the JavaScript function `condition(arg)` gives something true. Raises AssertionError after DEADLINE.

    The browser's own way, `wait_for_function`, evaluates text within the page, which the site's policy forbids.
    """
    deadline = time.monotonic() + DEADLINE / 1000
    while not page.evaluate(condition, arg):
        assert time.monotonic() < deadline, f"{page.url}: after {DEADLINE / 1000:g} s still not true: {condition}"
        page.wait_for_timeout(20)


def settle(page: Page) -> None:
    """Wait for two frames: what is laid out anew has been observed by then."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def unnamed_scrollers(page: Page) -> list[str]:
    """Code and tables that scroll sideways but cannot be focused, or have no name for a screen reader."""
    settle(page)
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("main *")]
            .filter((box) => box.scrollWidth > box.clientWidth + 1)
            .filter((box) => ["auto", "scroll"].includes(getComputedStyle(box).overflowX))
            .filter((box) => box.tabIndex < 0 || !box.getAttribute("aria-label"))
            .map((box) => box.textContent.trim().slice(0, 40))"""
    )
    return found


def overflow(page: Page) -> list[str]:
    """Elements that make the page scroll sideways (empty when it does not)."""
    found: list[str] = page.evaluate(
        """() => {
            const width = document.documentElement.clientWidth;
            if (document.scrollingElement.scrollWidth <= width && width <= window.screen.width) return [];
            const wide = [...document.querySelectorAll("body *")].filter(
                (e) => e.getBoundingClientRect().right > width + 1 && e.getClientRects().length);
            const names = wide.map((e) => e.tagName.toLowerCase() + (e.className ? "." + e.className : ""));
            return names.length ? names.slice(0, 5) : ["the page itself"];
        }"""
    )
    return found


def hidden_without_scripts(page: Page) -> list[str]:
    """Parts of the main text that a reader without JavaScript cannot see. `page` was opened without it."""
    faults = []
    if not page.locator("main h1").first.is_visible():
        faults.append("main h1")
    # What is folded or on another tab is hidden by choice, and opens without scripts.
    blocks = page.locator("main .block:not(details .block, .tabbed-set .block) pre")
    for number, code in enumerate(blocks.all(), 1):
        if not code.is_visible():
            faults.append(f"code block {number}")
    shown = len(page.locator("main").inner_text())
    written = len(" ".join((page.locator("main article").text_content() or "").split()))
    if shown < 0.6 * written:
        faults.append(f"{written - shown} of {written} characters of the main text")
    return faults


def survey(browser: Browser, urls: Sequence[str]) -> list[str]:
    """Everything wrong with these pages of one site: "URL: fault", one line for each fault.

    Looks at: axe in light and dark, wide and at 320 px; requests to other hosts; console errors and failed
    requests; scrolling sideways at 320 px; boxes that only a mouse can scroll; text that needs scripts to be seen.
    """
    faults: list[str] = []
    with visit(browser, urls[0]) as seen:
        for url in urls:
            seen.page.set_viewport_size(WIDE)
            seen.goto(url)
            faults += [f"{url}: {fault}" for fault in _look(seen)]
    with visit(browser, urls[0], javascript=False) as plain:
        for url in urls:
            plain.goto(url)
            faults += [f"{url}: not visible without JavaScript: {part}" for part in hidden_without_scripts(plain.page)]
    return faults


def _look(seen: Visit) -> list[str]:
    page = seen.page
    faults = []
    # What is folded is looked at as well.
    page.evaluate("() => document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
    settle(page)
    prefer(page, "light")
    faults += [f"axe, light: {fault}" for fault in axe_violations(page, without=COLOURS)]
    faults += [f"axe, light: {fault}" for fault in axe_violations(page, only=COLOURS)]
    # The other scheme changes colours and nothing else, the other width everything but colours.
    prefer(page, "dark")
    faults += [f"axe, dark: {fault}" for fault in axe_violations(page, only=COLOURS)]
    page.set_viewport_size(NARROW)
    settle(page)
    faults += [f"axe, 320 px: {fault}" for fault in axe_violations(page, without=COLOURS)]
    faults += [f"scrolls sideways at 320 px: {name}" for name in overflow(page)]
    faults += [f"scrolls, but not by keyboard: {start}…" for start in unnamed_scrollers(page)]
    # Last, so that late requests have been seen too.
    faults += [f"request to another host: {address}" for address in dict.fromkeys(seen.foreign)]
    return faults + seen.errors
