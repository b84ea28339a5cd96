"""What must make a run red. Each fault is planted in a copy of a tiny site, and the message is checked.

A gate that lets a fault through is worse than none, for the pages would then carry a proof that means nothing.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest
from tiny import PAGE, SNIPPET, TEST, Tiny, said

from harness.lab.entry import inherited
from harness.proof import evidence, record
from harness.site.run import AGAIN

FAULTS = {  # file of a snippet -> its text, and what its test does
    "broken.py": ("print(helo)\n", 'run_script("home/broken.py")'),
    "raises.py": ('raise RuntimeError("no queue")\n', 'run_script("home/raises.py")'),
    "goodbye.py": ('print("hello")\n#> goodbye\n', 'run_script("home/goodbye.py")'),
    "false.console": ("$ false\n", 'terminal("home/false.console")'),
    "never.py": (SNIPPET + '\n\ndef never() -> None:\n    print("never")\n', 'run_script("home/never.py")'),
    "skipped.py": (SNIPPET, 'pytest.skip("no time")'),
    "alone.py": ('print("alone")\n#> alone\n', "pass"),
}
LEFT = """

def test_that_tidies_nothing_up():
    subprocess.Popen(["sleep", "600"], start_new_session=True)
    server = "import socket,time; s=socket.create_server(('127.0.0.1',6379)); " + " " * 200 + "time.sleep(600)"
    subprocess.Popen([sys.executable, "-c", server], start_new_session=True)
    Path("/tmp/forgotten").write_text("x")
