"""Measures what people wait for: the first page, a saved snippet, a build, a page's weight, the capstone's answers.

Everything happens in a temporary copy of the project, so the working tree is not touched. Figures are printed as
measured on this machine, with the aim beside them where there is one.
"""

from __future__ import annotations

import asyncio
import gzip
import importlib.util
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from harness import ROOT, HarnessError, blocks, browsercheck, sitecheck
from harness.build import finish

PARTS = (
    "mkdocs.yml",
    "docs",
    "snippets",
    "tests",
    "overrides",
    "harness",
    "verification.json",
    "docker-compose.yml",
    "pyproject.toml",
)
DEADLINE = 60.0  # seconds, for each thing that is waited for
SCALES = (1, 4, 16)  # times the pages
SCALED_DEADLINE = 3600.0  # seconds, for one build of them
BUILDS = 5  # of each kind
SAVES = 5
LIGHTHOUSE, VISITS = 4, 5  # pages, and visits of each
SEARCHES = ("chord", "visibility timeout")  # what is typed into a page just opened
TYPING = 100  # ms from key to key
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
TIMES = {"largest-contentful-paint": 1500.0, "total-blocking-time": 100.0, "cumulative-layout-shift": 0.0}  # ms, aims
CLIENTS = 20  # at the same time
SIGNUPS = 1000  # of all clients together


def main() -> int:
    """Measure and print. Returns 0; raises HarnessError when something does not come up in time."""
    with tempfile.TemporaryDirectory(prefix="guide-bench-") as folder:
        copy = Path(folder) / "guide"
        _copy(copy)
        pages = len(list((copy / "docs").glob("**/*.md")))
        shown = len([fence for fence in blocks.fences(copy) if fence.source])
        print(f"{pages} pages, {shown} blocks, {os.cpu_count()} cores, Python {sys.version.split()[0]}\n")
        first, whole, saves = serving(copy)
        _line("`make serve`, warm, to the first page", f"{first:.2f} s", "3 s")
        _line("  to all pages", f"{whole:.2f} s")
        for what, taken in saves.items():
            _line(f"saving a {what} to the new page (median of {SAVES})", f"{statistics.median(taken):.2f} s", "1 s")
            _line("  slowest", f"{max(taken):.2f} s")
        proven, plain = builds(copy)
        _line(f"build with proofs (least of {BUILDS}, processor time)", f"{proven:.2f} s")
        _line("build of the same pages without proofs", f"{plain:.2f} s")
        _line("cost of the proofs", f"{100 * (proven / plain - 1):+.0f} %", "+10 %")
        print()
        finish(copy / "site", copy)
        for name, size in weights(copy / "site"):
            _line(name, f"{size / 1000:.1f} kB gzip")
        print()
        for text, taken in searches(copy / "site").items():
            _line(f"search: {text!r}, last key to first result (median of {VISITS})", f"{taken:.0f} ms", "200 ms")
        _line(f"theme's script, first move to its start (median of {VISITS})", f"{beginning(copy / 'site'):.0f} ms")
        print()
        _lighthouse(copy / "site", LIGHTHOUSE)
        print()
        for name, aim, hangs in (("", "50 ms", False), (", Sentry server hangs", "100 ms", True)):
            times = signups(copy, hangs=hangs)
            what = f"POST /signup, {CLIENTS} clients{name} (median of {len(times)})"
            _line(what, f"{1000 * statistics.median(times):.1f} ms", aim)
            _line("  slowest of a hundred", f"{1000 * statistics.quantiles(times, n=100)[-1]:.1f} ms")
    return 0


def _line(what: str, value: str, aim: str = "") -> None:
    print(f"{what:<58} {value:>14}" + (f"   aim: at most {aim}" if aim else ""), flush=True)


def _copy(target: Path) -> None:
    target.mkdir()
    for name in PARTS:
        source = ROOT / name
        if source.is_dir():
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, target / name, symlinks=True, ignore=ignore)
        elif source.exists():
            shutil.copy(source, target / name)


def _environment(root: Path) -> dict[str, str]:
    return {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(root)}


@contextmanager
def _server(root: Path) -> Iterator[str]:
    """The development server in `root`, as `make serve` starts it; gives its address and stops it afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = root / "serve.log"
    command = [sys.executable, "-m", "harness.serve", "--dev-addr", f"127.0.0.1:{port}"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=root, env=_environment(root), stdout=output, stderr=output)
    try:
        yield f"http://127.0.0.1:{port}/"
    except TimeoutError as error:
        tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
        raise HarnessError(f"make serve: {error} within {DEADLINE:.0f} s; its log ends:\n{tail}") from None
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _fetch(url: str) -> str:
    """The page at `url`, or "" while nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=DEADLINE) as answer:
            return answer.read().decode()
    except (urllib.error.URLError, ConnectionError):
        return ""


