"""The pytest side of crash exploration: the fixture `explored`, which makes a result or checks that there is one.

GUIDE_EXPLORE=changed explores every point of what has no result for its present code, GUIDE_EXPLORE=all every point of
everything; both run only tests that use the fixture. A normal run tries a few points, within `BUDGET` seconds for all
recipes together, and fails when a recipe has no committed result.
"""

from __future__ import annotations

import datetime
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, cast

import pytest

from harness.lab.explore import FAULTS, IN_PROCESS, Report, Scenario, explore
from harness.lab.explore.scenarios import Behind, behind_proxy
from harness.lab.fixtures import SERVICES_KEY
from harness.proof import exploration
from harness.proof.evidence import Snippet
from harness.source import code_digest, executable_lines

BUDGET = 60.0  # seconds that a normal run may spend on the samples of all recipes
DEADLINE = 900.0  # seconds for all points of one recipe
_REPLAYED = "replayed points"  # a property of a test: (points, seconds)
_replayed: list[tuple[int, float]] = []


@pytest.fixture
def explored(request: pytest.FixtureRequest) -> Callable[..., Report]:
    """`explored("redis/locks_and_idempotency/once.py", scenario, faults)`: the recipe keeps its promise under faults.

    `kept` is the promise in the words of the page: "no order lost". `also`: further scenarios of the recipe, for lines
    that the first does not reach. Returns the report; `make explore` skips a recipe with a result for its code.
    """

    def check(
        recipe: str,
        scenario: Scenario,
        faults: Iterable[str] = FAULTS,
        kept: str = "nothing lost",
        also: Sequence[Scenario] = (),
    ) -> Report:
        scenarios, wanted = [scenario, *also], tuple(faults)
        for one in scenarios:
            assert one.source() == Snippet.read(recipe).text, f"the scenario does not run {recipe}"
        mode = os.environ.get(exploration.MODE)
        done = mode == "changed" and not exploration.fault_of(recipe, wanted)
        if mode and (done or exploration.is_fresh(recipe, wanted)):
            pytest.skip(f"{recipe} has a result for its present code")
        began = time.monotonic()
        report = _everything(scenarios, wanted) if mode else _sample(scenarios, wanted)
        request.node.user_properties.append((_REPLAYED, (report.explored.total(), time.monotonic() - began)))
        assert not report.broken, str(report)
        if not mode:
            fault = exploration.fault_of(recipe, wanted)
            assert not fault, fault
            return report
        servers = {name: version for _, name, version in request.node.stash.get(SERVICES_KEY, []) if version}
        today = datetime.datetime.now(datetime.UTC).date().isoformat()
        result = exploration.Result(
            code=report.code,
            date=today,
            faults=dict(report.explored),
            lines=len(report.lines),
            executable=len(executable_lines(scenario.source()) | report.lines),
            servers=servers,
            notes=dict(report.noted),
            kept=kept,
        )
        exploration.keep(recipe, result)
        return report

    return check


def _everything(scenarios: Sequence[Scenario], faults: Sequence[str]) -> Report:
    """All points of the first scenario; of each further one its commands, and the lines that no earlier one reached."""
    ends = time.monotonic() + DEADLINE
    report = explore(scenarios[0], faults, deadline=DEADLINE)
    for one in scenarios[1:]:
        tried = frozenset(report.lines)
        new = lambda point, tried=tried: point.fault not in IN_PROCESS or point.place not in tried  # noqa: E731
        report.add(explore(one, faults, only=new, deadline=ends - time.monotonic()))
    return report


def _sample(scenarios: Sequence[Scenario], faults: Sequence[str]) -> Report:
    """A point of each fault, within this recipe's share of the time: the same ones until its code changes."""
    seed = int(code_digest(scenarios[0].source()), 16)
    share = BUDGET / max(1, len(exploration.load()))
    return explore(scenarios[seed % len(scenarios)], faults, sample=1, seed=seed, budget=share)


@pytest.fixture
def redis_behind_proxy(redis_server: Any, new_redis: Callable[..., Any]) -> Iterator[Behind]:
    """A Redis whose commands pass a proxy on port 6379; `.direct` is a client that passes the proxy by."""
    redis_server.stop()
    with behind_proxy(new_redis(port=6390), 6379, "redis") as behind:
        yield behind


@pytest.fixture
def rabbitmq_behind_proxy(rabbitmq: Any, new_rabbitmq: Callable[..., Any]) -> Iterator[Behind]:
    """A broker whose commands pass a proxy on port 5672; `.direct` is a connection that passes the proxy by."""
    rabbitmq.stop()
    with behind_proxy(new_rabbitmq(port=5673, nodename="explored@localhost"), 5672, "amqp") as behind:
        yield behind


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """`make explore` runs only what explores, and gives it time."""
    if not os.environ.get(exploration.MODE):
        return
    chosen = [item for item in items if "explored" in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen
    for item in chosen:
        item.add_marker(pytest.mark.timeout(DEADLINE + 60), append=False)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.nodeid.startswith("tests/harness/"):  # they explore programs of their own
        return
    if report.when == "call" and not os.environ.get("PYTEST_XDIST_WORKER"):
        found = [value for name, value in report.user_properties if name == _REPLAYED]
        _replayed.extend(cast(list[tuple[int, float]], found))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """How many points this run tried, and how long that took."""
    if _replayed:
        points, seconds = (sum(numbers) for numbers in zip(*_replayed, strict=True))
        recipes = "1 recipe" if len(_replayed) == 1 else f"{len(_replayed)} recipes"
        terminalreporter.write_line(f"crash exploration: {points} points of {recipes} in {seconds:.1f} s")