"""


@pytest.fixture(scope="module")
def red(tmp_path_factory):
    """What a run prints of a site that has many faults at once, besides one sound block."""
    site = Tiny(tmp_path_factory.mktemp("red") / "tiny")
    page, tests = PAGE, "import subprocess\nimport sys\nfrom pathlib import Path\n\nimport pytest\n\n\n" + TEST
    for name, (snippet, call) in FAULTS.items():
        language = "console" if name.endswith(".console") else "python"
        site.write(f"snippets/home/{name}", snippet)
        page += f'\n```{language}\n--8<-- "home/{name}"\n```\n'
        tests += f"\n\ndef test_{name.partition('.')[0]}(run_script, terminal):\n    {call}\n"
    site.write("docs/index.md", page)
    site.write("tests/test_home.py", tests + LEFT)
    done = site.run_tests()
    assert done.returncode == 1
    return said(done)


@pytest.mark.parametrize(
    "message",
    [
        pytest.param("ruff check: snippets/home/broken.py", id="a broken snippet"),
        pytest.param("RuntimeError: no queue", id="a snippet that raises"),
        pytest.param("raised at snippets/home/raises.py:1", id="its line"),
        pytest.param("docs/index.md:13: home/raises.py: tests/test_home.py::test_raises failed", id="its block"),
        pytest.param("Print output changed code", id="a changed output"),
        pytest.param("home/false.console:1: `false` exited with 1, expected status 0", id="a command that fails"),
        pytest.param("docs/index.md:25: home/never.py: no test executed line 6", id="a line that no test executed"),
        pytest.param("tests/test_home.py::test_skipped skipped: Skipped: no time", id="a skipped test"),
        pytest.param("docs/index.md:29: home/skipped.py: no test executed it", id="its block proves nothing"),
        pytest.param("docs/index.md:33: home/alone.py: no test executed it", id="a block that no test executes"),
        pytest.param("once more, alone:\n  tests/test_home.py::test_broken\n", id="a second attempt"),
        pytest.param(re.compile(r"a process was left running: \d+ sleep 600"), id="a process left running"),
        pytest.param(re.compile(r"a process was left running: .*6379.*time\.sleep\(600\)"), id="a port left open"),
        pytest.param("a file was left behind: /tmp/forgotten", id="a file left behind"),
        pytest.param("lane current: 1 of 8 blocks verified", id="the count of what is proven"),
        pytest.param("FAILED: tests, every block proven, nothing left", id="the last line"),
    ],
)
def test_fault_is_named(red, message):
    assert re.search(re.escape(message) if isinstance(message, str) else message, red), red


def test_sound_site_is_green_and_counts_its_block(tiny):
    done = tiny.run_tests()
    assert done.returncode == 0, said(done)
    assert "lane current: 1 of 1 blocks verified" in done.stdout
    assert "1 tests passed" in done.stdout
    entry = record.load(tiny.root / "verification.json").blocks["home/hello.py"]
    assert (entry.test, entry.line, entry.lanes) == ("tests/test_home.py::test_hello", 1, ("current",))


def test_install_line_without_its_range_fails_the_check(tiny):
    tiny.write("docs/index.md", PAGE + "\nType `python -m pip install pika`.\n")
    done = tiny.command("check")
    assert done.returncode == 1
    assert re.search(r'docs/index\.md:9: pika is not what was tested: write "pika>=[\d.]+,<[\d.]+"', said(done))


def test_chance_failure_gets_a_second_attempt_and_the_run_says_so(tiny):
    flaky = (
        "from pathlib import Path\n\n"
        'SEEN = Path(".cache/seen")  # no part of the tree\n\n\n'
        "def test_hello(run_script):\n"
        '    run_script("home/hello.py")\n'
        "    seen, _ = SEEN.exists(), SEEN.touch()\n"
        "    assert seen\n"
    )
    tiny.write("tests/test_home.py", flaky)
    done = tiny.run_tests()
    assert done.returncode == 0, said(done)
    assert "once more, alone:\n  tests/test_home.py::test_hello" in done.stdout
    assert "1 tests passed, 0 failed, 0 skipped, 1 of them at the second attempt" in done.stdout


def test_line_that_a_race_left_out_is_executed_by_a_second_attempt(tiny):
    late = (
        "from pathlib import Path\n\n"
        'SEEN = Path(".cache/seen")  # no part of the tree\n\n\n'
        "def test_hello(workspace):\n"
        '    workspace.copy("home")\n'
        "    seen, _ = SEEN.exists(), SEEN.touch()\n"
        '    workspace.run("python", "hello.py", *["late"] * seen)\n'
    )
    tiny.write("tests/test_home.py", late)
    tiny.write("snippets/home/hello.py", 'import sys\n\nif "late" in sys.argv:\n    print("late")\n')
    done = tiny.run_tests()
    assert done.returncode == 0, said(done)
    assert "what uses their files:\n  tests/test_home.py::test_hello" in done.stdout
    assert "1 of 1 blocks verified" in done.stdout
    assert "1 of them at the second attempt" in done.stdout


def test_many_failures_get_no_second_attempt(tiny):
    tests = "".join(f"\n\ndef test_broken_{number}():\n    assert False\n" for number in range(AGAIN + 1))
    tiny.write("tests/test_home.py", TEST + tests)
    done = tiny.run_tests()
    assert done.returncode == 1
    assert "once more" not in done.stdout


def test_run_takes_nothing_from_the_caller_that_changes_what_programs_print():
    desk = {"PATH": "/bin", "HOME": "/root", "GUIDE_SERVICES": "debian", "CI": "true", "BUILD_NUMBER": "7"}
    desk |= {"USER": "amina", "TZ": "Africa/Nairobi"}
    desk |= {"SENTRY_RELEASE": "desk@1", "COLUMNS": "30", "PYTHONPATH": "/elsewhere", "LANG": "de_DE.UTF-8"}
    kept = {"PATH": "/bin", "HOME": "/root", "GUIDE_SERVICES": "debian"}
    assert inherited(desk) == {**kept, "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def test_file_that_took_longest_begins_first(tiny):
    two = "def test_one():\n    pass\n\n\ndef test_two():\n    pass\n"
    for name in ("a", "b", "new"):
        tiny.write(f"tests/test_{name}.py", two + "#" * 80 * (name == "new"))
    taken = {"tests/test_a.py": 5, "tests/test_b.py": 50, "tests/test_home.py": 1}
    tiny.write(evidence.SECONDS, json.dumps(taken))
    done = tiny.command("test", "--", "-n0", "--collect-only", "tests")
    order = re.findall(r"^tests/test_(\w+)\.py::", done.stdout, re.M)
    assert order == ["b", "b", "new", "new", "a", "a", "home"], said(done)
    (tiny.root / evidence.SECONDS).unlink()
    done = tiny.command("test", "--", "-n0", "--collect-only", "tests")
    assert re.findall(r"^tests/test_(\w+)\.py::", done.stdout, re.M)[:1] == ["new"], "the largest file"


def test_seconds_of_a_file_are_those_of_its_tests(tmp_path, monkeypatch):
    monkeypatch.setenv(evidence.RUN_DIR, str(tmp_path))
    for test, seconds in (("b.py::one", 1.2), ("b.py::one", 0.4), ("b.py::two[x]", 2.0), ("a.py::one", 0.2)):
        evidence.took(test, seconds)
        evidence.outcome(test, "passed")
    assert evidence.seconds(tmp_path) == {"a.py": 0, "b.py": 4}
    assert evidence.read(tmp_path)[1] == {"b.py::one": "passed", "b.py::two[x]": "passed", "a.py::one": "passed"}


def test_changed_terminal_output_turns_the_run_red_and_update_repairs_it(tiny):
    tiny.write("docs/index.md", '# Tiny\n\n```console\n--8<-- "home/say.console"\n```\n')
    tiny.write("snippets/home/say.console", "$ echo one two\none three\n")
    (tiny.root / "snippets/home/hello.py").unlink()
    tiny.write("tests/test_home.py", 'def test_say(terminal):\n    terminal("home/say.console")\n')
    done = tiny.run_tests()
    assert done.returncode == 1
    assert (
        "snippets/home/say.console:1: the output shown is not the output of this run; `make update` rewrites it"
        in said(done)
    )
    assert tiny.command("update", "--all").returncode == 0
    assert (tiny.root / "snippets/home/say.console").read_text() == "$ echo one two\none two\n"
    assert tiny.run_tests().returncode == 0


def test_snippet_that_no_page_shows_is_named(tiny):
    tiny.write("snippets/home/orphan.py", 'print("nobody reads this")\n')
    done = tiny.command("check")
    assert done.returncode == 1
    assert "snippets/home/orphan.py: no page shows it; include it in a page or delete it" in said(done)


def test_missing_section_is_named_with_its_page(tiny):
    tiny.write("docs/index.md", PAGE.replace("hello.py", "hello.py:greeting"))
    done = tiny.command("check")
    assert done.returncode == 1
    assert "docs/index.md:3: snippets/home/hello.py has no section 'greeting'" in said(done)


def test_missing_file_is_named_with_its_page(tiny):
    tiny.write("docs/index.md", PAGE.replace("hello.py", "helo.py"))
    done = tiny.command("check")
    assert done.returncode == 1
    assert "docs/index.md:3: snippets/home/helo.py does not exist" in said(done)


def test_block_typed_into_a_page_is_named(tiny):
    tiny.write("docs/index.md", PAGE + '\n```python\nprint("typed")\n```\n')
    done = tiny.command("check")
    assert done.returncode == 1
    assert "docs/index.md:9: code is typed into the page; move it to snippets/" in said(done)


@pytest.mark.parametrize(
    ("name", "language", "message"),
    [
        ("home/query.sql", "sql", "docs/index.md:9: no executor for .sql (home/query.sql)"),
        (
            "home/hello.py",
            "ruby",
            "docs/index.md:9: fence language 'ruby' has no executor for home/hello.py; use python",
        ),
    ],
)
def test_fence_kind_without_executor_is_named(tiny, name, language, message):
    tiny.write("docs/index.md", PAGE + f'\n```{language}\n--8<-- "{name}"\n```\n')
    if not (tiny.root / "snippets" / name).exists():
        tiny.write(f"snippets/{name}", "select 1\n")
    done = tiny.command("check")
    assert done.returncode == 1
    assert message in said(done)


def test_chosen_file_says_what_of_its_page_it_leaves_out(tiny):
    tiny.write("docs/index.md", PAGE + '\n```python\n--8<-- "home/second.py"\n```\n')
    tiny.write("snippets/home/second.py", 'print("second")\n#> second\n')
    missing = "home/second.py: no test executed it"
    assert missing in tiny.command("test", "--", "-n0", "tests/test_home.py").stdout
    assert missing not in tiny.command("test", "--", "-n0", "tests/test_home.py", "-k", "hello").stdout


def test_run_without_any_test_is_red(tiny):
    tiny.write("tests/test_home.py", "")
    done = tiny.run_tests()
    assert done.returncode == 1
    assert "no test ran: nothing was verified" in done.stdout


def test_server_that_does_not_start_turns_the_run_red(tiny):
    broken = tiny.root / "bin"
    broken.mkdir()
    (broken / "redis-server").write_text("#!/bin/sh\necho cannot start; exit 1\n")
    (broken / "redis-server").chmod(0o755)
    provided = json.loads(os.environ["GUIDE_PROVISION"])
    provided["bin"] = str(broken)
    tiny.write("tests/test_home.py", TEST.replace("(run_script)", "(run_script, redis_server)"))
    done = tiny.run_tests(GUIDE_PROVISION=json.dumps(provided))
    assert done.returncode == 1
    assert "cannot start" in said(done), said(done)  # the tail of the server's log
    assert "0 of 1 blocks verified" in done.stdout


def test_file_written_into_the_tree_is_named(tiny):
    subprocess.run(["git", "init", "--quiet", "."], cwd=tiny.root, check=True)
    tiny.write(
        "tests/test_home.py",
        "from pathlib import Path\n\n\n" + TEST + '    Path("litter.txt").write_text("x")\n',
    )
    done = tiny.run_tests()
    assert done.returncode == 1
    assert "Read-only file system: 'litter.txt'" in done.stdout
    assert not (tiny.root / "litter.txt").exists()
    done = tiny.command("test", "--guides-only", "--jobs", "1")  # where it may write, a run still looks afterwards
    assert done.returncode == 1
    assert "litter.txt was added during the run" in done.stdout


def test_publishing_demands_a_run_of_this_very_tree(tiny):
    done = tiny.command("site")
    assert done.returncode == 2
    assert said(done) == "error: the verification of this tree does not exist yet: run `make test`, then `make site`\n"
    assert tiny.run_tests().returncode == 0
    done = tiny.command("site")
    assert done.returncode == 0, said(done)
    assert "site/ built: 1 blocks shown, all verified" in done.stdout
    # The page links to the record by docs/source/: what another lane adds to it makes no other tree.
    done = tiny.command("test", "--guides-only", "--jobs", "1", "--lane", "oldest", contained=True)
    assert done.returncode == 0, said(done)
    assert '"oldest"' in (tiny.root / "verification.json").read_text()
    done = tiny.command("site")
    assert done.returncode == 0, said(done)
    tiny.write("docs/index.md", PAGE + "\nOne more sentence.\n")
    done = tiny.command("site")
    assert done.returncode == 2
    assert (
        said(done)
        == "error: the verification of this tree was made from another tree: run `make test`, then `make site`\n"
    )


def test_publishing_names_page_and_block_that_are_unproven(tiny):
    # A stamp that vouches for this tree but lacks the block: what a hand-edited file would look like.
    stamp = tiny.root / ".cache/runs/current.json"
    tiny.write("docs/second.md", '# Second\n\n```python\n--8<-- "home/second.py"\n```\n')
    tiny.write("snippets/home/second.py", 'print("second")\n#> second\n')
    tiny.write("tests/test_home.py", TEST + '\n\ndef test_second(run_script):\n    run_script("home/second.py")\n')
    tiny.vouch()
    content = json.loads(stamp.read_text())
    del content["record"]["blocks"]["home"]["proofs"]["second.py"]
    stamp.write_text(json.dumps(content))
    done = tiny.command("site")
    assert done.returncode == 2
    assert (
        said(done) == "error: docs/second.md:3: home/second.py is not verified at its present text; run `make test`\n"
    )


LISTED = """[[passage]]
name = "hosted"
what = "The hosted product"
reason = "it needs an account"
link = "https://example.org/"
checked = 2026-11-21
"""
UNWORDED = LISTED.replace('what = "The hosted product"\n', "")  # a block needs no words
MARKED = (
    PAGE
    + """
