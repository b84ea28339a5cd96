"""What docs/sentry/transport.md promises."""

import http.client
import os
import re
import signal
import ssl
import statistics
import time
from ast import literal_eval
from collections import Counter
from typing import Any, NamedTuple

import pytest
from sentry_sdk.consts import DEFAULT_OPTIONS, DEFAULT_QUEUE_SIZE
from sentry_sdk.transport import HttpTransport

from harness.lab.servers.ingest import Ingest
from harness.process import descendants, wait_until
from harness.proof.runners.workspace import Process

PAGE = "sentry/transport"
READY = "Uvicorn running on"
PATIENT = {"SHUTDOWN_TIMEOUT": "60"}
HOLD = 60.0  # seconds: for ever, as these tests go


class Drill(NamedTuple):
    situation: str
    made: int
    ending: str
    receiver: dict[str, Any]
    fault: signal.Signals | None = None
    env: dict[str, str] | None = None


DRILLS = (
    Drill("server is well, `flush`", 20, "flush", {}),
    Drill("slow server, program ends", 60, "return", {"delay": 1.0}),
    Drill("slow server, `flush(timeout=30)`", 20, "flush", {"delay": 0.2}),
    Drill("server is down", 20, "flush", {"down": True}),
    Drill("server answers 500", 20, "flush", {"status": 500}),
    Drill("server answers 429", 20, "flush", {"status": 429, "reply_headers": {"Retry-After": "60"}}),
    Drill("server hangs, program ends", 20, "return", {"delay": HOLD}),
    Drill("server hangs, queue overflows", 300, "return", {"delay": HOLD}),
    Drill("SIGKILL", 20, "wait", {"delay": HOLD}, signal.SIGKILL),
    Drill("SIGTERM, no handler", 20, "wait", {"delay": HOLD}, signal.SIGTERM),
    Drill(
        "SIGTERM, handler calls `sys.exit`", 20, "handler", {"delay": 0.1}, signal.SIGTERM, {"SHUTDOWN_TIMEOUT": "60"}
    ),
    Drill("`os._exit`", 20, "_exit", {"delay": HOLD}),
)


@pytest.fixture
def receivers():
    """One receiver for each drill, each on a port of its own, so that all can run at once."""
    made = []
    for number, drill in enumerate(DRILLS):
        receiver = Ingest(9100 + number)
        wanted = dict(drill.receiver)
        if not wanted.pop("down", False):
            receiver.start()
        for name, value in wanted.items():
            setattr(receiver, name, value)
        made.append(receiver)
    yield made
    for receiver in made:
        receiver.close()


def address(receiver: Ingest) -> dict[str, str]:
    return {"SENTRY_DSN": f"http://5e1f0c7d9a3b4826b7c04d5e6f718293@localhost:{receiver.port}/1"}


def test_what_is_lost_is_what_the_table_counts(shop, receivers, captured):
    running = [
        shop.start("python", "report_many.py", str(d.made), d.ending, env={**address(r), **(d.env or {})})
        for d, r in zip(DRILLS, receivers, strict=True)
    ]
    rows = ["Situation | Errors made | Arrived | Known to be lost | Lost without a word"]
    for drill, receiver, program in zip(DRILLS, receivers, running, strict=True):
        program.wait_for(f"made: {drill.made}", timeout=90)
        if drill.fault or drill.ending == "_exit":
            wait_until(lambda r=receiver: r.requests >= 1, 60, "the first report to be on its way")
        if drill.fault:
            program.send(drill.fault)
        if drill.ending == "_exit":
            (shop.path / "leave").touch()
    for drill, receiver, program in zip(DRILLS, receivers, running, strict=True):
        wait_until(lambda p=program: p.returncode is not None, 60, f"{drill.situation}: the program to end")
        expected = -drill.fault if drill.fault and drill.ending == "wait" else 0
        assert program.returncode == expected, drill.situation
        said = program.output().rpartition("known to be lost: ")
        known = Counter(literal_eval(said[2].splitlines()[0])) if said[1] else Counter()
        arrived = len(receiver.payloads("event"))
        silent = drill.made - arrived - known.total()
        rows.append(row(drill, arrived, known, silent, receiver))
    captured(f"{PAGE}/losses.table", "\n".join(rows))


def row(drill: Drill, arrived: int, known: Counter, silent: int, receiver: Ingest) -> str:
    """A line of the table; numbers that depend on the machine become words, after they were checked."""
    counts = {"arrived": str(arrived), "known": ", ".join(f"{n} `{reason}`" for reason, n in known.items()) or "0"}
    lost = str(silent)
    if drill.situation.startswith("slow server, program"):
        assert 1 <= arrived < 60, "two seconds' worth"
        assert not known
        counts["arrived"], lost = "a few", "the others"
    if drill.made > DEFAULT_QUEUE_SIZE + 1 and drill.receiver["delay"] == HOLD:
        assert 190 <= known["queue_overflow"] <= 200
        assert silent + arrived == 300 - known.total()
        counts["known"], lost = "about 200 `queue_overflow`", "about 100"
    if drill.receiver.get("status") == 429:
        assert receiver.requests == 1, "the SDK asked once"
        lost = f"{silent} (the server said so)"
    return " | ".join((drill.situation, str(drill.made), counts["arrived"], counts["known"], lost))


