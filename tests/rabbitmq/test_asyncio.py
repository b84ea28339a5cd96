"""What docs/rabbitmq/asyncio.md promises."""

import asyncio
import gc
import signal

import aio_pika

from harness.process import alive, wait_until

PAGE = "rabbitmq/asyncio"


def gone(folder, name: str) -> bool:
    return not alive(int((folder / f"{name}.pid").read_text()))


def test_message_is_confirmed_fetched_and_acknowledged(run_script, rabbitmq):
    run_script(f"{PAGE}/first_steps.py")
    assert rabbitmq.queue_depth("signups") == 0


def test_one_channel_takes_two_hundred_publishers_and_a_pool_opens_five(run_script, rabbitmq):
    run_script(f"{PAGE}/many_at_once.py")
    assert rabbitmq.queue_depth("signups") == 400


def test_callbacks_run_side_by_side_and_an_iterator_one_by_one(run_script, rabbitmq):
    run_script(f"{PAGE}/at_once.py")
    assert rabbitmq.queue_depth("signups") == 0


def test_consumer_that_is_cancelled_ends_what_it_has_in_hand(page, rabbitmq):
    # Sleeps ten times as long: the handlers are at work still when the broker has cancelled the consumer.
    slowly = "import asyncio\nreal = asyncio.sleep\nasyncio.sleep = lambda seconds: real(seconds * 10)\nimport at_once"
    assert "iterator: 1 at once" in page.run("python", "-c", slowly)
    assert rabbitmq.queue_depth("signups") == 0


def test_process_drops_what_is_cancelled_unless_told_to_requeue(run_script, rabbitmq):
    run_script(f"{PAGE}/dropped.py")


def test_connection_belongs_to_the_loop_that_made_it(terminal, page):
    # In a process of its own, for what the lost loop leaves behind would complain in some later test.
    terminal(f"{PAGE}/two_loops.console")


def test_missing_broker_is_an_error_at_once_unless_fail_fast_is_off(terminal, page):
    terminal(f"{PAGE}/no_broker.console")


def test_publish_waits_for_a_frozen_broker_for_ever_without_a_limit(terminal, page, rabbitmq):
    try:
        terminal(f"{PAGE}/frozen.console")
    finally:
        rabbitmq.thaw()
    assert rabbitmq.queue_depth("signups") == 2, "the one whose time was up is there, too"


def test_blocking_call_makes_the_broker_deliver_again(terminal, page, rabbitmq):
    terminal(f"{PAGE}/invoices.console")
    for queue in ("blocking", "thread"):
        wait_until(lambda queue=queue: rabbitmq.queue_depth(queue) == 0, 30, f"{queue} to be empty")


def test_application_and_worker_survive_a_killed_broker_and_nothing_is_lost(terminal, page, rabbitmq):
    with_queue(rabbitmq)
    killed = rabbitmq.pid
    terminal(f"{PAGE}/killed.console")
    wait_until(lambda: not alive(killed), 30, "the killed broker to be gone")
    rabbitmq.start()
    terminal(f"{PAGE}/recovered.console")
    assert rabbitmq.pid != killed
    assert rabbitmq.queue_depth("signups") == 0, "the last one was acknowledged on the way out"
    assert gone(page.path, "worker")
    assert gone(page.path, "app")


def with_queue(rabbitmq) -> None:
    """Make the queue and get it onto the disk: killed in its first second, a quorum queue comes back empty."""
    import pika

    with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
        channel = connection.channel()
        channel.queue_declare("signups", durable=True, arguments={"x-queue-type": "quorum"})
    rabbitmq.restart()


def test_worker_that_is_told_to_stop_finishes_and_acknowledges(page, rabbitmq):
    worker = page.start("python", "worker.py")
    worker.wait_for("waiting for sign-ups")
    asyncio.run(publish("amina"))
    worker.wait_for("amina: begun")
    assert worker.stop(signal.SIGTERM) == 0
    assert worker.output().endswith("amina: welcomed\n")
    assert rabbitmq.queue_depth("signups") == 0


async def publish(user: str) -> None:
    async with await aio_pika.connect("amqp://localhost/") as connection:
        channel = await connection.channel(on_return_raises=True)
        await channel.default_exchange.publish(aio_pika.Message(user.encode()), "signups", timeout=10)


def test_consumer_resumes_although_only_the_connection_was_kept(rabbitmq):
    async def main() -> list[bytes]:
        seen: asyncio.Queue[bytes] = asyncio.Queue()
        url = "amqp://localhost/?reconnect_interval=0.2"

        async def receive(message) -> None:
            async with message.process():
                await seen.put(message.body)

        async def consume() -> None:  # nothing of it is kept
            channel = await connection.channel()
            queue = await channel.declare_queue("signups", durable=True)
            await queue.consume(receive)

        async with await aio_pika.connect_robust(url, timeout=10) as connection:
            await consume()
            gc.collect()
            connected = asyncio.Event()
            connection.reconnect_callbacks.add(lambda *_: connected.set())
            await asyncio.to_thread(rabbitmq.ctl, "close_all_connections", "maintenance at noon")
            await asyncio.wait_for(connected.wait(), 30)
            await publish("amina")
            return await asyncio.wait_for(seen.get(), 30)

    assert asyncio.run(main()) == b"amina"


def test_defaults_are_five_seconds_sixty_seconds_and_no_time_limit(rabbitmq):
    async def main() -> None:
        async with await aio_pika.connect_robust("amqp://localhost/") as connection:
            assert connection.reconnect_interval == 5
            assert connection.fail_fast
            assert connection.transport.connection.heartbeat_timeout == 60

    asyncio.run(main())
    assert issubclass(aio_pika.exceptions.ChannelInvalidStateError, RuntimeError)
    assert not issubclass(aio_pika.exceptions.ChannelInvalidStateError, aio_pika.exceptions.AMQPError)
