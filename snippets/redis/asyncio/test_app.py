import os

# Database 15 of a test server: never the one that holds your data.
os.environ["REDIS_URL"] = "redis://localhost:6379/15"

import pytest
import redis
from app import app
from fastapi.testclient import TestClient


@pytest.fixture
def client():
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as server:
        server.flushdb()
    with TestClient(app) as client:  # `with` runs the lifespan, in one loop
        yield client


def test_visits_are_counted(client):
    assert client.post("/visits/home").json() == {"visits": 1}
    assert client.post("/visits/home").json() == {"visits": 2}


def test_each_test_starts_with_an_empty_database(client):
    assert client.post("/visits/home").json() == {"visits": 1}
