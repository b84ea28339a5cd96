import os
import signal

import carts


def test_pieces_are_counted(client):
    carts.add(client, "amina", "tea")
    carts.add(client, "amina", "tea")
    assert carts.count(client, "amina") == 2


def test_cart_expires_after_an_hour(client):
    carts.add(client, "amina", "tea")
    assert 3590 < client.ttl("cart:amina") <= 3600


def test_page_is_shown_while_redis_is_frozen(client, redis_server):
    carts.add(client, "amina", "tea")
    os.kill(redis_server.pid, signal.SIGSTOP)
    try:
        assert carts.count(client, "amina") == 0
    finally:
        os.kill(redis_server.pid, signal.SIGCONT)
