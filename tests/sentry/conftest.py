"""A project on a Sentry-compatible server, the reader's folder beside it, and what has arrived."""

import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request

from harness.lab.provision import Provision
from harness.lab.servers.bugsink import Bugsink, Project
from harness.proof.runners.loading import Bundle
from harness.proof.runners.workspace import Workspace
from harness.site import browsercheck

# What every page of the guide exports as SENTRY_DSN.
DSN = "http://5e1f0c7d9a3b4826b7c04d5e6f718293@localhost:9000/1"


@pytest.fixture
def project(bugsink: Bugsink) -> Project:
    """The project on Bugsink that the pages' DSN names."""
    made = bugsink.project("shop", key=DSN.split("//")[1].split("@")[0])
    assert made.dsn == DSN
    return made


@pytest.fixture
def shop(workspace: Workspace, lean: Callable[..., None], request: pytest.FixtureRequest) -> Workspace:
    """The reader's folder with the files of the module's PAGE and the project's address in the environment.

    A test asks for `project` (Bugsink, which stores and groups errors) or `ingest` (keeps every envelope) beside it.
    """
    workspace.copy(request.module.PAGE)
    workspace.env["SENTRY_DSN"] = DSN
    return workspace


@pytest.fixture
def wait_for_events(project: Project) -> Callable[..., list[dict[str, Any]]]:
    """`wait_for_events(2)`: the data of the project's events once there are that many; more of them is an error."""

    def wait(count: int, timeout: float = 20) -> list[dict[str, Any]]:
        deadline = time.monotonic() + timeout
        while len(found := project.events()) < count:
            assert time.monotonic() < deadline, f"{len(found)} events after {timeout:g} s, expected {count}"
            time.sleep(0.05)
        assert len(found) == count
        return [event["data"] for event in found]

    return wait


def tried_to_leave(browser: bool = False) -> int:
    """Attempts so far, in this network of only loopback, to reach another host.

    No route, or a datagram to a port where nobody listens: what a question for a name becomes when the machine's name
    server is on loopback. With a `browser`, routes of IPv6 do not count: before it opens a page, Chromium asks the
    kernel for a route to a public address, to learn whether the machine has IPv6, and sends nothing.
    """
    counters = [line.split() for line in Path("/proc/net/snmp").read_text().splitlines()]
    found = {
        f"{names[0]}{name}": int(value)
        for names, values in zip(counters[::2], counters[1::2], strict=True)
        for name, value in zip(names[1:], values[1:], strict=True)
    }
    wanted = ["Ip:OutNoRoutes", "Udp:NoPorts"]
    if Path("/proc/net/if_inet6").exists() and Path("/proc/net/if_inet6").read_text():
        found |= {name: int(value) for name, value in map(str.split, Path("/proc/net/snmp6").read_text().splitlines())}
        wanted += ["Udp6NoPorts"] if browser else ["Ip6OutNoRoutes", "Udp6NoPorts"]
    return sum(found[name] for name in wanted)


@pytest.fixture
def attempts_outside() -> Callable[[], int]:
    """How often something in this test's network tried to reach another host; see there."""
    return tried_to_leave


@pytest.fixture(scope="session")
def sealed(provision: Provision) -> bool:
    """True in a network of our own, on a machine that knows its own name; elsewhere programs ask a name server."""
    before = tried_to_leave() if provision.ours else 0
    socket.getfqdn()
    return provision.ours and tried_to_leave() == before


@pytest.fixture(autouse=True)
def nothing_leaves(sealed: bool, request: pytest.FixtureRequest) -> Iterator[None]:
    """No test of this guide, and nothing that it starts, tries to reach another host. (One test counts by itself.)"""
    browser = "visitor" in request.fixturenames
    before = tried_to_leave(browser) if sealed else 0
    yield
    if sealed and "attempts_outside" not in request.fixturenames:
        assert tried_to_leave(browser) == before, "something tried to reach another host"


