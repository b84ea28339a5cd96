"""What docs/celery/index.md promises: it leads to every page of the guide, in the order to read them."""

import datetime
import re

from celery import Celery

from harness import ROOT

DOCS = ROOT / "docs" / "celery"
TEXT = (DOCS / "index.md").read_text(encoding="utf-8")
ORDER = [
    *("start", "how-workers-work", "app-and-configuration", "calling-tasks", "retries-and-idempotency"),
    *("when-things-die", "periodic-tasks", "results-and-states", "canceling", "canvas", "routing-and-priorities"),
    *("workers", "databases", "asyncio", "arguments", "web-frameworks", "django-and-flask", "testing"),
    *("monitoring", "logging", "brokers", "production", "security"),
]


def test_overview_names_every_page_of_the_guide():
    linked = set(re.findall(r"\]\(([a-z-]+\.md)", TEXT))
    pages = {file.name for file in DOCS.glob("*.md")} - {"index.md"}
    assert pages <= linked, f"not in the overview: {sorted(pages - linked)}"


def test_path_has_twenty_three_steps_in_this_order():
    path = TEXT[TEXT.index("## The path") : TEXT.index("## Nine things")]
    assert re.findall(r"^(?:\d+\. |<li markdown>)\[[^]]+\]\(([a-z-]+)\.md\): ", path, re.M) == ORDER
    assert re.findall(r'<ol start="(\d+)"', path) == ["7", "12", "19"]


def rows(table: str) -> dict[str, list[str]]:
    """The rows of a table that another page's test captured: first cell -> the others."""
    lines = (ROOT / f"snippets/celery/{table}.table").read_text(encoding="utf-8").splitlines()
    return {line.split(" | ")[0]: line.split(" | ")[1:] for line in lines[1:]}


def test_differences_of_the_brokers_are_those_that_the_pages_measured(captured):
    wanted = {
        "Worker killed, early acknowledgement": ("start/brokers", "early acknowledgement"),
        "Worker killed, `acks_late`": ("workers/brokers", "`kill -9`, `acks_late`"),
        "`Reject(requeue=False)`": ("retries_and_idempotency/brokers", "`Reject(requeue=False)`"),
        "Expired before a worker came": ("calling_tasks/brokers", "A job that expired before a worker came"),
        "First of priority 0, 5 and 9": ("calling_tasks/brokers", "First of priority 0, 5 and 9"),
        "`-Q high,low`": ("routing_and_priorities/brokers", "One worker, `-Q high,low`"),
        "Five jobs, two begun: length": (
            "production/brokers",
            "Five jobs, two of them begun: length of the queue",
        ),
        "Sender allowed one queue, uses another": ("security/brokers", "`shop-web` sends into another queue"),
    }
    lines = ["What | Redis | RabbitMQ"]
    lines += [" | ".join([what, *rows(table)[row]]) for what, (table, row) in wanted.items()]
    captured("celery/index/brokers.table", "\n".join(lines))


def test_picture_agrees_with_what_the_drills_counted():
    lines = (ROOT / "snippets/celery/when_things_die/matrix.table").read_text(encoding="utf-8").splitlines()
    lost, again, _ = (line.split(" | ") for line in lines if line.startswith("the whole worker"))
    assert lost[1] == "none (early ack)"
    assert all(cell.startswith("1, 0,") for cell in lost[2:]), "begun once, never done"
    assert again[1] == "`acks_late`"
    assert all(cell.startswith("2, 1,") for cell in again[2:]), "begun again, and done"
    conf = Celery("test").conf
    assert conf.result_expires == datetime.timedelta(days=1)
    assert conf.task_track_started is False
