"""What `mkdocs.yml` names as formatter of all fences: the one of `harness.proof`, where the site's lexer is known.

The tables of the page *Versions* are this site's own.
"""

from typing import Any

from pymdownx.superfences import SuperFencesException

from harness import HarnessError
from harness.proof import blocks, fence
from harness.proof.fence import validate
from harness.site import lexer, versions

__all__ = ["format_block", "validate"]

lexer.register()


def format_block(source: str, language: str, css_class: str, options: dict[str, Any], md: Any, **kwargs: Any) -> str:
    """`harness.proof.fence.format_block`, but for a table of versions. Raises SuperFencesException as that does."""
    which, _, name = source.strip().partition(" ")
    if language == blocks.GENERATED_LANGUAGE and which == versions.FENCE:
        try:
            return versions.html_table(name.strip())
        except HarnessError as error:
            raise SuperFencesException(str(error)) from error
    return fence.format_block(source, language, css_class, options, md, **kwargs)
