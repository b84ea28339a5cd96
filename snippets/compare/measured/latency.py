import itertools
import queue
import statistics
import threading
import time

from six_ways import WAYS

COUNT, ROUNDS = 30, 5


def receive(way, ready: threading.Event, arrivals: queue.Queue) -> None:
    """Take COUNT messages, and note when each of them came."""
    reader = way("reader", "latency")
    reader.listen()
    reader.take()
    ready.set()
    seen = 0
    while seen < COUNT:
        if job := reader.take():
            arrivals.put(time.perf_counter())
            reader.done(job[0])
            seen += 1
    reader.close()


def measure(way) -> list[float]:
    """Seconds from send() to the arrival, message by message."""
    ready, arrivals, took = threading.Event(), queue.Queue(), []
    sender = way("sender", "latency")
    reader = threading.Thread(target=receive, args=(way, ready, arrivals), daemon=True)
    reader.start()
    ready.wait(timeout=30)
    for number in range(COUNT):
        time.sleep(0.005)  # an idle system: the reader is waiting again
        began = time.perf_counter()
        sender.send(f"message {number}")
        took.append(arrivals.get(timeout=30) - began)
    reader.join(timeout=30)
    sender.close()
    return took


rounds: dict[str, list[list[float]]] = {name: [] for name in WAYS}
for _ in range(ROUNDS):
    for name, way in WAYS.items():
        rounds[name].append(measure(way))

base = statistics.median(map(statistics.median, rounds["Redis Pub/Sub"]))
print("Way | Median of five rounds (lowest to highest) | Slowest of 100")
for name, measured in rounds.items():
    middles = [statistics.median(took) / base for took in measured]
    everything = list(itertools.chain(*measured))
    slow = statistics.quantiles(everything, n=100)[-1] / base
    middle, low, high = statistics.median(middles), min(middles), max(middles)
    print(f"{name} | {middle:.1f} × ({low:.1f} × to {high:.1f} ×) | {slow:.1f} ×")
