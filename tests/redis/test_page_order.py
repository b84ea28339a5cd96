"""A reader goes through a page from top to bottom, on one server that is never emptied: every program still prints what
is shown under it. Programs that need a server of another kind, or none, are listed with the reason."""

import pytest

from harness import ROOT
from harness.proof import blocks

# What a page asks for right before the program, so that the ordinary server does not do.
NEEDS = {
    "redis/asyncio/many_at_once.py": "no other connection, nor one that is just being closed",
    "redis/asyncio/waiting_pool.py": "no other connection, nor one that is just being closed",
    "redis/high_availability/read_replica.py": "a primary with its replica",
    "redis/high_availability/slots.py": "a cluster",
    "redis/high_availability/hash_tags.py": "a cluster",
    "redis/high_availability/async_sentinel.py": "three Sentinels",
    "redis/high_availability/async_cluster.py": "a cluster",
    "redis/hosted/no_hello.py": "a proxy without HELLO",
    "redis/hosted/cluster_client.py": "a cluster",
    "redis/rate_limits/without_redis.py": "no server",
    "redis/start/server_down.py": "no server",
    "redis/start/server_down_default.py": "no server",
}


def programs(page: str) -> list[str]:
    """The whole files on a page that show what they print, in the order of the page, each once."""
    sources = [fence.source or "" for fence in blocks.page_fences(page) if fence.language == "python"]
    whole = dict.fromkeys(source for source in sources if source.endswith(".py"))
    return [source for source in whole if "#> " in (ROOT / "snippets" / source).read_text(encoding="utf-8")]


PAGES = [
    page for file in sorted((ROOT / "docs" / "redis").glob("*.md")) if len(programs(page := f"redis/{file.name}")) > 1
]


def test_pages_are_found():
    assert len(PAGES) > 12
    assert not set(NEEDS) - {source for page in PAGES for source in programs(page)}, "no page shows it any more"


@pytest.mark.parametrize("page", PAGES)
def test_programs_work_one_after_another(page, run_script, redis_server):
    if redis_server.version.startswith("7.0."):
        pytest.skip("some programs need Redis 7.4 or newer; the tests of each page say which")
    redis_server.client().config_set("busy-reply-threshold", 60_000)  # see test_locks_and_idempotency.py
    faults = []
    for source in programs(page):
        if source not in NEEDS:
            try:
                run_script(source)
            except BaseException as error:  # pytest's own failures are no Exception
                if isinstance(error, KeyboardInterrupt):
                    raise
                faults.append(f"{source}: {str(error)[:300]}")
    assert not faults, "\n".join(faults)
