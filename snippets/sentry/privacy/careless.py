import sentry_sdk
from sentry_sdk.transport import Transport


class Shown(Transport):
    """Prints what would be sent and what was lost, instead of sending it."""

    def capture_envelope(self, envelope) -> None:
        event = envelope.get_event()
        print("sent:", event["message"], event.get("user", "nobody"))
        for crumb in event["breadcrumbs"]["values"]:
            print("  breadcrumb:", crumb["message"], crumb.get("data", ""))

    def record_lost_event(self, reason, data_category=None, item=None, *, quantity=1):
        print("lost:", quantity, data_category, "because of", reason)


def hide_email(event: dict, hint: dict) -> dict:
    event["user"]["email"] = "[Filtered]"  # and when nobody is logged in?
    return event


def hide_card(crumb: dict, hint: dict) -> dict:
    crumb["data"]["card"] = "[Filtered]"  # and when a breadcrumb has no data?
    return crumb


sentry_sdk.init(
    "http://key@localhost:9000/1",
    transport=Shown,
    before_send=hide_email,
    before_breadcrumb=hide_card,
)
sentry_sdk.capture_message("a visitor could not pay")

sentry_sdk.set_user({"id": "7", "email": "amina@shop.example"})
sentry_sdk.add_breadcrumb(message="saves a card", data={"card": "4111111111111111"})
sentry_sdk.add_breadcrumb(message="pays with 4111111111111111")
sentry_sdk.capture_message("Amina could not pay")
