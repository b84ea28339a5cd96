"""What `mkdocs.yml` names as formatter of all fences: the one of `harness.proof`, where the site's lexer is known.

What is this site's own: the tables of the page *Versions*, and a chart above a table that asks for one.
"""

from __future__ import annotations

import re
from typing import Any

from pymdownx.superfences import SuperFencesException

from harness import HarnessError
from harness.proof import blocks, fence, record, report
from harness.site import charts, lexer, versions

__all__ = ["format_block", "validate"]

lexer.register()


def validate(language: str, inputs: dict[str, str], options: dict[str, Any], attrs: dict[str, str], md: Any) -> bool:
    """Accept what a chart is asked for with, and what the formatter of `harness.proof` accepts."""
    if language == "table":
        options.update({name: inputs.pop(name) for name in charts.OPTIONS if name in inputs})
    return fence.validate(language, inputs, options, attrs, md)


def format_block(source: str, language: str, css_class: str, options: dict[str, Any], md: Any, **kwargs: Any) -> str:
    """A fence as a block with its proof, below a chart where the fence asks for one; or a table of versions."""
    which, _, name = source.strip().partition(" ")
    try:
        if language == blocks.GENERATED_LANGUAGE and which == versions.FENCE:
            return versions.html_table(name.strip())
        drawn = {name: str(options.pop(name)) for name in charts.OPTIONS if name in options}
        block = fence.format_block(source, language, css_class, options, md, **kwargs)
        return charts.figure(source, drawn, block, _measured(block)) if drawn else block
    except HarnessError as error:
        raise SuperFencesException(str(error)) from error


def _measured(block: str) -> str:
    """The day (ISO) on which the numbers of this block were measured; "" when no run has proven it."""
    named = re.search(r' data-source="([^"]+)"', block)
    entry = report.known().entry(blocks.shown(named[1])) if named else None
    if entry is None:
        return ""
    lane = record.BEST if record.BEST in entry.lanes else entry.lanes[0]
    return entry.measured or report.known().runs[lane].date
