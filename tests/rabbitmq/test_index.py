"""What docs/rabbitmq/index.md promises: it leads to every page of the guide, in the order to read them."""

import re

from harness import ROOT

DOCS = ROOT / "docs" / "rabbitmq"
TEXT = (DOCS / "index.md").read_text(encoding="utf-8")
ORDER = [
    *("start", "work-queues", "exchanges-and-routing", "rpc", "publishing", "consuming", "retry-and-dead-letter"),
    *("queue-types", "streams", "pika", "asyncio", "security", "operations", "design-and-testing"),
]


def steps() -> list[str | None]:
    """The pages of the path, None for one that is named without a link."""
    path = TEXT[TEXT.index("## The path") : TEXT.index("## Nine things")]
    lines = re.findall(r"^(?:\d+\. |<li markdown>)(.+?): ", path, re.M)
    links = [re.fullmatch(r"\[[^]]+\]\(([a-z-]+)\.md\)", line) for line in lines]
    return [link[1] if link else None for link in links]


def test_overview_names_every_page_of_the_guide():
    linked = set(re.findall(r"\]\(([a-z-]+\.md)", TEXT))
    pages = {file.name for file in DOCS.glob("*.md")} - {"index.md"}
    assert pages <= linked, f"not in the overview: {sorted(pages - linked)}"


def test_path_has_fourteen_steps_in_this_order():
    assert len(steps()) == len(ORDER)
    for found, page in zip(steps(), ORDER, strict=True):
        assert found == (page if (DOCS / f"{page}.md").exists() else None), f"the step for {page}.md"
