"""What docs/start/which-guide.md and the home page promise: a newcomer is led to every guide, by the ten minutes."""

import re

import pytest

from harness import ROOT

DOCS = ROOT / "docs"
TEXT = (DOCS / "start/which-guide.md").read_text(encoding="utf-8")
GUIDES = ("redis", "rabbitmq", "celery", "sentry")


@pytest.mark.parametrize("guide", GUIDES)
def test_page_leads_to_first_page_and_overview_of_each_guide(guide):
    assert f"](../{guide}/start.md)" in TEXT
    assert f"](../{guide}/index.md)" in TEXT


def test_each_question_leads_to_a_page():
    rows = [line.split(" | ") for line in TEXT.splitlines() if re.match(r"\| [a-z]", line)]
    assert len(rows) > 10
    for row in rows:
        for page in re.findall(r"\]\(([^)#]+)", row[1]):
            assert (DOCS / "start" / page).is_file(), page
        assert "](" in row[1], row


def test_home_leads_newcomers_to_the_ten_minutes():
    home = (DOCS / "index.md").read_text(encoding="utf-8")
    new = home[home.index("**Learn a tool from the start**") : home.index("**Find an error**")]
    assert "(start/ten-minutes.md)" in new
    assert "(start/which-guide.md)" in home[home.index("**Choose between tools**") :]
    assert "Start here:" in (ROOT / "mkdocs.yml").read_text(encoding="utf-8").split("- Redis:")[0]
