import os

import sentry_sdk


def drop_health_checks(context: dict) -> float:
    if context["parent_sampled"] is not None:  # began elsewhere: keep the trace whole
        return float(context["parent_sampled"])
    path = context.get("asgi_scope", {}).get("path")  # of FastAPI or Starlette
    return 0 if path == "/health" else 0.05


sentry_sdk.init(
    dsn=os.environ["SENTRY_DSN"],  # a KeyError is better than silence
    environment=os.environ.get("SENTRY_ENVIRONMENT", "development"),
    release=os.environ.get("SENTRY_RELEASE"),
    traces_sampler=drop_health_checks,  # one in twenty of all others
    include_local_variables=False,  # variables hold what nobody expects
    max_request_body_size="never",
    shutdown_timeout=5,
)