def test_a_short_program_keeps_what_it_flushes(terminal, shop, ingest):
    ingest.delay = HOLD
    terminal(f"{PAGE}/nightly.console")
    assert len(ingest.payloads("event")) == 1, "the one that was on its way"
    ingest.delay = 0.15  # 20 reports: 3 seconds
    terminal(f"{PAGE}/nightly_flush.console")
    ingest.wait_for("event", 21)
    assert DEFAULT_OPTIONS["shutdown_timeout"] == 2
    assert DEFAULT_OPTIONS["transport_queue_size"] == DEFAULT_QUEUE_SIZE == 100
    assert HttpTransport.TIMEOUT == 30


def test_flush_does_not_say_whether_it_was_in_time(terminal, shop, ingest):
    ingest.delay = HOLD
    terminal(f"{PAGE}/flush.console")


def test_children_of_multiprocessing_lose_what_they_do_not_flush(terminal, shop, ingest):
    ingest.delay = 0.3
    terminal(f"{PAGE}/children.console")
    arrived = Counter(event["message"].split(":")[0] for event in ingest.payloads("event"))
    assert arrived["careful"] == 5
    assert arrived["careless"] <= 1, "the one that was on its way"


def test_reports_that_wait_at_a_fork_are_sent_twice(shop, ingest, captured):
    ingest.delay = HOLD
    careless = shop.start("python", "forked.py")
    wait_until(lambda: ingest.requests == 2, 60, "parent and child to send")
    ingest.release()
    ingest.wait_for("event", 10)
    released = time.monotonic()
    wait_until(lambda: careless.returncode == 0, 60, "both to end")
    assert time.monotonic() - released > 1, "the child's flush waits for the parent's report, which it will never see"
    twice = Counter(event["message"] for event in ingest.payloads("event"))
    ingest.envelopes.clear()
    shop.run("python", "forked.py", "--flush")
    once = Counter(event["message"] for event in ingest.payloads("event"))
    rows = ["Report | fork at once | `flush`, then fork"]
    for name in ("parent 1", "parent 2", "parent 3", "parent 4", "child"):
        rows.append(f"{name} | arrived {twice[name]} × | arrived {once[name]} ×")
    captured(f"{PAGE}/forks.table", "\n".join(rows))
    assert sum(once.values()) == 6


def pay(count: int) -> float:
    """Median seconds of failed payments."""
    took = []
    for _ in range(count):
        connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=20)
        began = time.monotonic()
        connection.request("GET", "/pay")
        assert connection.getresponse().status == 500
        took.append(time.monotonic() - began)
        connection.close()
    return statistics.median(took)


def test_visitors_do_not_wait_for_a_server_that_hangs(shop, ingest, captured):
    server = shop.start("uvicorn", "web:app")
    server.wait_for(READY)
    pay(3)  # warm
    well = pay(11)
    ingest.wait_for("event", 14)
    ingest.delay = HOLD
    hanging = pay(21)
    assert len(ingest.payloads("event")) == 15, "one report hangs, the others wait"
    assert hanging < HOLD / 10, "who waited would wait until the server answers"
    rows = [f"well | {well * 1000:.1f} ms", f"hangs | {hanging * 1000:.1f} ms"]
    captured(f"{PAGE}/requests.table", "\n".join(["Sentry server | Median answer", *rows]))
    server.stop(signal.SIGINT)


@pytest.mark.parametrize(("module", "everything"), [("web", False), ("web_flush", True)])
def test_sigterm_loses_the_queue_unless_the_application_flushes(shop, ingest, module, everything):
    ingest.delay = 0.5
    server = shop.start("uvicorn", f"{module}:app")
    server.wait_for(READY)
    pay(6)
    status = server.stop(signal.SIGTERM)
    assert status == -signal.SIGTERM, "uvicorn passes the signal on, so nothing registered with atexit runs"
    arrived = len(ingest.payloads("event"))
    assert arrived == 6 if everything else arrived < 6


