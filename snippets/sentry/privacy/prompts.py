import warnings

import sentry_sdk
from sentry_sdk.transport import Transport

warnings.simplefilter("ignore")
sent: list[str] = []


class Kept(Transport):
    """Keeps what would be sent."""

    def capture_envelope(self, envelope) -> None:
        sent.append(envelope.serialize().decode())


SETTINGS = {
    "default": {},
    "`send_default_pii=True`": {"send_default_pii": True},
    "`data_collection={}`": {"data_collection": {}},
    "`gen_ai` switched off": {
        "data_collection": {"gen_ai": {"inputs": False, "outputs": False}}
    },
}
print("Setting | Integrations send prompts | A span of your own sends it")
for title, options in SETTINGS.items():
    sent.clear()
    sentry_sdk.init(
        "http://key@localhost:9000/1", traces_sample_rate=1.0, transport=Kept, **options
    )
    with sentry_sdk.start_transaction(op="gen_ai.chat", name="chat") as span:
        span.set_data("gen_ai.request.messages", "canary-prompt-4111")
    collected = sentry_sdk.get_client().options["data_collection"]["gen_ai"]["inputs"]
    leaves = "canary-prompt-4111" in "".join(sent)
    cells = ["yes" if cell else "no" for cell in (collected, leaves)]
    print(title, *cells, sep=" | ")
