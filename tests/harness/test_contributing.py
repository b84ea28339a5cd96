"""CONTRIBUTING begins with a tutorial. A newcomer's steps are read from it and followed to the letter here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness import ROOT
from harness.lab.servers import Redis
from harness.site.build import build, finish
from tests.harness.tiny import Tiny, said

TUTORIAL = (
    (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("\n## Your first block\n")[2].partition("\n## ")[0]
)
FENCE = re.compile(r"^(`{3,})(\w+)\n(.*?)^\1$", re.M | re.S)


def steps() -> tuple[dict[str, str], str, list[str]]:
    """The files that the tutorial says to save, the line for the menu, and the commands."""
    files, menu, commands = {}, "", []
    for step in re.split(r"^\*\*\d\. ", TUTORIAL, flags=re.M)[1:]:
        for _, language, text in FENCE.findall(step):
            if language == "console":
                commands.append(text.removeprefix("$ ").strip())
            elif language == "yaml":
                menu = text
            else:
                files[re.findall(r"Save it as `([^`]+)`", step)[0]] = text
    return files, menu, commands


@pytest.mark.timeout(120)
def test_tutorial_leads_from_an_empty_file_to_a_verified_block(tmp_path: Path, servers) -> None:
    files, menu, commands = steps()
    assert list(files) == [
        "snippets/redis/counting/visits.py",
        "docs/redis/counting.md",
        "tests/redis/test_counting.py",
    ]
    update, test = (command.split() for command in commands)
    assert (update[:4], test[0]) == (["python", "-m", "harness", "update"], "pytest")
    tiny = Tiny(tmp_path)
    for name, text in files.items():
        tiny.write(name, text)
    configuration = (tmp_path / "mkdocs.yml").read_text()
    tiny.write("mkdocs.yml", configuration.replace("nav:\n", f"nav:\n{menu}", 1))
    servers.stop(Redis)  # the tutorial's own Redis listens on the same port

    before = tiny.command("test", "--guides-only", "--jobs", "1", contained=True)
    assert before.returncode == 1, "the output is not written yet, so the test must fail\n" + said(before)
    assert "redis/counting/visits.py" in said(before)
    updated = tiny.command(*update[3:])  # it may write to snippets/
    assert updated.returncode == 0, said(updated)
    snippet = tmp_path / "snippets/redis/counting/visits.py"
    assert snippet.read_text() == files["snippets/redis/counting/visits.py"] + "#> 2\n"
    chosen = tiny.command("test", "--", "-n0", *test[1:], contained=True)
    assert chosen.returncode == 0, said(chosen)
    assert "1 passed" in said(chosen)
    everything = tiny.command("test", "--guides-only", "--jobs", "1", contained=True)
    assert everything.returncode == 0, said(everything)
    assert '::test_every_visit_is_counted"' in (tmp_path / "verification.json").read_text()

    def page() -> str:
        build("--site-dir", "site", root=tmp_path)
        finish(tmp_path / "site", tmp_path)
        return (tmp_path / "site/redis/counting/index.html").read_text()

    assert page().count('data-status="verified"') == 1
    snippet.write_text(snippet.read_text().replace("visits", "visitors"))
    assert page().count('data-status="verified"') == 0
