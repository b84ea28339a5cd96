"""Makes a built site lighter, in place: what readers would download and no page uses is left out.

The theme's styles serve every feature that it has, and pages use half of them: the rules that something on
a page, or a script, can match are written into the page itself, so that nothing has to be fetched before it is drawn.
The search index keeps what people search for. The theme's own files stay beside it, for the tests to compare.

Tables stand in the boxes in which they scroll from the start, under a class. The theme styles "tables without any
class", so a browser styles half of the page anew whenever the class of anything changes; and it wraps them later.
Pictures say how large they are, so that nothing moves when they come.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import tinycss2

# Sections that repeat the page (questions on it) or name other pages: they would be found beside what they repeat.
UNSEARCHED = {"Check yourself", "Read next"}
GROUPS = ("media", "supports")  # rules that hold rules
_LINK = re.compile(r'[ \t]*<link rel="stylesheet" href="[^"]*?(?P<path>assets/[^"?#]+\.css)">\n?')
_IMAGE = re.compile(r'<img (?=[^>]*src="(?P<path>[^":]+\.svg)")(?![^>]* width=)')
_SIZE = re.compile(r'<svg [^>]*?(width="\d+" height="\d+")')
_TABLE = re.compile(r"<table>.*?</table>", re.S)
_TAB = re.compile(r"\.tabbed-set>input:nth-child\((\d+)\)")
_SCRIPT = re.compile(r"<script[^>]*>(.*?)</script>", re.S)
_PROPERTY = re.compile(r"--[\w-]+")


@dataclass
class Used:
    """What styles can match: what stands in a page, and every word of a script, for a script may add it."""

    classes: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)
    attributes: set[tuple[str, str]] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    tabs: int = 0  # the most that a set of tabs has

    def matches(self, selector: Iterable) -> bool:
        """Whether something may match a selector (tokens). What stands in brackets, as in `:not(.a)`, is not judged."""
        # The theme has rules for twenty tabs, and browsers try each on every element.
        tab = _TAB.search(tinycss2.serialize(selector))
        if tab and int(tab[1]) > self.tabs:
            return False
        before = ""
        for token in selector:
            name = getattr(token, "value", "")
            if token.type == "ident" and before != ":":
                known = name in (self.classes if before == "." else self.tags) or self._added(name)
            elif token.type == "hash":
                known = name in self.ids or self._added(name)
            else:
                known = token.type != "[] block" or self._attribute(token.content)
            if not known:
                return False
            before = name if token.type == "literal" else ""
        return True

    def _added(self, name: str) -> bool:
        """Whether a script may add a name: it holds it whole, or as a beginning that it ends (`"control--" + side`)."""
        return name in self.words or any(
            name[:end] in self.words for end in range(3, len(name)) if name[end - 1] == "-"
        )

    def _attribute(self, tokens: Iterable) -> bool:
        parts = [token for token in tokens if token.type != "whitespace"]
        if len(parts) != 3 or parts[1].value != "=":
            return True
        name, value = parts[0].value, parts[2].value
        # The page's template alone says in which direction its text runs.
        return (name, value) in self.attributes or (name != "dir" and value in self.words)


def write(site: Path) -> None:
    """Lighten the site that was built in `site`."""
    pages = {file: _boxed(file) for file in site.rglob("*.html")}
    used = _used(site, pages.values())
    sheets: dict[tuple[str, ...], str] = {}
    for file, text in pages.items():
        # The theme's and ours stand one after the other, in this order.
        names = tuple(link["path"] for link in _LINK.finditer(text))
        if names not in sheets:
            sheets[names] = lighter([styles(site / name) for name in names], used)
        style = iter([f"<style>{sheets[names]}</style>\n"])
        # Before the text of a page stands what the templates made: half of the menu is air. Blank lines in code stay.
        before, article, after = text.partition("<article")
        text = re.sub(r"\s*\n\s*", "\n", before) + article + after
        file.write_text(_LINK.sub(lambda _, style=style: next(style, ""), text), encoding="utf-8")
    for file in site.glob("search/search_index.json"):
        index = json.loads(file.read_text(encoding="utf-8"))
        index["docs"] = [entry for entry in index["docs"] if entry["title"] not in UNSEARCHED]
        file.write_text(json.dumps(index, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def _boxed(page: Path) -> str:
    """The text of a page, with boxes for its tables and the sizes of its pictures."""

    def sized(image: re.Match) -> str:
        size = _SIZE.search((page.parent / image["path"]).read_text(encoding="utf-8"))
        return f"<img {size[1]} " if size else image[0]

    return _IMAGE.sub(sized, _TABLE.sub(_scrolling, page.read_text(encoding="utf-8")))


def _scrolling(table: re.Match) -> str:
    text = table[0].replace("<table>", '<table class="guide-table">', 1)
    return f'<div class="md-typeset__scrollwrap"><div class="md-typeset__table">{text}</div></div>'


def styles(sheet: Path) -> str:
    """A style sheet of the site, whole, as pages need it: what it says of tables it says of their class."""
    return sheet.read_text(encoding="utf-8").replace("table:not([class])", "table.guide-table")


def _used(site: Path, pages: Iterable[str]) -> Used:
    used, scripts = Used(), set()
    for text in pages:
        scripts.update(_SCRIPT.findall(text))
        used.tags.update(re.findall(r"<([a-z][\w-]*)", text))
        used.attributes.update(re.findall(r'\s([a-z][\w-]*)="([^"]*)"', text))
    for name, value in used.attributes:
        if name == "class":
            used.classes.update(value.split())
        elif name == "id":
            used.ids.add(value)
        elif name == "data-tabs":  # number of the set:tabs
            used.tabs = max(used.tabs, int(value.partition(":")[2]))
    # Not the search's word lists for other languages.
    for file in chain(*(site.glob(f"assets/{folder}*.js") for folder in ("", "javascripts/", "javascripts/workers/"))):
        scripts.add(file.read_text(encoding="utf-8"))
    used.words.update(*(re.findall(r"[\w-]+", script) for script in scripts))
    return used


def lighter(sheets: Iterable[str], used: Used) -> str:
    """The rules of these style sheets, one after the other, that something may match, with the variables they need."""
    rules = [tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True) for sheet in sheets]
    text = "".join(_rules(chain(*rules), used))
    while True:
        wanted = {name for name in _PROPERTY.findall(text) if f"var({name}" in text} | used.words
        less = "".join(_rules(tinycss2.parse_stylesheet(text), used, wanted))
        if less == text:
            return text
        text = less  # what was left out may have been the only one that needed another


def _rules(rules: Iterable, used: Used, variables: set[str] | None = None) -> Iterator[str]:
    for rule in rules:
        if rule.type == "error":
            raise ValueError(f"style sheet, line {rule.source_line}: {rule.message}")
        prelude = tinycss2.serialize(rule.prelude).strip()
        if rule.type == "at-rule" and rule.lower_at_keyword in GROUPS:
            if inner := "".join(_rules(_inside(rule), used, variables)):
                yield f"@{rule.at_keyword} {prelude}{{{inner}}}"
        elif rule.type == "at-rule":
            if rule.lower_at_keyword != "charset":  # the page says it
                yield rule.serialize()
        else:
            selectors = [tinycss2.serialize(one).strip() for one in _selectors(rule.prelude) if used.matches(one)]
            if selectors and (body := ";".join(_declarations(rule, variables))):
                yield f"{','.join(selectors)}{{{body}}}"


def _inside(rule) -> list:
    return tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)


def _selectors(prelude: Iterable) -> list[list]:
    parts: list[list] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _declarations(rule, variables: set[str] | None) -> Iterator[str]:
    for one in tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True):
        if one.type != "declaration":
            raise ValueError(f"style sheet, line {one.source_line}: only declarations are expected within a rule")
        if variables is None or not one.name.startswith("--") or one.name in variables:
            value = tinycss2.serialize(one.value).strip()
            yield f"{one.name}:{value}{'!important' if one.important else ''}"
