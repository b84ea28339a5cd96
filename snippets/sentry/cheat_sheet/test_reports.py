import pytest
import sentry_sdk
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport


class Kept(Transport):
    """Keeps what would have been sent."""

    def __init__(self) -> None:
        super().__init__()
        self.events = []

    def capture_envelope(self, envelope: Envelope) -> None:
        if event := envelope.get_event():
            self.events.append(event)


@pytest.fixture
def sent():
    transport = Kept()
    sentry_sdk.init(dsn="http://key@localhost/1", transport=transport)
    yield transport.events
    sentry_sdk.init()  # off again


def test_failure_is_reported_once(sent):
    sentry_sdk.capture_exception(ValueError("no tea"))
    assert [e["exception"]["values"][0]["value"] for e in sent] == ["no tea"]
