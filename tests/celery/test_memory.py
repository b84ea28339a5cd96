"""What docs/celery/memory.md promises."""

import inspect
import re

import celery.fixups.django
import django.db
from django.db.backends.base.base import BaseDatabaseWrapper

PAGE = "celery/memory"


def sizes(session) -> tuple[list[tuple[float, float]], list[int]]:
    """Of both tasks: (child, parent) as a multiple of the first, after tasks 10, 20 and 30; how many processes."""
    output = "\n".join(session.outputs)
    pairs = re.findall(r"child ([\d.]+) ×, parent ([\d.]+) ×", output)
    counts = re.findall(r"processes: (\d+)", output)
    return [(float(child), float(parent)) for child, parent in pairs], [int(count) for count in counts]


def test_plateau_and_leak_look_different(terminal, shop):
    found, counts = sizes(terminal(f"{PAGE}/grows.console", timeout=120))
    much, leak = found[:3], found[3:]
    assert counts == [1, 1], "one child ran all tasks"
    assert max(child for child, _ in much) - min(child for child, _ in much) < 0.25, "a plateau"
    assert leak[0][0] < leak[1][0] < leak[2][0], "more with each task"
    assert leak[2][0] >= 1.4
    assert all(0.9 <= parent <= 1.1 for _, parent in found), "the parent does not grow"


def test_child_that_is_replaced_gives_everything_back(terminal, shop):
    found, counts = sizes(terminal(f"{PAGE}/limited.console", timeout=120))
    assert counts == [3, 3]
    assert max(child for child, _ in found[3:]) < 1.7, "never more than ten tasks' worth"


def test_query_log_of_django_is_limited_and_reset_by_requests_only():
    assert BaseDatabaseWrapper.queries_limit == 9000
    assert "signals.request_started.connect(reset_queries)" in inspect.getsource(django.db)
    assert "reset_queries" not in inspect.getsource(celery.fixups.django)
