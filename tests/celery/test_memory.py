"""What docs/celery/memory.md promises."""

import inspect
import re

import celery.fixups.django
import django.db
from django.db.backends.base.base import BaseDatabaseWrapper

PAGE = "celery/memory"


def sizes(session) -> tuple[list[tuple[float, float]], list[int]]:
    """Of both tasks: (child, parent) after tasks 1, 10, 20 and 30, and the number of processes."""
    output = "\n".join(session.outputs)
    pairs = re.findall(r"child ([\d.]+) MB, parent ([\d.]+) MB", output)
    counts = re.findall(r"processes: (\d+)", output)
    return [(float(child), float(parent)) for child, parent in pairs], [int(count) for count in counts]


def test_plateau_and_leak_look_different(terminal, shop):
    found, counts = sizes(terminal(f"{PAGE}/grows.console", timeout=120))
    much, leak = found[:4], found[4:]
    assert counts == [1, 1], "one child ran all tasks"
    assert max(child for child, _ in much[1:]) - min(child for child, _ in much[1:]) < 20, "a plateau"
    assert leak[3][0] - leak[2][0] > 18, "2 MB for each of ten tasks"
    assert leak[2][0] - leak[1][0] > 18
    parents = [parent for _, parent in (*much, *leak)]
    assert max(parents) - min(parents) < 10, "the parent does not grow"


def test_child_that_is_replaced_gives_everything_back(terminal, shop):
    found, counts = sizes(terminal(f"{PAGE}/limited.console", timeout=120))
    assert counts == [3, 3]
    assert max(child for child, _ in found[4:]) - found[4][0] < 10 * 2 + 10, "never more than ten tasks' worth"


def test_query_log_of_django_is_limited_and_reset_by_requests_only():
    assert BaseDatabaseWrapper.queries_limit == 9000
    assert "signals.request_started.connect(reset_queries)" in inspect.getsource(django.db)
    assert "reset_queries" not in inspect.getsource(celery.fixups.django)
