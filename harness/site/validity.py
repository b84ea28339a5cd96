"""HTML that is valid: what the theme writes wrongly is put right, and what an exact parser objects to is listed.

The parser is html5lib, which reports each error that the HTML standard names. The rules beyond parsing are those that a
page of this site could break: names that are not unique, references that lead to nothing, values that are no value.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

# Of MkDocs' Material: a checkbox completes nothing, and an empty number is none.
_THEME = (
    (re.compile(r'(<input [^>]*type="checkbox"[^>]*?) autocomplete="off"'), r"\1"),
    (re.compile(r'(<label [^>]*?) tabindex=""'), r"\1"),
)
_REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "headers")


def repair(site: Path) -> None:
    """Put right, in every page of the built site, what the theme is known to write wrongly."""
    for file in site.rglob("*.html"):
        text = whole = file.read_text(encoding="utf-8")
        for fault, cure in _THEME:
            text = fault.sub(cure, text)
        if text != whole:
            file.write_text(text, encoding="utf-8")


def faults(text: str) -> list[str]:
    """What is wrong with the HTML of one page: "line: fault", or the fault alone where no line is known."""
    from html5lib import HTMLParser, constants  # which a reader's `make site` does without

    parser = HTMLParser(namespaceHTMLElements=False)
    root = parser.parse(text)
    found = [f"line {line}: {constants.E[code] % values}" for (line, _), code, values in parser.errors]
    return found + list(_rules([(one.tag, one.attrib) for one in root.iter() if isinstance(one.tag, str)]))


def _rules(elements: list[tuple[str, dict[str, str]]]) -> Iterator[str]:
    names = Counter(attributes["id"] for _, attributes in elements if "id" in attributes)
    for name, times in names.items():
        if times > 1:
            yield f"{times} elements have the id {name!r}"
        if not name or re.search(r"\s", name):
            yield f"the id {name!r} is empty or has a space"
    for tag, attributes in elements:
        for reference in _REFERENCES:
            for name in attributes.get(reference, "").split():
                if name not in names:
                    yield f"{reference}={name!r} of a {tag} names no element"
        if not re.fullmatch(r"-?\d+", attributes.get("tabindex", "0")):
            yield f"tabindex={attributes['tabindex']!r} of a {tag} is no number"
        if (
            attributes.get("type") in ("checkbox", "radio", "submit", "reset", "button")
            and "autocomplete" in attributes
        ):
            yield f"a {attributes['type']} has autocomplete"
        if tag == "img" and "alt" not in attributes:
            yield f"the picture {attributes.get('src', '')} has no alt"
