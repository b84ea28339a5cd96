import warnings

import sentry_sdk
from sentry_sdk.transport import Transport

warnings.simplefilter("ignore")  # "Ignoring event_scrubber..." would be lost in a log


class Shown(Transport):
    """Prints what would be sent, instead of sending it."""

    def capture_envelope(self, envelope) -> None:
        error = envelope.get_event()["exception"]["values"][0]
        print("   ", error["stacktrace"]["frames"][-1].get("vars", "no variables"))


def log_in(name: str, password: str) -> None:
    raise ConnectionError("the database does not answer")


for title, options in {
    "default": {},
    "data_collection={}": {"data_collection": {}},
    "with a list of names": {
        "data_collection": {
            "stack_frame_variables": {"mode": "denylist", "terms": ["name"]}
        }
    },
    "switched off": {"data_collection": {"stack_frame_variables": False}},
}.items():
    print(title)
    sentry_sdk.init("http://key@localhost:9000/1", transport=Shown, **options)
    try:
        log_in("amina", "hunter2")
    except ConnectionError as error:
        sentry_sdk.capture_exception(error)
