"""A Pygments lexer for `redis-cli` sessions: prompts, commands, replies. Pygments has none.

`register()` makes it known as the fence language `redis` in this process; no entry point has to be installed.
"""

from __future__ import annotations

from pygments.lexer import RegexLexer, bygroups
from pygments.lexers import _mapping
from pygments.token import Comment, Generic, Keyword, Number, String, Text, Whitespace

__all__ = ["RedisCliLexer"]  # Pygments looks a module's lexers up here

PROMPT = r"(?:[\w.-]+:\d+(?:\[\d+\])?(?:\((?:TX|subscribed mode)\))?|not connected)> ?"


class RedisCliLexer(RegexLexer):
    """Marks the prompt as such, the command's name as a keyword, and every other line as output."""

    name = "redis-cli session"
    aliases = ("redis",)
    filenames = ("*.redis",)
    url = "https://redis.io/docs/latest/develop/tools/cli/"

    tokens = {  # noqa: RUF012 (the shape Pygments asks for)
        "root": [
            (rf"^({PROMPT})([A-Za-z_.]+)", bygroups(Generic.Prompt, Keyword), "arguments"),
            (rf"^{PROMPT}", Generic.Prompt),
            (r"^\(error\).*", Generic.Error),
            (r"^[^\n]+", Generic.Output),
            (r"\n", Whitespace),
        ],
        "arguments": [
            (r"\n", Whitespace, "#pop"),
            (r'"(?:\\.|[^"\\\n])*"', String.Double),
            (r"'(?:\\.|[^'\\\n])*'", String.Single),
            (r"(?<=\s)-?\d+(?:\.\d+)?(?=\s|$)", Number),
            (r"(?<=\s)#[^\n]*", Comment),
            (r"[^\S\n]+", Whitespace),
            (r"[^\s\"']+|[\"']", Text),
        ],
    }


def register() -> None:
    """Let `get_lexer_by_name("redis")` find the lexer."""
    _mapping.LEXERS["RedisCliLexer"] = (
        __name__,
        RedisCliLexer.name,
        RedisCliLexer.aliases,
        RedisCliLexer.filenames,
        (),
    )
