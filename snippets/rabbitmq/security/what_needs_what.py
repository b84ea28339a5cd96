from itertools import count

import pika
import requests

API, ADMIN = "http://localhost:15672/api", ("guest", "guest")
LOGIN = pika.PlainCredentials("probe", "probe")
BROKER = pika.ConnectionParameters("localhost", virtual_host="lab", credentials=LOGIN)
FULL = {right: ".*" for right in ("configure", "write", "read")}
NUMBERS = count(2)
DEAD = {"x-dead-letter-exchange": "ex-news"}
ACTIONS = {
    "declare a queue": lambda it: it.queue_declare("q-new", durable=True),
    "declare one with a dead letter exchange": lambda it: it.queue_declare(
        f"q-{next(NUMBERS)}", durable=True, arguments=DEAD
    ),
    "delete a queue": lambda it: it.queue_delete("q-none"),
    "bind a queue to an exchange": lambda it: it.queue_bind("q-1", "ex-news", "#"),
    "publish to an exchange": lambda it: it.basic_publish("ex-news", "a", b"{}"),
    "consume, get": lambda it: it.basic_get("q-1", auto_ack=True),
    "purge": lambda it: it.queue_purge("q-1"),
}


def put(path: str, body: dict[str, str]) -> None:
    answer = requests.put(f"{API}/{path}", json=body, auth=ADMIN, timeout=10)
    answer.raise_for_status()


def refused(act, rights: dict[str, str]) -> bool:
    put("permissions/lab/probe", rights)
    with pika.BlockingConnection(BROKER) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        try:
            act(channel)
        except pika.exceptions.ChannelClosedByBroker:
            return True
    return False


put("vhosts/lab", {})
put("users/probe", {"password": "probe", "tags": ""})
refused(lambda it: it.exchange_declare("ex-news", "topic", durable=True), FULL)
refused(lambda it: it.queue_declare("q-1", durable=True), FULL)
print("Action", *FULL, sep=" | ")
for name, act in ACTIONS.items():
    needs = []
    for right in FULL:  # take one right on one kind of thing away: does it still work?
        without = {"queue": "^ex-", "exchange": "^q-"}
        kinds = [k for k, rest in without.items() if refused(act, FULL | {right: rest})]
        needs.append(", ".join(kinds) or "-")
    print(name, *needs, sep=" | ")
