"""The check of phrases: it finds them in prose only, says what to write, and every rule of the file is alive."""

from __future__ import annotations

import pytest

from harness import ROOT, HarnessError
from harness.site import words

WANTED = words.patterns()


def said(text: str, name: str = "docs/redis/start.md") -> list[str]:
    return list(words.faults(name, text, WANTED))


@pytest.mark.parametrize(
    ("sentence", "phrase"),
    [
        ("The time-out is five seconds.", "time-out"),
        ("It waits for\never.", "for ever"),
        ("An E-mail is sent.", "E-mail"),
        ("The task is called off.", "called off"),
        ("It throws them away.", "throws them away"),
        ("A user with few rights.", "rights"),
        ("In a waiting room.", "waiting room"),
        ("When the broker is away, it waits.", "is away"),
        ("An answered write can be lost.", "answered write"),
        ("Say how slow it shall be.", "shall"),
        ("It belongs into a policy.", "belongs into"),
        ("In the moment it stops.", "In the moment"),
        ("Nobody reads it.", "Nobody"),
        ("The drill kills it.", "drill"),
        ("Its behaviour and colour.", "behaviour"),
        ("The request was cancelled.", "cancelled"),
        ("The receipt of a message comes late.", "receipt"),
        ("The query hangs on a span.", "hangs on a span"),
        ("The sampler throws dice.", "throws dice"),
        ("Do this, for it will fail.", ", for it will"),
        ("It stops. Who waits hears of it at once.", ". Who waits hears of it at once."),
    ],
)
def test_phrase_is_found_with_its_line(sentence, phrase):
    faults = said(f"# A page\n\n{sentence}\n")
    assert faults, sentence
    assert faults[0].startswith(f'docs/redis/start.md:3: "{" ".join(phrase.split())}": write '), faults


def test_every_rule_has_a_sentence_above():
    sentences = next(mark for mark in test_phrase_is_found_with_its_line.pytestmark if mark.name == "parametrize").args[
        1
    ]
    alive = {pattern.find.pattern for text, _ in sentences for pattern in WANTED if pattern.find.search(text)}
    alive |= {pattern.find.pattern for pattern in WANTED if pattern.within}
    assert alive == {pattern.find.pattern for pattern in WANTED}


@pytest.mark.parametrize(
    "text",
    [
        "The option `time-out` and ``for ever``.",
        "```python\nprint('nobody')\n```",
        "    ```text\n    is away\n    ```",
        "[a link](../redis/drills.md)",
        "## A heading { #for-ever }",
        "https://example.org/nobody",
        "---\ntags: [nobody]\n---\n",
        "A copy that is away from the others.",
        "A customer gets the receipt.",
    ],
)
def test_code_addresses_and_right_contexts_are_left_alone(text):
    assert said(text) == []


def test_title_of_a_page_is_prose():
    (fault,) = said("---\ntitle: Nobody reads it\ntags: [nobody]\n---\n")
    assert fault.startswith('docs/redis/start.md:2: "Nobody": write ')


def test_job_is_a_word_of_cron_and_kubernetes_but_not_of_celery():
    text = "A cron job sends a job."
    assert said(text) == []
    assert [line.partition(": write")[0] for line in said(text, "docs/celery/start.md")] == [
        'docs/celery/start.md:1: "job"'
    ]
    assert len(said(text, "docs/celery/start.md")) == 1


def test_rule_that_says_nothing_to_write_is_refused(tmp_path):
    (tmp_path / "overrides").mkdir()
    (tmp_path / words.PATTERNS).write_text("[[phrase]]\nfind = 'x'\n")
    with pytest.raises(HarnessError, match="give `find` and `write`"):
        words.patterns(tmp_path)


def test_pages_pictures_and_documents_are_looked_at(tmp_path):
    (tmp_path / "overrides").mkdir()
    (tmp_path / words.PATTERNS).write_bytes((ROOT / words.PATTERNS).read_bytes())
    for name in ("docs/redis/a.md", "docs/assets/img/b.svg", "README.md", "docs/source/snippets/c.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(
            "<svg><text>It waits for ever</text></svg>" if name.endswith("svg") else "For ever."
        )
    assert [line.partition(":")[0] for line in words.problems(tmp_path)] == [
        "README.md",
        "docs/assets/img/b.svg",
        "docs/redis/a.md",
    ]
