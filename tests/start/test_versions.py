"""What docs/start/versions.md promises: its tables hold the record and dated sources, and its script knows them."""

import datetime
import importlib.metadata
import itertools
import re
import warnings

import pytest
from packaging.requirements import Requirement

from harness import HarnessError
from harness.proof import report
from harness.site import versions

PAGE = "start/versions"
OLD = datetime.timedelta(days=180)


def every() -> list[dict]:
    return list(itertools.chain.from_iterable(versions.entries().values()))


def test_each_entry_has_a_source_and_a_recent_date():
    today = datetime.date.today()
    assert len(every()) > 30
    for entry in every():
        assert entry["read"] <= today, entry
        if entry["read"] < today - OLD:  # the sources change without us: read them again
            warnings.warn(f"{versions.DATA}: read more than {OLD.days} days ago: {entry}", stacklevel=1)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('source = "https://endoflife.date/rabbitmq"\n', "", "needs product, series, ends, patched, source, read"),
        ("read = 2026-08-22", 'read = "yesterday"', "`read` a date"),
        ("[[advisory]]", "[[rumor]]", "it needs support, advisory, pair, addition"),
    ],
)
def test_entry_without_source_or_date_is_refused(tmp_path, old, new, says):
    text = (versions.ROOT / versions.DATA).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "overrides").mkdir()
    (tmp_path / versions.DATA).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(HarnessError, match=re.escape(says)):
        versions.entries(tmp_path)


def test_tables_hold_every_version_of_the_record():
    runs = report.known().runs
    assert set(runs) == set(versions.LANES)
    servers, clients = versions.html_table("servers"), versions.html_table("clients")
    for run in runs.values():
        for version in (run.python, run.date, run.servers["Redis"], run.servers["RabbitMQ"]):
            assert f"<td>{version}</td>" in servers
        for name, version in run.clients.items():
            assert f"<td>{report.NAMES.get(name, name)}</td>" in clients
            assert f"<td>{version}</td>" in clients


def test_support_of_every_server_of_the_record_is_listed():
    listed = {(entry["product"], entry["series"]) for entry in versions.entries()["support"]}
    for run in report.known().runs.values():
        for product in ("Redis", "RabbitMQ"):
            assert (product, run.servers[product].rpartition(".")[0]) in listed


def test_pairs_are_what_the_installed_packages_say():
    checked = 0
    for pair in versions.entries()["pair"]:
        name, version = pair["package"].split()
        if importlib.metadata.version(name) == version:
            needs = Requirement(pair["needs"])
            said = [Requirement(text) for text in importlib.metadata.requires(name) or []]
            assert needs.specifier in [each.specifier for each in said if each.name == needs.name], pair
            checked += 1
    assert checked >= 3, "those of the newest versions"


def test_markdown_copy_has_the_same_tables():
    for name in versions.TABLES:
        rows = list(versions.markdown_table(name))
        assert len(rows) == versions.html_table(name).count("<tr>") + 1  # the line of dashes
    with pytest.raises(HarnessError, match="use servers, clients"):
        versions.html_table("prices")


def test_script_knows_the_patch_levels_of_the_table_and_judges_the_servers(
    workspace, terminal, redis_server, rabbitmq, provision
):
    workspace.copy(f"{PAGE}/patched.py")
    ask = "from patched import PATCHED, verdict; "
    known = workspace.run("python", "-c", ask + "print(PATCHED)").strip()
    stated: dict[str, dict[str, int]] = {}
    for entry in versions.entries()["support"]:
        if re.fullmatch(r"[\d.]+", entry["patched"]):
            series, _, patch = entry["patched"].rpartition(".")
            assert series == entry["series"]
            stated.setdefault(entry["product"], {})[series] = int(patch)
    assert known == str(stated)
    judge = ask + "print(*(verdict('Redis', v) for v in ('8.2.8', '8.2.9', '7.0.15', '8.12.0')), sep='\\n')"
    assert workspace.run("python", "-c", judge).splitlines() == [
        "install 8.2.9 or newer",
        "has the fixes",
        "this series has no release with the fixes: upgrade",
        "this series is newer than this list: ask the maker",
    ]
    said = workspace.run("python", "patched.py").splitlines()
    assert [line.partition(":")[0] for line in said] == [
        f"Redis {redis_server.version}",
        f"RabbitMQ {rabbitmq.version}",
    ]
    if provision.ours and rabbitmq.release >= (4, 3):  # the page shows the servers of one lane
        terminal(f"{PAGE}/patched.console")