@pytest.mark.own_servers("needs a process namespace of its own")
def test_process_1_of_a_container_is_not_ended_by_sigterm_itself(shop, ingest):
    """`unshare` makes a program process 1, as a container does."""
    first = ("unshare", "--pid", "--fork", "--kill-child")

    def terminate(process: Process) -> None:
        (program,) = descendants(process.pid)
        os.kill(program, signal.SIGTERM)

    server = shop.start(*first, "uvicorn", "web:app")
    server.wait_for(READY)
    pay(6)
    terminate(server)
    wait_until(lambda: server.returncode is not None, 20, "uvicorn to end")
    assert server.returncode == 0
    assert len(ingest.payloads("event")) == 6, "what is registered with atexit ran"

    idle = shop.start(*first, "python", "-c", "import time\nwhile True: print('alive'); time.sleep(0.1)")
    idle.wait_for("alive")
    terminate(idle)
    idle.wait_for("alive", count=idle.output().count("alive") + 10)


OUTAGE = """
import datetime, os, sys, time
import sentry_sdk
sentry_sdk.init(auto_enabling_integrations=False)
sentry_sdk.capture_message("lost")
if "flush" in sys.argv:
    sentry_sdk.flush(20)
    until = sentry_sdk.get_client().transport._disabled_until.get(None)
    if until:
        left = until - datetime.datetime.now(datetime.timezone.utc)
        sys.exit(f"paused for {round(left.total_seconds(), -1):.0f}")
print("tried", flush=True)
while not os.path.exists("recovered"):
    time.sleep(0.01)
sentry_sdk.capture_message("arrives")
sentry_sdk.flush(20)
"""


@pytest.mark.parametrize(("arguments", "known"), [((), "error"), (("flush",), "internal")])
def test_the_count_of_losses_is_lost_when_its_report_falls_into_the_outage(shop, ingest, arguments, known):
    ingest.status = 500
    failing = shop.start("python", "-c", OUTAGE, *arguments)
    failing.wait_for("tried")
    wait_until(lambda: ingest.requests >= 1 + len(arguments), 30, "the attempts to fail")
    ingest.status = 200
    (shop.path / "recovered").touch()
    (report,) = ingest.wait_for("client_report")
    assert report["discarded_events"] == [{"category": known, "reason": "network_error", "quantity": 1}]
    ingest.wait_for("event")


def test_a_429_that_names_no_time_means_a_minute(shop, ingest):
    ingest.status = 429
    assert "paused for 60" in shop.run("python", "-c", OUTAGE, "flush", status=1)


def test_reports_wait_in_a_folder_until_there_is_a_way(terminal, shop, ingest):
    ingest.status = 503
    terminal(f"{PAGE}/spool.console", fails=["DELIVER=1 python spool.py"])
    assert ingest.payloads("event") == []
    ingest.status = 200
    terminal(f"{PAGE}/deliver.console")
    assert {event["message"] for event in ingest.payloads("event")} == {
        "till 1 has no paper",
        "till 2 has no paper",
    }
    assert list((shop.path / "reports").iterdir()) == []


@pytest.fixture
def tls_receiver(shop):
    """A receiver whose certificate was signed by `ca.crt` in the reader's folder."""
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    usage = ("-addext", "keyUsage=critical,keyCertSign")
    shop.run("openssl", "req", "-x509", *key, "-subj", "/CN=ca", *usage, "-keyout", "ca.key", "-out", "ca.crt")
    shop.run("openssl", "req", *key, "-subj", "/CN=localhost", "-keyout", "sentry.key", "-out", "sentry.csr")
    (shop.path / "names.txt").write_text("subjectAltName = DNS:localhost\n")
    sign = ("openssl", "x509", "-req", "-in", "sentry.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial")
    shop.run(*sign, "-extfile", "names.txt", "-out", "sentry.crt")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(shop.path / "sentry.crt", shop.path / "sentry.key")
    receiver = Ingest(9443).start()
    receiver._server.socket = context.wrap_socket(receiver._server.socket, server_side=True)
    yield receiver
    receiver.close()


def test_private_ca_must_be_named_and_only_debug_says_so(shop, tls_receiver, captured):
    env = {"SENTRY_DSN": "https://5e1f0c7d9a3b4826b7c04d5e6f718293@localhost:9443/1"}
    rows = ["What names the CA | Reports that arrived"]
    for name in ("nothing", "SENTRY_CA_CERTS", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        given = {} if name == "nothing" else {name: "ca.crt"}
        tls_receiver.envelopes = []
        assert "ertificate" not in shop.run("python", "private_ca.py", env=env | given), "the cause is not shown"
        what = {"nothing": "nothing", "SENTRY_CA_CERTS": "`ca_certs=`"}.get(name, f"`{name}` in the environment")
        rows.append(f"{what} | {len(tls_receiver.payloads('event'))}")
    captured(f"{PAGE}/private_ca.table", "\n".join(rows))
    assert [row[-1] for row in rows[1:]] == ["0", "1", "1", "1"]
    said = shop.run("python", "private_ca.py", env=env | {"SENTRY_DEBUG": "1"})
    error = re.search(r"\[SSL: CERTIFICATE_VERIFY_FAILED\] certificate verify failed: [\w ]+", said)
    assert error, said
    captured(f"{PAGE}/private_ca.txt", error[0].rstrip())
