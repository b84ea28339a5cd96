"""What docs/sentry/django.md promises."""

from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from harness.lab.servers.ingest import Ingest
from harness.proof.runners.tables import Cell, Label, table
from harness.proof.runners.workspace import Workspace

PAGE = "sentry/django"
NEEDED = ("django",)
FAILURES = {
    "/orders/1001": "a view raises",
    "/async/1001": "an `async def` view raises",
    "/basket": "a template calls a method that raises",
    "/misspelled": "a template misspells a variable",
    "/nothing": "unknown address",
    "/missing": "`raise Http404`",
    "/forbidden": "`raise PermissionDenied`",
    "/forged": "`raise SuspiciousOperation`",
    "/wrong-host": "a foreign `Host` header",
    "/paid": "`on_commit(…, robust=True)` fails",
}

Ask = Callable[..., tuple[dict[str, str], dict[str, dict[str, Any]], dict[str, dict[str, Any]]]]


def by_path(payloads: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    found = {urlsplit(one["request"]["url"]).path: one for one in payloads}
    assert len(found) == len(payloads), "one item for each request"
    return found


@pytest.fixture
def ask(shop: Workspace, ingest: Ingest) -> Ask:
    """`ask("default", "wsgi", "/orders/1001")`: status, events and transactions by path."""

    def run(how: str, server: str, *paths: str) -> Any:
        ingest.envelopes = []
        said = shop.run("python", "ask.py", how, server, *paths)
        answers = dict(line.split() for line in said.splitlines())
        assert set(answers) == set(paths)
        return answers, by_path(ingest.payloads("event")), by_path(ingest.payloads("transaction"))

    return run


@pytest.fixture
def database(shop: Workspace) -> None:
    shop.run("python", "-m", "django", "migrate", "--settings=settings", "--verbosity=0")


def error(event: dict[str, Any]) -> dict[str, Any]:
    return event["exception"]["values"][-1]


def test_which_failures_become_events(ask, captured):
    answers, events, _ = ask("default", "wsgi", *FAILURES)
    _, recommended, _ = ask("recommended", "wsgi", *FAILURES)
    _, codes, _ = ask("codes", "wsgi", *FAILURES)

    def seen(events: dict[str, Any], path: str) -> Cell | Label:
        return Cell(error(events[path])["mechanism"]["type"]) if path in events else Label("none")

    rows = [
        (what, Cell(answers[path]), *(seen(found, path) for found in (events, recommended, codes)))
        for path, what in FAILURES.items()
    ]
    head = ("What fails", "Answer", "Event by default", "With `sentry_setup.py`", "With 403 and 404 as failures")
    captured(f"{PAGE}/failures.table", table(head, *rows))
    assert set(events) - set(recommended) == {"/wrong-host"}
    assert set(codes) - set(events) == {"/nothing", "/missing", "/forbidden"}
    assert set(FAILURES) - set(codes) == {"/misspelled"}
    assert error(events["/wrong-host"])["type"] == "DisallowedHost"
    captured(f"{PAGE}/host.txt", error(events["/wrong-host"])["value"])
    assert events["/paid"]["logger"] == "django.db.backends.base"
    frames = error(events["/basket"])["stacktrace"]["frames"]
    assert not any(frame["filename"] == "basket.html" for frame in frames), "only with the engine's debug option"


def test_spans_and_names_of_transactions_depend_on_the_options(ask, database, captured):
    paths = ("/customers", "/orders/1001", "/invoices/7", "/nothing", "/basket")
    _, _, plain = ask("default", "wsgi", *paths)
    _, events, full = ask("everything", "wsgi", *paths)
    names = {
        "/orders/1001": "a function",
        "/invoices/7": "a class",
        "/nothing": "an unknown address",
    }
    rows = [
        (f"`{path}`, {what}", Cell(plain[path]["transaction"]), Cell(full[path]["transaction"]))
        for path, what in names.items()
    ]
    head = ("Request", '`transaction_style="url"`', '`"function_name"`')
    captured(f"{PAGE}/names.table", table(head, *rows))

    def count(found: dict[str, Any]) -> Counter[str]:
        spans = found["/customers"]["spans"]
        return Counter("COMMIT" if span["description"] == "COMMIT" else span["op"] for span in spans)

    before, after = count(plain), count(full)
    options = {
        "db": ("queries", "always"),
        "event.django": ("receivers of signals", "`signals_spans`, on by default"),
        "middleware.django": ("middleware", "`middleware_spans`"),
        "view.render": ("the view function", "`middleware_spans`"),
        "cache.get": ("the cache", "`cache_spans`"),
        "COMMIT": ("end of a database transaction", "`db_transaction_spans`"),
    }
    rows = [
        (f"{what} (`{op if op != 'COMMIT' else 'db'}`)", Label(option), Cell(before[op]), Cell(after[op]))
        for op, (what, option) in options.items()
    ]
    captured(f"{PAGE}/spans.table", table(("Spans of", "Option", "By default", "All options on"), *rows))
    assert set(after) == set(options), "every kind of span is in the table"
    assert {op for op in options if not before[op]} == {"middleware.django", "view.render", "cache.get", "COMMIT"}

    frame = next(one for one in error(events["/basket"])["stacktrace"]["frames"] if one["filename"] == "basket.html")
    assert (frame["lineno"], frame["context_line"].strip()) == (2, "<p>{{ basket.total }}</p>")


def test_user_on_an_event_depends_on_the_setting_and_costs_queries(ask, database, captured):
    rows = []
    sent = {}
    titles = {"default": "default", "pii": "`send_default_pii=True`", "user_id": "`user_id.py`"}
    for how, title in titles.items():
        for server in ("wsgi", "asgi"):
            _, events, transactions = ask(how, server, "/sign-in", "/orders/1001", "/async/1001")
            users = [events[path].get("user") or {} for path in ("/orders/1001", "/async/1001")]
            assert users[0] == users[1], "an async view makes no difference"
            sent[how, server] = sorted(users[0])
            spans = transactions["/orders/1001"]["spans"]
            queries = [span for span in spans if span["op"] == "db" and span["description"].startswith("SELECT")]
            fields = Cell(", ".join(f"`{name}`" for name in sorted(users[0]))) if users[0] else Label("none")
            rows.append((f"{title}, {server.upper()}", fields, Cell(len(queries))))
    captured(f"{PAGE}/users.table", table(("Setting", "User on the event", "Queries in a failing request"), *rows))
    assert sent["default", "wsgi"] == sent["default", "asgi"] == []
    assert sent["pii", "wsgi"] == ["email", "id", "ip_address", "username"]
    assert sent["user_id", "wsgi"] == sent["user_id", "asgi"] == ["id"]
