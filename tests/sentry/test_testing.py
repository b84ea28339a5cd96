"""What docs/sentry/testing.md promises."""

import json

PAGE = "sentry/testing"


def test_the_published_tests_pass(shop, terminal):
    terminal(f"{PAGE}/test_shop.console")


def test_an_answer_503_by_exception_is_a_second_report_and_the_test_finds_it(shop):
    code = (shop.path / "shop.py").read_text()
    twice = code.replace("return JSONResponse(", "raise HTTPException(status_code=503, detail=", 1)
    twice = twice.replace('detail={"state": "please try again later"}, 503)', 'detail="later")')
    twice = twice.replace("import FastAPI\n", "import FastAPI, HTTPException\n", 1)
    (shop.path / "shop.py").write_text(twice)
    said = shop.run("pytest", "-q", "--tb=line", "test_shop.py", status=1)
    assert "ValueError: too many values to unpack (expected 1)" in said


def test_a_secret_in_the_query_string_makes_the_test_fail_and_a_filter_repairs_it(shop, terminal):
    terminal(f"{PAGE}/test_secrets.console", fails=["pytest -q --tb=line test_secrets.py"])
    terminal(f"{PAGE}/test_secrets_fixed.console")


def test_the_mock_is_content_while_nothing_is_sent(shop, terminal):
    terminal(f"{PAGE}/test_with_mock.console", fails=["pytest -q --tb=line test_with_mock.py"])


def test_an_address_in_the_environment_makes_tests_report_into_production_until_a_guard_is_there(
    workspace, lean, ingest, terminal, captured
):
    workspace.env["SENTRY_DSN"] = "http://5e1f0c7d9a3b4826b7c04d5e6f718293@localhost:9000/1"
    workspace.copy(f"{PAGE}/ci/orders.py")
    workspace.copy(f"{PAGE}/ci/test_orders.py")
    terminal(f"{PAGE}/test_orders.console", timeout=90)
    (event,) = ingest.wait_for("event")
    shown = {
        "environment": event["environment"],
        "level": event["level"],
        "logentry": event["logentry"],
        "argv": event["extra"]["sys.argv"][1:],
    }
    captured(f"{PAGE}/accident.json", json.dumps(shown, indent=2))

    workspace.copy(f"{PAGE}/ci/guard.py", "conftest.py")
    terminal(f"{PAGE}/test_orders.console", timeout=90)
    assert len(ingest.items()) == 1, "nothing more arrived"

    workspace.copy("sentry/cheat_sheet/init.py", "strict.py")
    (workspace.path / "test_strict.py").write_text("import strict\n\n\ndef test_import():\n    assert strict\n")
    workspace.run("pytest", "-q", "test_strict.py")  # an application that insists on the variable starts
