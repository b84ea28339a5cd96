"""What docs/redis/django-and-flask.md promises."""

import pytest

from harness.lab.servers.base import listening
from harness.process import wait_until

PAGE = "redis/django_and_flask"
DJANGO = {"DJANGO_SETTINGS_MODULE": "settings", "SECRET_KEY": "only-for-this-experiment"}


@pytest.mark.own_servers("stops Redis by a command")
def test_shop_uses_the_cache_and_works_without_it(terminal, reader_server):
    reader_server.run("redis-server", "--save", "", "--daemonize", "yes", "--pidfile", "redis.pid")
    wait_until(lambda: listening(6379), 10, "Redis to listen")
    terminal(f"{PAGE}/shop.console")


def test_clear_empties_the_whole_database_and_a_prefix_does_not(shop, redis_server):
    shop.run("python", "clear.py", env=DJANGO)
    assert redis_server.client().dbsize() == 0


# One process for several promises, because Django needs a second or two to start.
PROMISES = """
import threading
import django, redis
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client, override_settings
from forgiving_cache import ForgivingRedisCache

django.setup()
r = redis.Redis()
call_command("migrate", verbosity=0)
visitor = Client(headers={"host": "localhost"})
visitor.get("/product/17")
visitor.get("/add/17")
print("pickle:", r.get("shop:1:product:17")[:1], "seconds:", r.ttl("shop:1:product:17") in range(1, 61))
r.flushall()
print("after a loss of the cache:", visitor.get("/add/18").json())

with override_settings(SESSION_ENGINE="django.contrib.sessions.backends.cache"):
    other = Client(headers={"host": "localhost"})
    other.get("/add/17")
    r.flushall()
    print("sessions in the cache alone:", other.get("/add/18").json())

def read():
    for _ in range(10):
        cache.get("product:17")
    barrier.wait(10)

barrier = threading.Barrier(8)
before = r.info("stats")["total_connections_received"]
threads = [threading.Thread(target=read) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print("connections of 8 threads:", r.info("stats")["total_connections_received"] - before)

down = ForgivingRedisCache("redis://localhost:6390/0", {})
print("get:", down.get("product:17"), "has_key:", down.has_key("product:17"), "set:", down.set("product:17", 1))
for write in (down.delete, down.incr, lambda key: down.add(key, 1)):
    try:
        write("product:17")
    except redis.exceptions.ConnectionError as error:
        print(error)
"""


def test_sessions_threads_and_writes_behave_as_the_page_says(shop, redis_server):
    (shop.path / "promises.py").write_text(PROMISES)
    said = shop.run("python", "promises.py", env=DJANGO)
    assert "pickle: b'\\x80' seconds: True" in said
    assert "after a loss of the cache: {'cart': [17, 18]}" in said, "the session came from the database"
    assert "sessions in the cache alone: {'cart': [18]}" in said
    assert "connections of 8 threads: 8" in said
    assert "get: None has_key: False set: None" in said
    assert said.count("\nError 111 connecting to localhost:6390. Connection refused.") == 3


def test_flask_answers_while_redis_is_down(shop, redis_server):
    (shop.path / "visit_flask.py").write_text(
        "from flask_shop import app\nprint(app.test_client().get('/product/17').json)\n"
    )
    assert "'views': 1" in shop.run("python", "visit_flask.py")
    redis_server.stop()
    said = shop.run("python", "visit_flask.py")
    assert "'views': None" in said
    assert "not counted: Error 111" in said
