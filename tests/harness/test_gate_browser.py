"""What the browser must catch: each fault is planted in a page of its own, and the message is checked."""

from __future__ import annotations

import gzip
import urllib.request

import pytest

from harness.site import browsercheck

SOUND = """<!doctype html><html lang="en"><head><title>Sound</title><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"></head>
<body><main><article><h1>Sound</h1><p>A page without a fault.</p>{planted}</article></main></body></html>"""

FAULTS = {
    "nothing": ("", None),
    "a picture without a text alternative": ('<img src="data:,">', "image-alt"),
    "text too pale to read": ('<p style="color:#ccc;background:#fff">pale</p>', "color-contrast"),
    "a pale word of code behind others": (
        '<pre style="background:#fff"><span>one</span> <span>two</span> <span style="color:#ccc">pale</span></pre>',
        "color-contrast",
    ),
    "a pale ground under a word that is fine elsewhere": (
        '<pre style="background:#000"><span style="color:#fff">one</span></pre>'
        '<pre style="background:#eee"><span style="color:#fff">two</span></pre>',
        "color-contrast",
    ),
    "a script that asks another host": (
        "<script>fetch('https://example.org/track').catch(() => {})</script>",
        "request to another host: https://example.org/track",
    ),
    "a script that fails": ("<script>nothing.here()</script>", "nothing is not defined"),
    "a table wider than a phone": ('<div style="width:900px">wide</div>', "scrolls sideways at 320 px"),
    "text that only a script can show": (
        '<p id="late" style="display:none">' + "hidden words " * 40 + "</p>"
        "<script>document.getElementById('late').style.display='block'</script>",
        "not visible without JavaScript",
    ),
}


@pytest.fixture(scope="module")
def browser():
    with browsercheck.chromium() as started:
        yield started


@pytest.mark.parametrize("name", FAULTS)
def test_planted_fault_is_seen_and_a_sound_page_is_not_accused(browser, tmp_path, name):
    planted, message = FAULTS[name]
    (tmp_path / "index.html").write_text(SOUND.format(planted=planted), encoding="utf-8")
    with browsercheck.serve(tmp_path) as address:
        seen = "\n".join(browsercheck.survey(browser, [address]))
    if message is None:
        assert seen == ""
    else:
        assert message in seen


def test_texts_are_served_compressed_to_whom_can_read_that(tmp_path):
    (tmp_path / "index.html").write_text(SOUND, encoding="utf-8")
    with browsercheck.serve(tmp_path) as address:
        asked = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(asked, timeout=10) as packed, urllib.request.urlopen(address, timeout=10) as plain:
            assert packed.headers["Content-Encoding"] == "gzip"
            assert plain.headers["Content-Encoding"] is None
            assert gzip.decompress(packed.read()) == plain.read() == SOUND.encode()
