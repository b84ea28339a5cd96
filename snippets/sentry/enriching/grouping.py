import sentry_sdk

sentry_sdk.init(auto_enabling_integrations=False, shutdown_timeout=20)


def find(order: int) -> None:
    raise LookupError(f"order {order} not found")


def connect(host: str) -> None:
    raise ConnectionError(f"no answer from {host}")


def report(function, argument, fingerprint: list[str] | None = None) -> None:
    try:
        function(argument)
    except Exception as error:
        sentry_sdk.set_tag("part", "-".join(fingerprint or ["default"]))
        sentry_sdk.capture_exception(error, fingerprint=fingerprint)


for number in (1001, 1002, 1003):
    report(find, number)
    report(find, number, ["order-not-found"])

report(find, 1001, ["shop"])
report(connect, "db-1", ["shop"])

for tenant in ("berlin", "lahore"):
    report(connect, "db-1", ["{{ default }}", tenant])
