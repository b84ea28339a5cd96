import asyncio
import statistics
import sys
import time

import aio_pika

MESSAGE = aio_pika.Message(bytes(500), delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
COUNT, ROUNDS, BATCH = 300, 3, 100
URL = sys.argv[1]


async def rate(channel, queue: str, batch: int) -> float:
    """Messages per second when `batch` messages at a time wait for confirms."""
    publish = channel.default_exchange.publish
    started = time.perf_counter()
    for _ in range(COUNT // batch):
        await asyncio.gather(*(publish(MESSAGE, queue) for _ in range(batch)))
    return COUNT / (time.perf_counter() - started)


async def main() -> None:
    print("Confirms", "classic queue", "quorum queue", sep=" | ")
    async with await aio_pika.connect(URL) as connection:
        confirmed = await connection.channel(on_return_raises=True)
        modes = {
            "one by one": (confirmed, 1),
            f"in batches of {BATCH}": (confirmed, BATCH),
            "asynchronous, all at once": (confirmed, COUNT),
            "none": (await connection.channel(publisher_confirms=False), 1),
        }
        found: dict[str, list[str]] = {mode: [] for mode in modes}
        for kind in ("classic", "quorum"):
            arguments = {"x-queue-type": kind}
            await confirmed.declare_queue(kind, durable=True, arguments=arguments)
            rates: dict[str, list[float]] = {mode: [] for mode in modes}
            for _ in range(ROUNDS):
                for mode, (channel, batch) in modes.items():
                    rates[mode].append(await rate(channel, kind, batch))
                # A confirm after all others: nothing of this round is under way.
                await rate(confirmed, kind, 1)
            base = statistics.median(rates["one by one"])
            for mode, measured in rates.items():
                low, middle, high = (
                    f(measured) / base for f in (min, statistics.median, max)
                )
                found[mode].append(f"{middle:.1f} × ({low:.1f} × to {high:.1f} ×)")
        for mode, cells in found.items():
            print(mode, *cells, sep=" | ")


asyncio.run(main())