# Frameworks that the SDK imports when it finds them (and gevent, which it asks for). All are installed here.
FRAMEWORKS = (
    "aiohttp",
    "celery",
    "django",
    "fastapi",
    "flask",
    "gevent",
    "httpx2",
    "huey",
    "pydantic",
    "redis",
    "requests",
    "rq",
    "sqlalchemy",
    "starlette",
    "tornado",
)
# A word in a program -> what it needs besides.
NEEDS = {
    "fastapi": ("pydantic", "starlette"),
    "TestClient": ("httpx2",),
    "twilio": ("aiohttp", "requests"),
    "flower": ("tornado",),
}
LEAN = '''
import os, re, sys
from importlib.machinery import PathFinder

words, read = set(), set()

def look(text, follow=r"^\\s*(?:from|import) (\\w+)"):
    words.update(re.findall(r"\\w+", text))
    for name in set(re.findall(follow, text, re.M)):
        if name not in read and os.path.exists(name + ".py"):
            read.add(name)
            with open(name + ".py", encoding="utf-8") as file:
                look(file.read())

look(" ".join(sys.orig_argv), r"\\w+")
if not read and "-c" not in sys.orig_argv or words & {{"pytest", "spawn_main"}}:  # it may be any file of the folder
    look(" ".join(name.removesuffix(".py") for name in os.listdir() if name.endswith(".py")), r"\\w+")
for word, more in {needs!r}.items():
    if word in words:
        words.update(more)
for name in {frameworks!r}:
    if name not in words and name not in {always!r}:
        sys.modules[name] = None  # as if it were not installed

every = PathFinder.find_distributions

def few(context):
    """Each event lists what is installed: for more than a hundred packages that costs as much as all the rest of it."""
    from importlib.metadata import DistributionFinder

    for name in [context.name] if context.name else sorted({{*words, *{always!r}, "certifi", "sentry-sdk", "urllib3"}}):
        yield from every(DistributionFinder.Context(name=name, path=context.path))

if "pip" not in words:
    PathFinder.find_distributions = staticmethod(few)
'''


@pytest.fixture
def lean(workspace: Workspace, tmp_path: Path, request: pytest.FixtureRequest) -> Callable[..., None]:
    """A program of the page finds only the frameworks that its own files name, and those of the module's NEEDED.

    A reader has installed what one program needs. Here everything is, and for each process of the guide the SDK would
    import all of it, a second and more, and list all of it in an event. `lean("django")` names others, for what a page
    says of a framework that is installed and not used.
    """

    def also(*needed: str) -> None:
        folder = tmp_path / "lean"
        folder.mkdir(exist_ok=True)
        always = (*getattr(request.module, "NEEDED", ()), *needed)
        (folder / "sitecustomize.py").write_text(LEAN.format(needs=NEEDS, frameworks=FRAMEWORKS, always=always))
        workspace.env["PYTHONPATH"] = str(folder)
        workspace.env["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # they are not the reader's

    also()
    return also


@dataclass
class Visitor:
    """A tab of a headless Chromium. `console`: what it wrote there; `hosts`: the hosts that it asked for something;
    `scripts`: the paths of the scripts that it asked for."""

    page: Page
    browser: str
    console: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    scripts: set[str] = field(default_factory=set)

    def bundle(self, folder: Path) -> Bundle:
        """What this tab was served from `folder`."""
        return Bundle(folder, frozenset(self.scripts))


def script(request: Request) -> str:
    return urlsplit(request.url).path.lstrip("/")


@pytest.fixture
def visitor(provision: Provision) -> Iterator[Visitor]:
    """A browser on this machine that asks no other host: `visitor.page.goto("http://localhost:3000/")`."""
    with browsercheck.chromium() as running:
        context = running.new_context(viewport={"width": 1000, "height": 700}, device_scale_factor=1)
        context.set_default_timeout(browsercheck.DEADLINE)
        tab = Visitor(context.new_page(), f"Chromium {running.version}")
        # A script that was built twice in a second has the same date, and the browser would keep the first one.
        chrome = context.new_cdp_session(tab.page)
        chrome.send("Network.enable")
        chrome.send("Network.setCacheDisabled", {"cacheDisabled": True})
        tab.page.on("console", lambda message: tab.console.append(message.text))
        tab.page.on("request", lambda request: tab.hosts.add(urlsplit(request.url).hostname or ""))
        tab.page.on("request", lambda request: request.resource_type == "script" and tab.scripts.add(script(request)))
        yield tab
        context.close()
    assert tab.hosts <= {"localhost"}, "the page asked another host"
