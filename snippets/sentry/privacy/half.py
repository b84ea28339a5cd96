import sentry_sdk
from sentry_sdk.transport import Transport


class Shown(Transport):
    """Prints what would be sent, instead of sending it."""

    def capture_envelope(self, envelope) -> None:
        for item in envelope.items:
            print("   ", item.type, item.payload.json["contexts"]["mail"])


def hide_link(event: dict, hint: dict) -> dict:
    if mail := event.get("contexts", {}).get("mail"):
        mail["link"] = "[Filtered]"
    return event


def send_link() -> None:
    with sentry_sdk.start_transaction(name="send_link", op="task"):
        sentry_sdk.set_context("mail", {"link": "/reset/token-of-amina"})
        sentry_sdk.capture_message("mail server does not answer")


options = {"transport": Shown, "traces_sample_rate": 1.0, "before_send": hide_link}
print("before_send alone")
sentry_sdk.init("http://key@localhost:9000/1", **options)
send_link()

print("and before_send_transaction")
options["before_send_transaction"] = hide_link
sentry_sdk.init("http://key@localhost:9000/1", **options)
send_link()
