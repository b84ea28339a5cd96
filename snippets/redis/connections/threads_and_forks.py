import multiprocessing
from concurrent.futures import ThreadPoolExecutor

import redis

client = redis.Redis(host="localhost", port=6379, client_name="shop")


def connections() -> set[int]:
    """Ids of the connections that this program holds."""
    return {int(c["id"]) for c in client.client_list() if c["name"] == "shop"}


def child(answers: multiprocessing.SimpleQueue) -> None:
    answers.put(client.client_id())


if __name__ == "__main__":
    # Threads share the client: each command borrows a connection for itself.
    client.delete("orders")
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(client.incr, ["orders"] * 4000))
    ours = connections()
    print("orders:", int(client.get("orders")))
    print("at most 8 connections:", len(ours) <= 8)

    # A forked child notices that it is another process and connects anew.
    fork = multiprocessing.get_context("fork")
    answers = fork.SimpleQueue()
    process = fork.Process(target=child, args=(answers,))
    process.start()
    print("child uses a connection of ours:", answers.get() in ours)
    process.join()
