"""Sentry with an allowlist: what is not named in this file does not leave."""

import re

import sentry_sdk
from sentry_sdk.scrubber import DEFAULT_DENYLIST, EventScrubber

EVENT = "event_id type level platform timestamp start_timestamp logger release dist"
EVENT += " environment sdk modules transaction transaction_info"
FRAME = "filename abs_path module function lineno in_app"
MECHANISM = "type handled exception_id parent_id is_exception_group"
SPAN = "span_id trace_id parent_span_id op status origin start_timestamp timestamp"
ATTRIBUTES = "sentry.release sentry.environment sentry.sdk.name sentry.sdk.version"
ATTRIBUTES += " logger.name code.file.path code.function.name code.line.number"
SAFE_TEXTS = {"OutOfStock"}  # exceptions of yours whose text never holds data
SAFE_TAGS = "celery_task_id"


def keep(names: str, values: dict) -> dict:
    return {name: values[name] for name in names.split() if name in values}


def safe_error(error: dict) -> dict:
    safe = keep("type module", error)
    safe["value"] = error["value"] if error["type"] in SAFE_TEXTS else "[Filtered]"
    safe["mechanism"] = keep(MECHANISM, error.get("mechanism") or {})
    frames = (error.get("stacktrace") or {}).get("frames", [])
    safe["stacktrace"] = {"frames": [keep(FRAME, frame) for frame in frames]}
    return safe


def safe_sql(statement: str) -> str:
    """The statement up to its first quote, without numbers."""
    return re.sub(r"\d+", "?", re.split(r"['\"`$]", statement, maxsplit=1)[0])


def safe_span(span: dict) -> dict:
    safe = keep(SPAN, span)
    if span.get("op") == "db":
        safe["description"] = safe_sql(span.get("description") or "")
    return safe


def safe_event(event: dict, hint: dict) -> dict:
    if event.get("type") == "check_in":  # before_send sees these, too
        return event
    safe = keep(EVENT, event)
    if event.get("transaction_info", {}).get("source") == "url":
        safe["transaction"] = "[Filtered]"  # a path that no route matched
    safe["request"] = keep("method", event.get("request") or {})
    safe["user"] = keep("id", event.get("user") or {})
    safe["tags"] = keep(SAFE_TAGS, event.get("tags") or {})
    contexts = event.get("contexts", {})
    safe["contexts"] = {"trace": keep(SPAN, contexts.get("trace", {}))}
    safe["contexts"] |= keep("runtime", contexts)
    safe["breadcrumbs"] = event.get("breadcrumbs") or {"values": []}
    if "spans" in event:
        safe["spans"] = [safe_span(span) for span in event["spans"]]
    if errors := (event.get("exception") or {}).get("values"):
        safe["exception"] = {"values": [safe_error(error) for error in errors]}
    elif record := hint.get("log_record"):  # where, not what
        safe["message"] = f"{record.levelname} in {record.module}:{record.lineno}"
    elif event.get("type") != "transaction":
        safe["message"] = "[Filtered]"
    return safe


def safe_breadcrumb(crumb: dict, hint: dict) -> dict | None:
    try:
        safe = keep("type category level timestamp", crumb)
        if record := hint.get("log_record"):
            safe["message"] = f"{record.module}:{record.lineno}"
        return safe
    except Exception:
        return None  # if this function raised, the SDK would send `crumb` as it is


def safe_log(log: dict, hint: dict) -> dict:
    attributes = keep(ATTRIBUTES, log["attributes"])
    return log | {"body": "[Filtered]", "attributes": attributes}


def init(**options) -> None:
    sentry_sdk.init(
        include_local_variables=False,  # what is not collected cannot leak
        include_source_context=False,
        max_request_body_size="never",
        event_scrubber=EventScrubber(denylist=DEFAULT_DENYLIST.copy(), recursive=True),
        before_send=safe_event,
        before_send_transaction=safe_event,
        before_breadcrumb=safe_breadcrumb,
        before_send_log=safe_log,
        before_send_metric=lambda metric, hint: None,
        **options,
    )
