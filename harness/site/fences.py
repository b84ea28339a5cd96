"""What `mkdocs.yml` names as formatter of all fences: the one of `harness.proof`, where the site's lexer is known."""

from harness.proof.fence import format_block, validate
from harness.site import lexer

__all__ = ["format_block", "validate"]

lexer.register()