```verification
not-executed hosted
```
"""
)


def test_passage_that_is_not_executed_says_so_at_its_place_and_on_the_list(tiny):
    tiny.write("docs/index.md", MARKED)
    tiny.write("docs/deep/tested.md", "# Tested\n\n```verification\nnot-executed\n```\n")
    configuration = (tiny.root / "mkdocs.yml").read_text(encoding="utf-8")
    tiny.write(
        "mkdocs.yml", configuration.replace("  - Tiny: index.md\n", "  - Tiny: index.md\n  - Tested: deep/tested.md\n")
    )
    tiny.write("tests/not-executed.toml", LISTED)
    tiny.vouch()
    done = tiny.command("site")
    assert done.returncode == 0, said(done)
    page, listed = (tiny.root / "site" / name for name in ("index.html", "deep/tested/index.html"))
    assert '<div class="admonition info" id="not-executed-hosted">' in page.read_text()
    assert "The hosted product: it needs an account." in page.read_text()
    assert 'href="../../#not-executed-hosted"' in listed.read_text()
    assert "2026-11-21" in listed.read_text()
    note = "(Not executed here: The hosted product: it needs an account.\nhttps://example.org/, checked 2026-11-21.)"
    assert note in (tiny.root / "site/index.md").read_text()


@pytest.mark.parametrize(
    ("page", "listed", "message"),
    [
        (MARKED, "", "docs/index.md:9: 'hosted' is no passage of tests/not-executed.toml"),
        (PAGE, LISTED, "tests/not-executed.toml: no page marks 'hosted'"),
        (MARKED + MARKED, LISTED, "docs/index.md:20: 'hosted' is marked in line 9 already"),
        (PAGE, UNWORDED.replace("passage", "block").replace("name", "source"), "no page shows hosted"),
        (MARKED, LISTED.replace("link", "lnk"), "error: tests/not-executed.toml: an entry lacks link"),
        (MARKED, "".join(LISTED.replace("hosted", f"hosted{n}") for n in range(11)), "has 11 entries, at most 10"),
    ],
)
def test_list_of_what_is_not_executed_excuses_nothing_else(tiny, page, listed, message):
    tiny.write("docs/index.md", page)
    tiny.write("tests/not-executed.toml", listed)
    done = tiny.command("check")
    assert done.returncode
    assert message in said(done)


def test_edited_block_says_at_once_that_its_proof_is_gone(tiny):
    tiny.vouch()
    tiny.write("snippets/home/hello.py", 'print("hello again")\n#> hello again\n')
    env = {**os.environ, "PYTHONPATH": str(tiny.root)}
    subprocess.run([sys.executable, "-m", "mkdocs", "build", "-q"], cwd=tiny.root, check=True, env=env, timeout=60)
    page = (tiny.root / "site/index.html").read_text()
    assert 'data-status="changed"' in page
    assert "Changed since it was verified" in page


def test_site_with_fewer_proofs_than_blocks_is_not_built(tiny):
    # The page build loses a block: only a count that does not depend on it can tell.
    formatter = tiny.root / "harness/proof/fence.py"
    formatter.write_text(formatter.read_text().replace("return _wrap(", "return code if 'hello' in source else _wrap("))
    tiny.vouch()  # the tests of the page know nothing of it
    done = tiny.command("site")
    assert done.returncode == 1
    assert "docs/index.md includes 1 blocks, the built page shows 0" in said(done)
    assert "index.html:" in said(done)
    assert "code outside of any block" in said(done)


def test_request_to_another_host_stops_the_build(tiny):
    tiny.write("docs/index.md", PAGE + '\n<img src="https://example.org/logo.png" alt="a logo">\n')
    tiny.vouch()
    done = tiny.command("site")
    assert done.returncode == 1
    assert "https://example.org/logo.png comes from another host" in said(done)


@pytest.mark.parametrize(
    ("link", "message"),
    [("[gone](missing.md)", "missing.md"), ("[gone](#nowhere)", "#nowhere")],
)
def test_broken_link_or_anchor_stops_the_build(tiny, link, message):
    tiny.write("docs/index.md", PAGE + f"\n{link}\n")
    tiny.vouch()
    done = tiny.command("site")
    assert done.returncode == 1
    assert message in said(done)


def test_page_that_the_navigation_forgets_stops_the_build(tiny):
    tiny.write("docs/stray.md", "# Stray\n")
    tiny.vouch()
    done = tiny.command("site")
    assert done.returncode == 1
    assert 'not included in the "nav" configuration:\n  - stray.md' in said(done)


def test_unknown_lane_is_refused_in_one_line(tiny):
    done = tiny.command("test", "--lane", "newest", GUIDE_INSIDE="0")
    assert done.returncode == 2
    assert said(done) == "error: unknown lane 'newest': choose one of current, previous, oldest\n"


def test_broken_yaml_is_named(tiny):
    tiny.write("mkdocs.yml", "site_name: [unclosed\n")
    done = tiny.command("check")
    assert done.returncode == 2
    assert said(done).startswith("error: mkdocs.yml, line 2: ")
    assert said(done).count("\n") == 1


def test_damaged_record_is_named(tiny):
    tiny.write("verification.json", "{")
    done = tiny.command("check")
    assert done.returncode == 2
    assert "error: verification.json is not a verification record" in said(done)
    assert "restore it from git (`git checkout verification.json`), or type `make record`" in said(done)
