"""What an exact parser must object to: each fault is planted in a page of its own, and the message is checked."""

from __future__ import annotations

import pytest

from harness.site import validity

SOUND = """<!doctype html>
<html lang="en"><head><title>Sound</title></head>
<body><main id="main"><h1>Sound</h1><p>A <a href="#main">link</a>.</p>{body}</main></body></html>"""

FAULTS = {
    "nothing": ("", None),
    "a quote within an attribute": ('<p title="says "no" to it">text</p>', "Invalid character in attribute name"),
    "a box that is not closed": ("<div><p>text</p>", "end tag (main) seen too early"),
    "parts that overlap": ("<b><i>text</b></i>", "violates step"),
    "a box within a paragraph": ("<p><div>text</div></p>", "end tag (p)"),
    "a paragraph in a table": ("<table><p>text<tr><td>cell</td></tr></table>", "tag (p) in table context"),
    "an attribute twice": ('<p class="one" class="two">text</p>', "duplicate attribute"),
    "an id twice": ('<p id="main">text</p>', "2 elements have the id 'main'"),
    "an id with a space": ('<p id="two words">text</p>', "the id 'two words' is empty or has a space"),
    "a label of nothing": ('<label for="none">text</label>', "for='none' of a label names no element"),
    "an empty tabindex": ('<p tabindex="">text</p>', "tabindex='' of a p is no number"),
    "a checkbox that completes": ('<input type="checkbox" autocomplete="off">', "a checkbox has autocomplete"),
    "a picture without alt": ('<img src="data:,">', "has no alt"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_planted_fault_is_named_and_a_sound_page_is_not_accused(name: str) -> None:
    planted, message = FAULTS[name]
    seen = "\n".join(validity.faults(SOUND.format(body=planted)))
    if message is None:
        assert seen == ""
    else:
        assert message.lower() in seen.lower()


def test_what_the_theme_writes_wrongly_is_repaired(tmp_path) -> None:
    page = tmp_path / "index.html"
    drawer = '<input class="md-toggle" type="checkbox" id="drawer" autocomplete="off">'
    page.write_text(SOUND.format(body=f'{drawer}<label for="drawer" tabindex="">Menu</label>'))
    assert len(validity.faults(page.read_text())) == 2
    validity.repair(tmp_path)
    assert not validity.faults(page.read_text())