def _until(condition: Callable[[], bool], what: str) -> float:
    """Wait for a condition; gives the seconds it took. Raises TimeoutError after DEADLINE."""
    started = time.monotonic()
    while not condition():
        if time.monotonic() - started > DEADLINE:
            raise TimeoutError(f"no {what}")
        time.sleep(0.01)  # the resolution of the measurement
    return time.monotonic() - started


def serving(root: Path) -> tuple[float, float, dict[str, list[float]]]:
    """Seconds until the server shows its first page, until it shows all, and, for "page" and "snippet", from saving one
    to the page that shows it."""
    source, page = _whole_file(root)
    files = {"page": root / "docs" / page, "snippet": root / "snippets" / source}
    saves: dict[str, list[float]] = {what: [] for what in files}
    started = time.monotonic()
    with _server(root) as address:
        _until(lambda: "</html>" in _fetch(address), "first page")
        first = time.monotonic() - started
        url = address + page.removesuffix("index.md").removesuffix(".md") + "/"
        _until(lambda: "</html>" in _fetch(url), "other page")
        whole = time.monotonic() - started
        for what, file in files.items():
            original = file.read_text(encoding="utf-8")
            for number in range(SAVES):
                # Saved at another moment of the server's polling each time.
                time.sleep(0.13 * number)
                token = f"saved-{number}-{time.monotonic_ns()}"
                file.write_text(f"{original.rstrip()}\n\n# {token}\n", encoding="utf-8")
                saves[what].append(_until(lambda token=token: token in _fetch(url), f"{token} on {url}"))
            file.write_text(original, encoding="utf-8")
    return first, whole, saves


def _whole_file(root: Path) -> tuple[str, str]:
    """A Python file that a page other than the home page shows from beginning to end: (source, page)."""
    for fence in blocks.fences(root):
        if fence.source and fence.source.endswith(".py") and not fence.page.endswith("index.md"):
            return fence.source, fence.page
    raise HarnessError("no page shows a whole Python file: there is nothing to save and to measure")


def builds(root: Path) -> tuple[float, float]:
    """Seconds of processor time of a build with proofs, and of one with the highlighter alone.

    Taken in turns, the least of each counts: unlike time on the clock it hardly depends on what else the machine
    does. The built site is left in `root`/site.
    """
    config = root / "mkdocs.yml"
    text = config.read_text(encoding="utf-8")
    start = text.index("      custom_fences:\n")
    end = text.index("  - pymdownx.tabbed")
    plain = root / "plain.yml"
    plain.write_text(text[:start].rstrip().removesuffix(":") + "\n" + text[end:], encoding="utf-8")
    times: dict[str, list[float]] = {"mkdocs.yml": [], "plain.yml": []}
    for _ in range(BUILDS):
        for name, taken in times.items():
            target = root / "site" if name == "mkdocs.yml" else root / "plain-site"
            taken.append(_build(root, "mkdocs", "--quiet", "-f", name, "-d", str(target))[1])
    return min(times["mkdocs.yml"]), min(times["plain.yml"])


def _build(root: Path, engine: str, *options: str, deadline: float = DEADLINE) -> tuple[float, float]:
    """Build the site in `root`; seconds on the clock and of processor time. Raises HarnessError when it fails."""
    command = [sys.executable, "-m", engine, "build", *options]
    before = os.times()
    done = subprocess.run(
        command, cwd=root, env=_environment(root), capture_output=True, text=True, timeout=deadline, check=False
    )
    after = os.times()
    if done.returncode:
        raise HarnessError(f"{engine} build {' '.join(options)} fails: {(done.stderr or done.stdout).strip()[-300:]}")
    processor = after.children_user - before.children_user + after.children_system - before.children_system
    return after.elapsed - before.elapsed, processor


def scale() -> int:
    """Measure and print how long a build takes with more pages, engine beside engine: every page once, 4 and 16 times.

    The copies lie in folders of their own, outside of the navigation, which would grow with them on every page.
    """
    engines = {"MkDocs": ("mkdocs", "--quiet"), "Zensical": ("zensical", "--clean")}
    engines = {name: command for name, command in engines.items() if importlib.util.find_spec(command[0])}
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; seconds on the clock (of processor time)\n")
    print(f"{'pages':>6}" + "".join(f"{name:>24}" for name in engines), flush=True)
    for times in SCALES:
        with tempfile.TemporaryDirectory(prefix="guide-bench-") as folder:
            root = Path(folder) / "guide"
            _copy(root)
            for number in range(2, times + 1):
                ignore = shutil.ignore_patterns("source")
                shutil.copytree(ROOT / "docs", root / "docs" / f"copy{number}", ignore=ignore)
            pages = len(list((root / "docs").glob("**/*.md")))
            taken = [_build(root, *command, deadline=SCALED_DEADLINE) for command in engines.values()]
            print(f"{pages:>6}" + "".join(f"{clock:>13.1f} ({cpu:>7.1f})" for clock, cpu in taken), flush=True)
    return 0


