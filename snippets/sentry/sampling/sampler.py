import sentry_sdk

TASKS = {"tasks.heartbeat": 0.0, "tasks.charge": 1.0}


def rate(context: dict) -> float:
    if context["parent_sampled"] is not None:  # began elsewhere: keep the trace whole
        return float(context["parent_sampled"])
    if "celery_job" in context:
        return TASKS.get(context["celery_job"]["task"], 0.1)
    if context.get("asgi_scope", {}).get("path") == "/health":
        return 0.0
    return 0.5


sentry_sdk.init(traces_sampler=rate)
