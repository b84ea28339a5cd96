"""What docs/celery/asyncio.md promises."""

import asyncio

import pytest

PAGE = "celery/asyncio"


def start(shop, module: str):
    worker = shop.start("celery", "-A", module, "worker", "-c", "1", "--without-mingle", "--loglevel=INFO")
    worker.wait_for("ready", timeout=60)
    return worker


def test_coroutine_of_a_task_is_never_awaited(terminal, shop):
    worker = start(shop, "forgotten")
    terminal(f"{PAGE}/forget.console")
    worker.wait_for(r"forgotten.send_quietly\[.*succeeded")
    assert worker.stop() == 0
    assert not (shop.path / "outbox.txt").exists()
    assert shop.run("python", "-c", "import asyncio, forgotten as f; print(asyncio.run(f.send_email.run('Chen')))")
    assert shop.run("python", "-c", "import asyncio, forgotten as f; print(asyncio.run(f.send_quietly.run('Chen')))")


def test_coroutine_runs_on_a_loop_of_its_own(terminal, shop):
    worker = start(shop, "tasks")
    terminal(f"{PAGE}/count.console")
    assert worker.stop() == 0


def test_client_of_another_loop_fails_the_second_time(terminal, shop):
    worker = start(shop, "shared_client")
    terminal(f"{PAGE}/twice.console")
    assert worker.stop() == 0


def test_one_loop_serves_many_tasks_and_is_replaced_after_a_time_limit(terminal, shop, redis_server):
    worker = start(shop, "visits")
    terminal(f"{PAGE}/sleep.console")
    worker.wait_for("left slow")
    assert redis_server.client(db=2).get("visits:slow") is None
    assert worker.stop() == 0


def test_future_of_another_loop_is_refused():
    future = asyncio.new_event_loop().create_future()

    async def wait() -> None:
        await future

    with pytest.raises(RuntimeError, match="attached to a different loop"):
        asyncio.run(wait())
    future.get_loop().close()
