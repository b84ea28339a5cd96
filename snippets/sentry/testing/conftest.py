import json
from collections.abc import Iterator

import pytest
import sentry_sdk
import shop
from sentry_sdk.transport import Transport


class Kept(Transport):
    """Keeps every envelope in memory, instead of sending it."""

    def __init__(self, options: dict | None = None) -> None:
        super().__init__(options)
        self.envelopes: list = []

    def capture_envelope(self, envelope) -> None:
        self.envelopes.append(envelope)

    def items(self, kind: str) -> list[dict]:
        """What was sent of this kind: "event", "transaction", "log", "check_in", …"""
        items = [item for envelope in self.envelopes for item in envelope.items]
        return [json.loads(item.get_bytes()) for item in items if item.type == kind]

    def everything(self) -> str:
        """All envelopes as they would travel, to look for secrets."""
        sentry_sdk.flush()  # logs and metrics are collected before they are sent
        return "\n".join(e.serialize().decode() for e in self.envelopes)


@pytest.fixture
def sentry_events() -> Iterator[Kept]:
    kept = Kept()
    with sentry_sdk.isolation_scope():  # tags and breadcrumbs end with the test
        shop.init_sentry(
            dsn="http://key@localhost:9/1",  # nobody listens there
            transport=kept,
            traces_sample_rate=1.0,
        )
        yield kept
    sentry_sdk.get_client().close()
    sentry_sdk.get_global_scope().set_client(None)
