"""What docs/sentry/grouping.md promises; issues are counted on Bugsink."""

from collections import defaultdict

from harness.proof.runners.tables import Cell, table

PAGE = "sentry/grouping"


def test_rules_make_one_issue_of_an_outage_and_leave_other_errors_alone(shop, project, captured):
    counts: dict[str, dict[str, int]] = {}
    known: set[str] = set()
    for how in ("plain", "rules"):
        shop.run("python", "outage.py", how)
        found = defaultdict(set)
        events = 0
        for issue in project.issues():
            for event in project.events(issue):
                if event["id"] in known:
                    continue
                known.add(event["id"])
                events += 1
                found[event["data"]["tags"]["case"]].add(issue["id"])
        assert events == 12
        outage = found["`raise … from error`"] | found["`raise … from None`"]
        assert len(outage) == (1 if how == "rules" else 6)
        counts[how] = {case: len(issues) for case, issues in found.items()}
    cases = ("`raise … from error`", "`raise … from None`", "two banks", "a bug, no rule")
    assert set(cases) == set(counts["plain"]) == set(counts["rules"])
    rows = [(case, Cell(3), Cell(counts["plain"][case]), Cell(counts["rules"][case])) for case in cases]
    captured(f"{PAGE}/outage.table", table(("Three events of", "Events", "Issues", "With `fingerprints.py`"), *rows))
    assert counts["rules"]["`raise … from error`"] == counts["rules"]["a bug, no rule"] == 1
    assert counts["rules"]["two banks"] == 2
    assert counts["plain"]["`raise … from error`"] == 3


def test_mypy_finds_a_wrong_signature_and_a_misspelled_key(shop, ingest, captured):
    files = ("fingerprints.py", "untyped.py", "misspelled.py")
    said = shop.run("python", "-m", "mypy", "--strict", "--cache-dir=/dev/null", *files, status=1)
    assert "fingerprints.py" not in said
    captured(f"{PAGE}/mypy.txt", said)
    shop.run("python", "misspelled.py")
    assert shop.run("python", "-c", "from untyped import drop_nothing; print(drop_nothing({}, {}))") == "{}\n"
    (event,) = ingest.payloads("event")
    assert "fingerprint" not in event, "the SDK drops nothing and warns of nothing, and no rule is in effect"
    assert event["fingerprints"] == ["database-down"]
