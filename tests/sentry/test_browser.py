"""What docs/sentry/browser.md promises: programs in JavaScript, run by a real Chromium."""

import json
import re
import shutil
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from harness import ROOT
from harness.lab.provision import Provision

PAGE = "sentry/browser"
SHOP = "http://localhost:3000/"
LOCK = ROOT / "docs" / "assets" / "browser" / "package-lock.json"
MESSAGE = "Cannot read properties of undefined (reading 'reduce')"


def dump(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


@pytest.fixture
def npm(shop, provision: Provision) -> None:
    """The reader's folder after `npm install`: the packages that were installed by hash before the run."""
    (shop.path / "node_modules").symlink_to(provision.javascript / "app" / "node_modules")


@pytest.fixture
def serve(terminal, npm) -> None:
    """The shop's files on port 3000, as the page serves them."""
    terminal(f"{PAGE}/serve.console", keeps_running=True).wait_for("Serving HTTP")


@pytest.fixture
def receiver(ingest):
    """The envelope receiver, which lets a page of another origin read its answers as Sentry does."""
    ingest.reply_headers = {"Access-Control-Allow-Origin": "*"}
    return ingest


def wait_until(what: Callable[[], Any], why: str, timeout: float = 30) -> Any:
    deadline = time.monotonic() + timeout
    while not (found := what()):
        assert time.monotonic() < deadline, f"{why}: not after {timeout:g} s"
        time.sleep(0.05)
    return found


def blocked(visitor) -> str:
    """What the browser's console says of a request that it refused."""

    def find() -> list[str]:
        visitor.page.wait_for_timeout(50)  # lets the browser tell what it has written meanwhile
        return [line for line in visitor.console if "blocked by CORS" in line]

    return wait_until(find, "the console's line")[0]


def spans(receiver) -> dict[str, dict[str, Any]]:
    """What the browser measured, by operation; the last one of each."""
    items = [span for payload in receiver.payloads("span") for span in payload["items"]]
    return {span["attributes"]["sentry.op"]["value"]: span for span in items}


def frames(event: dict[str, Any]) -> list[dict[str, Any]]:
    return event["exception"]["values"][-1]["stacktrace"]["frames"]


def test_packages_install_as_published(shop, shell, provision: Provision):
    shop.env["npm_config_cache"] = str(provision.javascript / "npm")
    for file in LOCK.parent.glob("*.json"):
        shutil.copy(file, shop.path)
    shell(f"{PAGE}/install.sh", timeout=120)
    locked = json.loads(LOCK.read_text())["packages"]
    text = (ROOT / "docs" / "sentry" / "browser.md").read_text()
    for name, wanted in {**locked[""]["dependencies"], **locked[""]["devDependencies"]}.items():
        installed = json.loads((shop.path / "node_modules" / name / "package.json").read_text())["version"]
        assert installed == wanted == locked[f"node_modules/{name}"]["version"]
        assert f"`{name}` {wanted}" in text
    assert "sentry-cli 3." in shop.run("npx", "sentry-cli", "--version")


def test_error_of_a_visitor_arrives_and_a_source_map_names_its_line(
    shell, serve, visitor, project, bugsink, shop, wait_for_events, captured, loaded
):
    shell(f"{PAGE}/build.sh")
    visitor.page.goto(SHOP)
    visitor.page.click("#pay")
    (event,) = wait_for_events(1)
    error = event["exception"]["values"][0]
    assert error["value"] == MESSAGE
    captured(
        f"{PAGE}/event.json",
        dump(
            {
                "exception": {"type": error["type"], "value": error["value"], "mechanism": error["mechanism"]["type"]},
                "frame": frames(event)[-1],
                "request": {"url": event["request"]["url"], "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) ..."},
                "breadcrumbs": [{key: crumb[key] for key in ("category", "message")} for crumb in event["breadcrumbs"]],
                "sdk": {"name": event["sdk"]["name"], "settings": event["sdk"]["settings"]},
            }
        ),
    )
    assert "Chrome/" in event["request"]["headers"]["User-Agent"]
    assert "user" not in event
    assert "vars" not in frames(event)[-1], "a browser gives no local variables away"
    captured(f"{PAGE}/minified.txt", project.events()[0]["stacktrace_md"])

    shop.env["SENTRY_AUTH_TOKEN"] = bugsink.token
    said = shell(f"{PAGE}/sourcemaps.sh")
    assert "File upload complete" in said
    assert "//# debugId=" in (shop.path / "dist" / "shop.js").read_text()
    wait_until(lambda: bugsink.debug_files() == 2, "the script and its map to be unpacked")
    visitor.page.goto(SHOP)
    visitor.page.click("#pay")
    wait_for_events(2)
    before, after = (event["stacktrace_md"] for event in project.events())
    assert "order.js" not in before, "the script of the first event had no debug id: no map belongs to it"
    parts = re.split(r"\n(?=### )", after)
    captured(f"{PAGE}/resolved.txt", "\n".join(part for part in parts if "node_modules" not in part))
    assert "return order.lines.reduce" in after
    for name in ("shop.js", "order.js", "index.htm"):
        loaded(f"{PAGE}/{name}", visitor.browser, visitor.bundle(shop.path))


def test_map_of_another_build_does_not_help(shell, serve, visitor, project, bugsink, shop, wait_for_events):
    """The files that are served were built again after the upload, so they carry no debug id."""
    shop.env["SENTRY_AUTH_TOKEN"] = bugsink.token
    shell(f"{PAGE}/build.sh")
    shell(f"{PAGE}/sourcemaps.sh")
    shell(f"{PAGE}/build.sh")
    visitor.page.goto(SHOP)
    visitor.page.click("#pay")
    wait_for_events(1)
    assert "order.js" not in project.events()[0]["stacktrace_md"]


def test_one_trace_from_the_click_into_fastapi(shell, terminal, serve, visitor, receiver, shop, captured, loaded):
    shell(f"{PAGE}/build_trace.sh")
    api = terminal(f"{PAGE}/api.console", keeps_running=True)
    visitor.page.goto(SHOP)
    wait_until(lambda: "pageload" in spans(receiver), "the span of the page load")
    visitor.page.click("#pay")
    wait_until(lambda: visitor.page.text_content("#total") == "30", "the total")
    (transaction,) = receiver.wait_for("transaction")
    wait_until(lambda: {"ui.action.click", "http.client"} <= spans(receiver).keys(), "the spans of the click")
    click, request = spans(receiver)["ui.action.click"], spans(receiver)["http.client"]
    api.stop()
    server = transaction["contexts"]["trace"]
    assert click["trace_id"] == request["trace_id"] == server["trace_id"]
    assert request["parent_span_id"] == click["span_id"]
    assert server["parent_span_id"] == request["span_id"]
    begin, end = (datetime.fromisoformat(transaction[key]).timestamp() for key in ("start_timestamp", "timestamp"))
    rows = [
        ("`ui.action.click` pay", "browser", click["start_timestamp"], click["end_timestamp"]),
        (f"· `http.client` {request['name']}", "browser", request["start_timestamp"], request["end_timestamp"]),
        (f"·· `{server['op']}` {transaction['transaction']}", "API", begin, end),
    ]
    start = rows[0][2]
    lines = ["Span | Process | After | Takes"]
    lines += [f"{name} | {where} | {(a - start) * 1e3:.1f} ms | {(b - a) * 1e3:.1f} ms" for name, where, a, b in rows]
    captured(f"{PAGE}/waterfall.table", "\n".join(lines) + "\n")
    loaded(f"{PAGE}/trace.js", visitor.browser, visitor.bundle(shop.path))


def test_without_targets_the_api_starts_a_trace_of_its_own(shell, serve, visitor, receiver, shop):
    text = (ROOT / "snippets" / PAGE / "trace.js").read_text()
    (shop.path / "trace.js").write_text(text.replace('  tracePropagationTargets: ["http://localhost:8000/"],\n', ""))
    assert (shop.path / "trace.js").read_text() != text
    shop.run("bash", "build_trace.sh")
    api = shop.start("uvicorn", "api:app")
    api.wait_for("Uvicorn running on")
    visitor.page.goto(SHOP)
    visitor.page.click("#pay")
    (transaction,) = receiver.wait_for("transaction")
    wait_until(lambda: "http.client" in spans(receiver), "the span of the request")
    assert not transaction["contexts"]["trace"].get("parent_span_id")
    assert transaction["contexts"]["trace"]["trace_id"] != spans(receiver)["http.client"]["trace_id"]


def test_api_that_does_not_allow_the_headers_is_unreachable(shell, serve, visitor, receiver, shop, captured):
    text = (ROOT / "snippets" / PAGE / "api.py").read_text()
    (shop.path / "api_without.py").write_text(text.replace('    allow_headers=["sentry-trace", "baggage"],\n', ""))
    assert (shop.path / "api_without.py").read_text() != text
    shell(f"{PAGE}/build_trace.sh")
    api = shop.start("uvicorn", "api_without:app")
    api.wait_for("Uvicorn running on")
    visitor.page.goto(SHOP)
    visitor.page.click("#pay")
    (event,) = receiver.wait_for("event")
    assert event["exception"]["values"][0]["value"] == "Failed to fetch (localhost:8000)"
    captured(f"{PAGE}/blocked.log", blocked(visitor))
    assert '"OPTIONS /orders/1001/total HTTP/1.1" 400' in api.output()
    assert '"GET ' not in api.output(), "the browser never sent the request"
    assert visitor.page.text_content("#total") == ""


def test_failed_request_makes_two_events_in_one_trace(shell, serve, visitor, receiver, shop, captured):
    shell(f"{PAGE}/build_trace.sh")
    api = shop.start("uvicorn", "api:app")
    api.wait_for("Uvicorn running on")
    visitor.page.goto(f"{SHOP}?order=1002")
    visitor.page.click("#pay")
    events = sorted(receiver.wait_for("event", 2), key=lambda event: event["platform"])
    captured(
        f"{PAGE}/both.json",
        dump(
            [
                {
                    "release": event["release"],
                    "exception": f"{error['type']}: {error['value']}",
                    "trace_id": event["contexts"]["trace"]["trace_id"],
                }
                for event in events
                for error in event["exception"]["values"]
            ]
        ),
    )
    assert len({event["contexts"]["trace"]["trace_id"] for event in events}) == 1
    assert "No 'Access-Control-Allow-Origin' header" in blocked(visitor)
    assert visitor.page.text_content("#total") == ""

    text = (ROOT / "snippets" / PAGE / "api.py").read_text()
    api.stop()
    text = text.replace("return totals[number]", "raise HTTPException(404)")
    (shop.path / "expected.py").write_text(text.replace("import FastAPI", "import FastAPI, HTTPException"))
    shop.start("uvicorn", "expected:app").wait_for("Uvicorn running on")
    visitor.page.click("#pay")
    visitor.page.wait_for_function("document.querySelector('#total').textContent.includes('Not Found')")


def test_error_boundary_of_react_reports_and_keeps_the_rest_of_the_page(
    shell, serve, visitor, receiver, shop, captured, loaded
):
    shell(f"{PAGE}/build_react.sh")
    visitor.page.goto(SHOP)
    (event,) = receiver.wait_for("event")
    assert visitor.page.inner_text("#root").split("\n")[-1] == "We cannot show this order."
    assert "Your order" in visitor.page.inner_text("#root")
    captured(
        f"{PAGE}/react.json",
        dump(
            [
                {
                    "type": error["type"],
                    "value": error["value"],
                    "mechanism": {key: error["mechanism"][key] for key in ("type", "handled")},
                }
                for error in event["exception"]["values"]
            ]
        ),
    )
    assert event["sdk"]["settings"]["infer_ip"] == "auto", "without dataCollection"
    loaded(f"{PAGE}/react_shop.jsx", visitor.browser, visitor.bundle(shop.path))

    text = (ROOT / "snippets" / PAGE / "react_shop.jsx").read_text()
    bare = re.sub(r"<Sentry\.ErrorBoundary .*>", "<>", text).replace("</Sentry.ErrorBoundary>", "</>")
    assert "ErrorBoundary" not in bare
    (shop.path / "react_shop.jsx").write_text(bare)
    shop.run("bash", "build_react.sh")
    visitor.page.goto(SHOP)
    _, event = receiver.wait_for("event", 2)
    assert event["exception"]["values"][0]["mechanism"]["handled"] is False
    assert visitor.page.inner_html("#root") == "", "React removed the whole tree"


def test_vue_names_the_component(shell, serve, visitor, receiver, shop, captured, loaded):
    shell(f"{PAGE}/build_vue.sh")
    visitor.page.goto(SHOP)
    (event,) = receiver.wait_for("event")
    error = event["exception"]["values"][0]
    captured(
        f"{PAGE}/vue.json",
        dump(
            {
                "exception": {"type": error["type"], "value": error["value"], "mechanism": error["mechanism"]["type"]},
                "vue": event["contexts"]["vue"],
            }
        ),
    )
    loaded(f"{PAGE}/vue_shop.js", visitor.browser, visitor.bundle(shop.path))