def signups(root: Path, *, hangs: bool) -> list[float]:
    """Seconds that each sign-up of the capstone's web process took, with a Redis and a Sentry server, which may hang.

    The clients sign up without a pause and share the machine with the server. Each sign-up is another visitor's and so
    has a connection of its own: with connections that stay open, whichever process accepts first gets all of them, and
    the other core is idle.
    """
    from harness.fixtures import Servers
    from harness.provision import Provision
    from harness.services.ingest import Ingest
    from harness.services.redis import Redis

    provided = Provision.from_env()
    os.environ.update(provided.child_env())
    app = root / "snippets" / "capstone" / "app"
    env = {**os.environ, "RATE_LIMIT": "1000000", "SENTRY_DSN": "http://key@localhost:9000/1"}
    (app / "signup.db").unlink(missing_ok=True)
    subprocess.run([sys.executable, "-m", "signup.db"], cwd=app, env=env, check=True, capture_output=True)
    servers, sentry = Servers(provided), Ingest()
    sentry.delay = DEADLINE if hangs else 0.0
    with (root / "web.log").open("wb") as log:
        servers.get(Redis)
        sentry.start()
        command = [sys.executable, "-m", "uvicorn", "signup.api:app", "--workers", str(os.cpu_count())]
        web = subprocess.Popen(command, cwd=app, env=env, stdout=log, stderr=log)
        try:
            _until(lambda: _fetch("http://localhost:8000/ready") != "", "web process")
            return asyncio.run(_sign_up_together())
        finally:
            web.terminate()
            web.wait(DEADLINE)
            sentry.close()
            servers.close()


async def _sign_up_together() -> list[float]:
    times: list[float] = []
    numbers = iter(range(SIGNUPS))

    async def client(own: int) -> None:
        for number in numbers:
            body = json.dumps({"email": f"client{own}.{number}@example.com", "name": "Amina"}).encode()
            lines = ("POST /signup HTTP/1.1", "Host: localhost", "Content-Type: application/json", "Connection: close")
            head = "\r\n".join((*lines, f"Content-Length: {len(body)}", "", ""))
            began = time.monotonic()
            reader, writer = await asyncio.open_connection("127.0.0.1", 8000)
            writer.write(head.encode() + body)
            answer = (await reader.read()).decode()
            if " 202 " not in answer.partition("\r\n")[0]:
                raise HarnessError(f"POST /signup: {answer.partition(chr(13))[0]}, expected 202")
            times.append(time.monotonic() - began)
            writer.close()

    await asyncio.wait_for(asyncio.gather(*map(client, range(CLIENTS))), DEADLINE)
    return times


def weights(site: Path) -> list[tuple[str, int]]:
    """Bytes after gzip: of each page's first load (with its styles, scripts and pictures), and of the search."""

    def packed(path: str) -> int:
        return len(gzip.compress((site / path).read_bytes(), 6))

    found = []
    for page in sitecheck.read(site):
        addresses = {urlsplit(urljoin(sitecheck.HERE + page.path, address)).path[1:] for _, address in page.fetched}
        found.append((f"weight of /{page.url}", packed(page.path) + sum(map(packed, sorted(addresses)))))
    index = [path.relative_to(site).as_posix() for path in site.glob("search/search_index.json")]
    worker = [path.relative_to(site).as_posix() for path in site.glob("assets/javascripts/workers/search.*.js")]
    found.append(("search: index", sum(map(packed, index))))
    found.append(("search: worker", sum(map(packed, worker))))
    return found


# Notes when the next key goes down, and when there is a result after it.
_CLOCK = """() => {
    const list = document.querySelector(".md-search-result__list");
    const note = () => {
        if (list.querySelector("a")) window.answered ??= performance.now();
    };
    const begin = () => {
        window.asked = performance.now();
        new MutationObserver(note).observe(list, { childList: true, subtree: true });
    };
    document.querySelector(".md-search__input").addEventListener("keydown", begin, { once: true });
}"""


def searches(site: Path) -> dict[str, float]:
    """Milliseconds from the last key of each of SEARCHES to the first result, by somebody who has just opened a page:
    the index and the worker come while they type. The median of VISITS counts."""
    found = {}
    with browsercheck.serve(site) as address, browsercheck.chromium() as browser:
        for text in SEARCHES:
            times = []
            for _ in range(VISITS):
                with browsercheck.visit(browser, f"{address}redis/start/") as seen:
                    seen.page.keyboard.press("/")
                    seen.page.keyboard.type(text[:-1], delay=TYPING)
                    seen.page.evaluate(_CLOCK)
                    seen.page.keyboard.press(text[-1])
                    browsercheck.until(seen.page, "() => window.answered")
                    times.append(seen.page.evaluate("window.answered - window.asked"))
            found[text] = statistics.median(times)
    return found


