import re
import warnings
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import private_sentry
import sentry_sdk
from fastapi.testclient import TestClient
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.scrubber import DEFAULT_DENYLIST, EventScrubber
from sentry_sdk.transport import Transport
from shop import canary, charge, create_app

LETTER = {"event": "E", "transaction": "T", "log": "L"}
ADDRESS = "203.0.113.77"  # the visitor's
longer = [*DEFAULT_DENYLIST, "card_number", "iban", "email", "voucher"]
settings = {
    "default": lambda **o: sentry_sdk.init(**o),
    "PII on": lambda **o: sentry_sdk.init(send_default_pii=True, **o),
    "no locals": lambda **o: sentry_sdk.init(include_local_variables=False, **o),
    "scrubber": lambda **o: sentry_sdk.init(
        event_scrubber=EventScrubber(denylist=longer, recursive=True), **o
    ),
    "`{}`": lambda **o: sentry_sdk.init(data_collection={}, **o),
    "private": private_sentry.init,
}


class Kept(Transport):
    """Keeps everything that would be sent, instead of sending it."""

    def __init__(self, options: dict | None = None) -> None:
        super().__init__(options)
        self.left: list[tuple[str, str]] = []

    def capture_envelope(self, envelope) -> None:
        travels = envelope.serialize().decode(errors="replace")
        self.left.append((envelope.items[0].type, travels))


class Stock(BaseHTTPRequestHandler):
    """Another service that the shop asks."""

    def do_GET(self) -> None:
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_) -> None:
        pass


def sell() -> None:
    client = TestClient(
        create_app(),
        client=(ADDRESS, 50000),
        raise_server_exceptions=False,
        cookies={"basket": canary("cookie"), "sessionid": canary("session-cookie")},
        headers={
            "Authorization": canary("authorization"),
            "X-Customer": canary("other-header"),
        },
    )
    payment = {"card": canary("nested-in-body"), "token": canary("token-in-body")}
    order = {"password": canary("password-in-body"), "payment": payment}
    path = f"/checkout/{canary('url-path')}?email={canary('query-string')}"
    client.post(path, json=order)
    charge.apply(args=[canary("celery-argument")])


def everything_sent(init) -> list[tuple[str, str]]:
    """Sell once under these settings; what left, as (kind, text)."""
    transport = Kept()
    init(
        dsn="http://key@localhost:9000/1",
        transport=transport,
        traces_sample_rate=1.0,
        integrations=[LoggingIntegration(capture_sentry_logs=True)],
    )
    sell()
    sentry_sdk.get_client().close()
    return transport.left


server = HTTPServer(("127.0.0.1", 8100), Stock)
Thread(target=server.serve_forever, daemon=True).start()
warnings.simplefilter("ignore")
found: dict[str, dict[str, str]] = {}
for name, init in settings.items():
    for kind, text in everything_sent(init):
        text = text.replace(ADDRESS, "canary-visitors-address-4111")
        for secret in re.findall(r"canary-([\w-]+?)-4111", text):
            letters = found.setdefault(secret, {}).get(name, "") + LETTER.get(kind, "?")
            found[secret][name] = "".join(sorted(set(letters)))

print("Secret", *settings, sep=" | ")
for secret, where in sorted(found.items()):
    cells = [where.get(name, "–") for name in settings]
    print(secret.replace("-", " "), *cells, sep=" | ")
