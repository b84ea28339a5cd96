"""The highlighter of `redis-cli` sessions: prompts are told from commands and replies, and no character is lost."""

from __future__ import annotations

from pygments.lexers import get_lexer_by_name
from pygments.token import Generic, Keyword

from harness.site import lexer

SESSION = """127.0.0.1:6379> SET greeting "hello there"
OK
127.0.0.1:6379(TX)> INCR greeting
(error) ERR value is not an integer or out of range
127.0.0.1:6379[2]> HSET user:1 name 'O"Neil
Invalid argument(s)
not connected> PING
"""


def test_a_session_is_split_into_prompts_commands_and_replies_without_loss() -> None:
    lexer.register()
    tokens = list(get_lexer_by_name("redis").get_tokens(SESSION))
    assert "".join(text for _, text in tokens) == SESSION
    prompts = [text for kind, text in tokens if kind is Generic.Prompt]
    assert prompts == ["127.0.0.1:6379> ", "127.0.0.1:6379(TX)> ", "127.0.0.1:6379[2]> ", "not connected> "]
    assert [text for kind, text in tokens if kind is Keyword] == ["SET", "INCR", "HSET", "PING"]
    assert [text for kind, text in tokens if kind is Generic.Output] == ["OK", "Invalid argument(s)"]
    assert [text for kind, text in tokens if kind is Generic.Error] == [
        "(error) ERR value is not an integer or out of range"
    ]