# Notes when the pointer moves, and when the theme's script has been run and told.
_START = """() => {
    addEventListener("pointermove", () => (window.moved ??= performance.now()), { capture: true });
    const template = document.querySelector("#theme-script");
    new MutationObserver(() => (window.started = performance.now())).observe(template, { attributes: true });
}"""


def beginning(site: Path) -> float:
    """Milliseconds from the reader's first move on a page to the end of the theme's start: work that Lighthouse, which
    reads without moving, does not see. The median of VISITS counts."""
    times = []
    with browsercheck.serve(site) as address, browsercheck.chromium() as browser:
        for _ in range(VISITS):
            with browsercheck.visit(browser, f"{address}redis/start/") as seen:
                seen.page.reload(wait_until="load")
                browsercheck.settle(seen.page)
                seen.page.evaluate(_START)
                seen.page.mouse.move(50, 50)
                browsercheck.until(seen.page, "() => window.started")
                times.append(seen.page.evaluate("window.started - window.moved"))
    return statistics.median(times)


def _lighthouse(site: Path, most: int | None = None) -> int:
    """Print what Lighthouse, which is no Python package, says on its mobile profile of the home page and of those pages
    that have the most blocks: `most` in all, or every page. A page that misses an aim at its first visit is visited
    VISITS times, and the median counts. Returns how many pages miss one then."""
    command = shutil.which("lighthouse")
    if command is None:
        _line("Lighthouse", "not measured")
        print("  there is no `lighthouse` command here; `npm install --global lighthouse` brings it")
        return 0
    pages = sorted(sitecheck.read(site), key=lambda page: (page.url != "", -len(page.blocks)))[:most]
    print(f"Lighthouse, mobile: {' / '.join([*CATEGORIES, *TIMES])}")
    missed = 0
    with browsercheck.serve(site) as address:
        for page in pages:
            visits = [_visit(command, address + page.url)]
            if _misses(visits[0]):
                visits += [_visit(command, address + page.url) for _ in range(VISITS - 1)]
            median = {name: statistics.median(visit[name] for visit in visits) for name in visits[0]}
            misses = _misses(median)
            missed += bool(misses)
            figures = [f"{median[name]:.0f}" for name in CATEGORIES] + [f"{median[name]:.3g}" for name in TIMES]
            print(f"/{page.url:<44} {' / '.join(figures)}   {', '.join(misses)}".rstrip(), flush=True)
    aims = ", ".join(f"{name} at most {aim:g}" for name, aim in TIMES.items())
    print(f"{len(pages)} pages, {missed} of them miss an aim: each score 100, {aims}")
    return missed


def _misses(visit: dict[str, float]) -> list[str]:
    """Which aims a visit misses."""
    low = [f"{name} below 100" for name in CATEGORIES if visit[name] < 99.5]
    return low + [f"{name} above {aim:g}" for name, aim in TIMES.items() if visit[name] > aim]


def every_page() -> int:
    """Build the site and print what Lighthouse says of all its pages. Returns 1 when one misses an aim."""
    with tempfile.TemporaryDirectory(prefix="guide-bench-") as folder:
        root = Path(folder) / "guide"
        _copy(root)
        _build(root, "mkdocs", "--quiet", "-d", str(root / "site"))
        finish(root / "site", root)
        return 1 if _lighthouse(root / "site") else 0


def _visit(command: str, url: str) -> dict[str, float]:
    """What Lighthouse says of one visit: the scores (0 to 100) and the figures of TIMES (ms; a shift has no unit)."""
    # Lighthouse splits this into words; quotes hold the value of a flag together, not the flag.
    flags = ["--headless", "--disable-gpu"]
    for flag in browsercheck.ARGUMENTS:
        name, has_value, value = flag.partition("=")
        flags.append(f'{name}="{value}"' if has_value else name)
    options = ("--quiet", "--output=json", "--no-enable-error-reporting", f"--only-categories={','.join(CATEGORIES)}")
    done = subprocess.run(
        [command, url, *options, f"--chrome-flags={' '.join(flags)}"],
        env={**os.environ, "CHROME_PATH": browsercheck.program()},
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    if done.returncode:
        raise HarnessError(f"lighthouse {url} fails: {done.stderr.strip()[-300:]}")
    report = json.loads(done.stdout)
    scores = {name: 100 * report["categories"][name]["score"] for name in CATEGORIES}
    return scores | {name: report["audits"][name]["numericValue"] for name in TIMES}


if __name__ == "__main__":
    sys.exit(main())
