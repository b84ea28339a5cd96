"""What docs/redis/asyncio.md promises."""

import asyncio
import contextlib
import os
import signal

import pytest
import redis
import redis.asyncio

from harness.process import alive, wait_until

PAGE = "redis/asyncio"


def end_app(shop) -> None:
    """Ask the application of the session to end, and wait: coverage writes at the end."""
    pid = int((shop.path / "app.pid").read_text())
    os.kill(pid, signal.SIGTERM)
    wait_until(lambda: not alive(pid), 10, "the application to end")


def test_commands_are_awaited_and_a_pipeline_at_its_end(run_script, redis_server):
    run_script(f"{PAGE}/first_steps.py")
    client = redis_server.client()
    assert client.get("visits") == "2"
    assert 0 < client.ttl("greeting") <= 60


def test_gather_opens_a_connection_for_each_command_and_a_pipeline_one(run_script, redis_server):
    run_script(f"{PAGE}/many_at_once.py")


def test_more_than_a_hundred_at_once_exhaust_the_default_pool(run_script, redis_server):
    run_script(f"{PAGE}/too_many.py")
    assert int(redis_server.client().get("visits")) == 100, "the others never reached the server"


def test_waiting_pool_serves_all_with_ten_connections(run_script, redis_server):
    run_script(f"{PAGE}/waiting_pool.py")


def test_waiting_pool_gives_up_after_its_timeout(redis_server):
    async def main() -> str:
        pool = redis.asyncio.BlockingConnectionPool(host="localhost", max_connections=1, timeout=0.2)
        async with redis.asyncio.Redis.from_pool(pool) as client:
            waiting = asyncio.create_task(client.blpop("jobs", timeout=1))
            await asyncio.sleep(0.1)
            with pytest.raises(redis.exceptions.ConnectionError) as caught:
                await client.ping()
            await waiting
        return str(caught.value)

    assert asyncio.run(main()) == "No connection available."


def test_client_of_a_closed_loop_raises(run_script, redis_server):
    run_script(f"{PAGE}/two_loops.py")


def test_client_of_another_open_loop_raises(run_script, redis_server):
    run_script(f"{PAGE}/open_loops.py")


def test_client_made_in_each_loop_works(run_script, redis_server):
    run_script(f"{PAGE}/one_client_per_loop.py")


def test_cancelled_command_leaves_no_answer_for_the_next(run_script, redis_server):
    run_script(f"{PAGE}/cancelled.py")


def test_no_answer_is_mixed_up_however_a_command_is_cancelled(redis_server):
    """Regression test for redis-py 2624 and 2665: cancel at many points, then check that answers fit their keys."""

    async def main() -> int:
        cancelled = 0
        slow = redis_server.client()
        async with redis.asyncio.Redis(host="localhost", decode_responses=True, max_connections=1) as client:
            await client.mset({f"key:{number}": f"value:{number}" for number in range(20)})
            for attempt in range(24):
                slow.client_pause(8)  # milliseconds in which nobody is answered
                task = asyncio.create_task(client.get(f"key:{attempt % 20}"))
                await asyncio.sleep(attempt % 10 / 1000)
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
                cancelled += task.cancelled()
                other = (attempt + 7) % 20
                assert await client.get(f"key:{other}") == f"value:{other}"
        return cancelled

    assert asyncio.run(main()) > 8, "commands were really cancelled"


def test_cancelled_write_may_have_been_executed(redis_server):
    async def main() -> None:
        async with redis.asyncio.Redis(host="localhost") as client:
            await client.ping()
            redis_server.freeze()
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.2):
                    await client.incr("visits")
            redis_server.thaw()

    asyncio.run(main())
    client = redis_server.client()
    wait_until(lambda: client.get("visits") == "1", 5, "the cancelled command to be executed")


def test_forgotten_await_writes_nothing(terminal, shop, redis_server):
    terminal(f"{PAGE}/forgotten_await.console")
    assert redis_server.client().dbsize() == 0


def test_blocking_client_stops_the_whole_loop(run_script, redis_server):
    run_script(f"{PAGE}/wrong_client.py")


def test_application_counts_and_hears_news_also_after_a_restart_of_redis(terminal, reader_server):
    terminal(f"{PAGE}/app.console")
    first = redis.Redis().info("server")["process_id"]
    terminal(f"{PAGE}/app_restart.console")
    assert redis.Redis().info("server")["process_id"] != first
    assert not alive(first), "Redis was really away"
    end_app(reader_server)
    assert "Application shutdown complete" in (reader_server.path / "app.log").read_text()


def test_application_refuses_to_start_without_redis(terminal, shop, redis_server):
    redis_server.stop()
    terminal(f"{PAGE}/no_redis.console", fails=["uvicorn app:app"])


def test_tests_of_the_application_use_the_lifespan_and_an_own_database(terminal, shop, redis_server):
    redis_server.client().set("visits:home", "41")
    terminal(f"{PAGE}/test_app.console")
    assert redis_server.client().get("visits:home") == "41", "database 0 was not touched"


def test_warnings_as_errors_find_a_forgotten_await(shop, redis_server):
    (shop.path / "test_forgotten.py").write_text(
        "import asyncio\nfrom forgotten_await import main\n\n\ndef test_main():\n    asyncio.run(main())\n"
    )
    said = shop.run("python", "-W", "error", "-m", "pytest", "-q", "test_forgotten.py", status=1)
    assert "was never awaited" in said


def test_task_without_the_lock_gives_up_after_its_time(run_script, redis_server):
    run_script(f"{PAGE}/lock.py")
    assert redis_server.client().exists("lock:report") == 0, "it was released"
