"""What docs/sentry/feedback.md promises."""

import json

import requests
from sentry_relay.processing import StoreNormalizer

PAGE = "sentry/feedback"
API = "http://localhost:8000"


def test_feedback_names_the_event_whose_number_the_customer_got(shop, ingest, captured):
    server = shop.start("uvicorn", "shop:app")
    server.wait_for("Uvicorn running on")
    failed = requests.get(f"{API}/orders/1001", timeout=20)
    number = failed.json()["number"]
    given = {"event_id": number, "message": "I cannot see my order.", "email": "amina@shop.example"}
    assert requests.post(f"{API}/feedback", json=given, timeout=20).json() == {"sent": True}
    del given["email"]
    assert requests.post(f"{API}/feedback", json=given, timeout=20).status_code == 202
    for wrong in ({"event_id": "1"}, {"message": ""}, {"message": "x" * 4001}):
        assert requests.post(f"{API}/feedback", json=given | wrong, timeout=20).status_code == 422
    first, second = ingest.wait_for("feedback", 2)
    server.stop(2)
    (event,) = ingest.payloads("event")
    assert failed.status_code == 500
    assert event["event_id"] == number, "reported once: the integration drops the exception that was just captured"
    assert first["contexts"]["feedback"]["associated_event_id"] == number
    assert "contact_email" not in second["contexts"]["feedback"]
    assert set(first) == {"type", "event_id", "timestamp", "platform", "level", "environment", "contexts"}
    captured(f"{PAGE}/feedback.json", json.dumps(first["contexts"], indent=2))
    assert len(ingest.items("feedback")) == 2

    kept = StoreNormalizer(project_id=1).normalize_event(first)
    assert kept["contexts"]["feedback"].items() >= first["contexts"]["feedback"].items(), "Relay keeps every field"


def test_without_a_dsn_there_is_no_number_and_nothing_is_sent(shop):
    server = shop.start("uvicorn", "shop:app", env={"SENTRY_DSN": ""})
    server.wait_for("Uvicorn running on")
    assert requests.get(f"{API}/orders/1001", timeout=20).json()["number"] is None
    given = {"event_id": "0" * 32, "message": "I cannot see my order."}
    assert requests.post(f"{API}/feedback", json=given, timeout=20).json() == {"sent": False}
    server.stop(2)


def test_last_event_id_is_not_known_yet_in_a_handler_of_fastapi(shop, ingest, captured):
    captured(f"{PAGE}/last_id.txt", shop.run("python", "last_id.py"))
    assert len(ingest.wait_for("event")) == 1, "the event is made, but after the answer"


def test_bugsink_answers_and_drops_a_feedback(shop, project):
    server = shop.start("uvicorn", "shop:app")
    server.wait_for("Uvicorn running on")
    number = requests.get(f"{API}/orders/1001", timeout=20).json()["number"]
    requests.post(f"{API}/feedback", json={"event_id": number, "message": "Help!"}, timeout=20)
    server.stop(2)
    (event,) = project.events()
    assert event["event_id"].replace("-", "") == number
