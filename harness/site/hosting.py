"""What a host has to say with each answer: security, caching, where a page has gone.

Written beside the built site as `_headers` and `_redirects`. Some static hosts obey these files (Netlify, Cloudflare
Pages); for others CONTRIBUTING.md says how to use them. The browser tests serve the site with exactly these headers.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
import tomllib
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from harness import ROOT, HarnessError

FILE = "_headers"
_INLINE = re.compile(r"<script(?P<attributes>[^>]*)>(?P<text>.*?)</script>", re.S)
_MOVED = "overrides/redirects.toml"
_HASHED = "/assets/*.????????.min.*"  # files whose name changes with their content


def policy(site: Path) -> str:
    """The content security policy of the site in `site`: its own files, and the few scripts that the theme writes into
    every page, each named by its SHA-256."""
    hashes = set()
    for page in site.rglob("*.html"):
        for script in _INLINE.finditer(page.read_text(encoding="utf-8")):
            if "src=" not in script["attributes"] and "json" not in script["attributes"]:
                digest = hashlib.sha256(script["text"].encode()).digest()
                hashes.add(f"'sha256-{base64.b64encode(digest).decode()}'")
    rules = {
        "default-src": "'none'",
        # The player of recordings is WebAssembly.
        "script-src": " ".join(["'self'", "'wasm-unsafe-eval'", *sorted(hashes)]),
        "style-src": "'self' 'unsafe-inline'",  # widths that the theme sets while one scrolls
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",  # the search of the error page
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def moved(root: Path = ROOT) -> dict[str, str]:
    """Former address of a page -> its present one: "celery/old/" -> "celery/new/"."""
    return tomllib.loads((root / _MOVED).read_text(encoding="utf-8"))


def redirect(site: Path, pages: Mapping[str, str]) -> None:
    """Let former addresses lead on: by `_redirects`, and by a page for hosts that do not obey it.

    Raises HarnessError for an address that is a page still, and for one that leads to none.
    """
    rules = []
    for old, new in pages.items():
        stub = site / old / "index.html"
        if stub.exists() or not (site / new / "index.html").exists():
            why = "is a page of the site" if stub.exists() else f"leads to {new}, which is no page"
            raise HarnessError(f"{_MOVED}: {old} {why}; correct the entry")
        rules.append(f"/{old} /{new} 301")
        target = html.escape("../" * old.rstrip("/").count("/") + "../" + new)
        stub.parent.mkdir(parents=True, exist_ok=True)
        stub.write_text(
            f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>This page has moved</title>\n'
            f'<meta name="robots" content="noindex"><meta http-equiv="refresh" content="0; url={target}">\n'
            f'<p>This page has <a href="{target}">moved</a>.</p></html>\n',
            encoding="utf-8",
        )
    (site / "_redirects").write_text("".join(f"{rule}\n" for rule in rules), encoding="utf-8")


def write(site: Path, root: Path = ROOT) -> None:
    """Write `_headers` and the redirects for the site built from the tree `root`."""
    redirect(site, moved(root))
    rules = {
        "/*": {
            "Content-Security-Policy": policy(site),
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
            "Referrer-Policy": "no-referrer",
            "Strict-Transport-Security": "max-age=31536000",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "public, max-age=0, must-revalidate",
        },
        _HASHED: {"Cache-Control": "public, max-age=31536000, immutable"},
    }
    lines = []
    for path, headers in rules.items():
        lines += [path, *(f"  {name}: {value}" for name, value in headers.items())]
    (site / FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")


def headers(site: Path, path: str) -> dict[str, str]:
    """The headers for the answer to `path` ("/redis/start/"), by the site's `_headers`; of two rules the last one wins.

    Empty when the site has no such file.
    """
    file = site / FILE
    found: dict[str, str] = {}
    matches = False
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        if not line.startswith(" "):
            matches = fnmatchcase(path, line)
        elif matches:
            name, _, value = line.strip().partition(": ")
            found[name] = value
    return found
