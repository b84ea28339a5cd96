"""What docs/celery/production.md promises."""

import configparser
import contextlib
import importlib.metadata
import json
import os
import re
import shutil
import signal
import socket
import sys
from pathlib import Path
from unittest.mock import Mock

import pytest
import redis
import yaml
from celery import Celery
from celery.worker.heartbeat import Heart

from harness import ROOT
from harness.process import alive, descendants, wait_until
from harness.proof.runners.workspace import Process

PAGE = "celery/production"
HERE = ROOT / "snippets" / PAGE
URLS = {"Redis": "redis://localhost:6379/0", "RabbitMQ": "amqp://guest:guest@localhost:5672//"}
PATIENCE = 90  # seconds for a step: most of them wait for workers that start, two at a time
pytestmark = pytest.mark.timeout(300)


def gone(shop, *files: str) -> bool:
    return not any(alive(int((shop.path / file).read_text())) for file in files)


def count(shop, words: str) -> int:
    return (shop.path / "done.txt").read_text().splitlines().count(words)


@pytest.fixture
def installed(workspace):
    """The server on which the units are checked: the application is in /srv/shop, which only `systemd-analyze` sees."""
    real = shutil.which("systemd-analyze")
    if real is None:
        pytest.skip("needs systemd-analyze, which this machine has not (Debian package systemd)")
    tools = workspace.path.parent / "tools"
    tools.mkdir()
    shim = tools / "systemd-analyze"
    shim.write_text(
        "#!/bin/sh\nexec unshare -m sh -ec '\nmount -t tmpfs none /srv\nmkdir -p /srv/shop/venv/bin\n"
        f'ln -s "{Path(sys.executable).parent}/celery" /srv/shop/venv/bin/\nexec {real} "$@"\' sh "$@"\n'
    )
    shim.chmod(0o755)
    workspace.env["PATH"] = f"{tools}{os.pathsep}{workspace.env['PATH']}"
    workspace.copy(PAGE)
    return workspace


def test_units_are_accepted_without_a_word_and_a_typo_is_named(terminal, installed, loaded):
    terminal(f"{PAGE}/verify.console", fails=["systemd-analyze verify --recursive-errors=no ./shop-typo.service"])
    for unit in ("shop-worker.service", "shop-beat.service"):
        assert installed.run("systemd-analyze", "verify", f"./{unit}") == "", "nothing on standard error either"
        loaded(f"{PAGE}/{unit}", "systemd-analyze", installed.last)
    typo = installed.path / "typo.service"
    for wrong in ("KillMode=mixd", "KillSignal=TERMINATE", "TimeoutStopSec=10 sausages"):
        typo.write_text(re.sub(f"(?m)^{wrong.partition('=')[0]}=.*", wrong, (HERE / "shop-worker.service").read_text()))
        assert wrong.partition("=")[2] in installed.run("systemd-analyze", "verify", "./typo.service")


def unit(name: str) -> dict[str, str]:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read_string((HERE / name).read_text().replace("\\\n", ""))
    return dict(parser["Service"])


def test_term_for_the_whole_group_kills_the_jobs_of_an_idle_looking_stop(terminal, shop):
    terminal(f"{PAGE}/signal_everybody.console", timeout=PATIENCE)
    assert gone(shop, "worker.pid")
    assert count(shop, "late done") == count(shop, "early done") == 0
    results = redis.Redis(db=1)
    stored = [json.loads(results.get(key)) for key in results.keys("celery-task-meta-*")]
    assert [(result["status"], result["result"]["exc_type"]) for result in stored] == [
        ("FAILURE", "WorkerLostError")
    ] * 2
    assert unit("shop-worker.service")["KillMode"] == "mixed"


@pytest.fixture
def supervised(shop):
    """The reader's folder; supervisord, which leaves the terminal's session, ends with the test."""
    yield shop
    pidfile = shop.path / "supervisord.pid"
    if pidfile.exists():
        pid = int(pidfile.read_text())
        for process in [pid, *descendants(pid)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)


def test_supervisor_restarts_what_dies_and_waits_for_jobs(terminal, supervised, loaded):
    shop = supervised
    session = terminal(f"{PAGE}/supervisor.console", timeout=PATIENCE)
    assert count(shop, "late done") == count(shop, "early done") == 1
    loaded(f"{PAGE}/supervisord.conf", "supervisord", session)


def test_supervisor_in_a_hurry_cuts_jobs_off(terminal, supervised):
    terminal(f"{PAGE}/hasty.console", timeout=PATIENCE)
    shop = supervised
    assert count(shop, "late begun") == count(shop, "early begun") == 1
    assert count(shop, "late done") == count(shop, "early done") == 0


def test_health_checks_notice_a_frozen_worker(terminal, shop):
    if os.geteuid() != 0:
        pytest.skip("the warning is for root")
    terminal(f"{PAGE}/health.console", timeout=PATIENCE)
    assert gone(shop, "worker.pid")
    assert Heart(Mock(), Mock()).interval == 2


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
def test_probe_blames_the_worker_only_if_the_broker_is_there(workspace, scheme):
    workspace.copy(PAGE)
    (workspace.path / "worker.alive").touch()
    os.utime(workspace.path / "worker.alive", (0, 0))
    with socket.create_server(("localhost", 0)) as broker:
        env = {"BROKER_URL": f"{scheme}://localhost:{broker.getsockname()[1]}//"}
        assert "no heartbeat for too long" in workspace.run("python", "probe.py", "60", env=env, status=1)
    assert workspace.run("python", "probe.py", "60", env=env).startswith("the broker is down")


def test_rolling_deployment_loses_nothing(terminal, shop):
    terminal(f"{PAGE}/rolling.console", timeout=PATIENCE)
    assert gone(shop, "old.pid", "new.pid")
    lines = (shop.path / "done.txt").read_text().splitlines()
    sent = int(re.search(r"counted: (\d+)", (shop.path / "deploy.txt").read_text())[1])
    jobs = ["long", *(f"short-{number}" for number in range(1, sent))]
    assert set(lines) == {f"{job} {word}" for job in jobs for word in ("begun", "done")}, "each at least once"
    assert len(lines) <= 2 * (len(jobs) + 4), "hardly any twice: only what the old worker had in hand at its end"
    old = (shop.path / "old.log").read_text()
    assert "Warm shutdown" in old
    assert re.search(r"succeeded in [\d.]+s: 'long'", old), "by the worker that was told to stop"


def test_grace_that_is_too_short_loses_the_early_job_and_repeats_the_late_one(terminal, shop, rabbitmq):
    terminal(f"{PAGE}/too_short.console", timeout=PATIENCE)
    assert gone(shop, "first.pid", "second.pid")


def test_soft_shutdown_gives_the_late_job_back_on_a_remapped_sigterm_only(shop, redis_server):
    with (shop.path / "shop.py").open("a") as settings:
        settings.write("app.conf.worker_soft_shutdown_timeout = 1\n")
    queue = redis_server.client()
    for remapped in (True, False):
        (shop.path / "done.txt").write_text("")
        queue.flushall()
        worker = shop.start(
            *("celery", "-A", "shop", "worker", "-c", "2", "--loglevel=INFO", "--without-mingle"),
            env={"REMAP_SIGTERM": "SIGQUIT"} if remapped else {},
        )
        worker.wait_for("ready", timeout=PATIENCE)
        with Celery("test", broker=URLS["Redis"]) as app:
            app.send_task("shop.print_report", ["late", 300 if remapped else 5])
            wait_until(lambda: count(shop, "late begun") == 1, PATIENCE, "the job to begin")
            # The parent must know it too: a moment earlier it would see nothing to wait for, nor to give back.
            active = app.control.inspect(timeout=1).active
            wait_until(lambda active=active: any((active() or {}).values()), PATIENCE, "the worker to count the job")
        worker.send(signal.SIGTERM)
        wait_until(lambda worker=worker: worker.returncode is not None, PATIENCE, "the worker to end")
        assert ("Initiating Soft Shutdown" in worker.output()) == remapped
        assert count(shop, "late done") == (0 if remapped else 1), "without it, a warm shutdown waits for the job"
        assert (queue.llen("celery"), queue.hlen("unacked")) == (1 if remapped else 0, 0)


def test_stopped_workers_leave_on_each_broker_what_the_table_says(shop, await_messages, captured):
    """Five jobs for two processes; the worker is killed too early, and its successor's whole group gets SIGTERM."""
    columns = []
    for broker, url in URLS.items():
        (shop.path / "done.txt").unlink(missing_ok=True)
        (shop.path / "done.txt").touch()

        def seen(words: str, times: int = 1) -> None:
            wait_until(lambda: count(shop, words) == times, PATIENCE, f"{times} times {words!r}")

        def start(name: str, url: str = url) -> Process:
            options = ("-c", "2", "-n", f"{name}@%h", "--loglevel=INFO", "--without-mingle")
            worker = shop.start("celery", "-A", "shop", "worker", *options, env={"BROKER_URL": url})
            worker.wait_for("ready", timeout=PATIENCE)
            return worker

        with Celery("test", broker=url, backend="redis://localhost:6379/1") as app:
            first = start("first")
            app.send_task("shop.print_report", ["late", 300])
            app.send_task("shop.print_report_early", ["early", 300])
            seen("late begun")
            seen("early begun")
            for number in range(3):
                app.send_task("shop.print_report", [f"next-{number}", 0])
            await_messages(broker, 2, 2)
            cells = ["2, with `LLEN`" if broker == "Redis" else "4, of them `messages_ready` 2"]
            first.send(signal.SIGTERM)
            first.wait_for("Warm shutdown", timeout=PATIENCE)
            first.kill()
            second = start("second")
            seen("next-2 done")
            if broker == "Redis":
                await_messages(broker, 0, 2)  # the job that was at work, and the one fetched ahead
            else:
                seen("late begun", 2)
            assert count(shop, "early begun") == 1
            late = "after the visibility time-out" if count(shop, "late begun") == 1 else "again, at once"
            cells += ["lost", late]
            job = app.send_task("shop.print_report", ["group", 300])
            seen("group begun")
            os.killpg(second.pid, signal.SIGTERM)
            wait_until(lambda worker=second: worker.returncode is not None, PATIENCE, "the worker to end")
            await_messages(broker, 0, 2 if broker == "Redis" else 0)
            assert count(shop, "group done") == 0
            cells.append(f"`{job.state}`, message gone")
        columns.append(cells)
    whats = (
        "Five jobs, two of them begun: length of the queue",
        "Killed before its job was done: early job",
        "The same: late job",
        "SIGTERM for everybody: late job",
    )
    rows = [" | ".join(row) for row in zip(whats, *columns, strict=True)]
    captured(f"{PAGE}/brokers.table", "\n".join(["What | Redis | RabbitMQ", *rows]))


def compose() -> dict:
    return yaml.safe_load((HERE / "compose.yml").read_text())["services"]


def test_commands_and_health_checks_of_compose_and_units_work(shop, rabbitmq, loaded):
    services, env = compose(), {"HOSTNAME": socket.gethostname()}
    urls = services["worker"]["environment"]
    # As Compose fills it in; here both brokers are on this machine.
    made = services["rabbitmq"]["environment"]
    assert made["RABBITMQ_DEFAULT_PASS"] == "${RABBITMQ_PASSWORD:?}"
    user, all_rights = made["RABBITMQ_DEFAULT_USER"], {"configure": ".*", "write": ".*", "read": ".*"}
    rabbitmq.api("PUT", f"users/{user}", {"password": "secret", "tags": ""})
    rabbitmq.api("PUT", f"permissions/%2F/{user}", all_rights)
    env["BROKER_URL"] = (
        urls["BROKER_URL"].replace("${RABBITMQ_PASSWORD:?}", "secret").replace("@rabbitmq", "@localhost")
    )
    env["RESULT_URL"] = urls["RESULT_URL"].replace("//redis:", "//localhost:")
    of_unit = [unit(f"shop-{name}.service")["ExecStart"].replace("%%", "%").split() for name in ("worker", "beat")]
    assert all(command.pop(0) == "/srv/shop/venv/bin/celery" for command in of_unit)
    shop.run("celery", *of_unit[0], "--help")  # an option that does not exist ends in status 2
    assert services["beat"]["command"][1:4] == of_unit[1][:3]
    beat = ["celery", *(part.replace("/var/lib/shop-beat/", "") for part in of_unit[1])]
    started = [shop.start(*argv, env=env) for argv in (services["worker"]["command"], beat)]
    for program, word in zip(started, ("ready", "beat: Starting"), strict=True):
        program.wait_for(word)
    how, check = services["worker"]["healthcheck"]["test"]
    assert how == "CMD-SHELL"
    assert "pong" in shop.run("sh", "-c", check.replace("$$", "$"), env=env)
    for name, answer in (("redis", "PONG"), ("rabbitmq", "")):
        how, *argv = services[name]["healthcheck"]["test"]
        assert how == "CMD"
        assert answer in shop.run(*argv)
    assert all(program.stop() == 0 for program in started)
    loaded(f"{PAGE}/compose.yml", "its commands and health checks, without Docker", started[0])


def test_compose_accepts_the_file_with_a_password_only(docker_compose, loaded):
    docker_compose.copy(PAGE)
    check = ("docker", "compose", "-f", "compose.yml", "config", "--quiet")
    docker_compose.run(*check, env={"RABBITMQ_PASSWORD": "secret"})
    loaded(f"{PAGE}/compose.yml", "docker compose config", docker_compose.last)
    assert "RABBITMQ_PASSWORD" in docker_compose.run(*check, status=15)


def test_anchors_and_conditions_of_the_compose_file_fit_together():
    text = yaml.safe_load((HERE / "compose.yml").read_text())
    for name in ("worker", "beat"):
        waits = text["services"][name]["depends_on"]
        assert all("healthcheck" in text["services"][other] for other in waits)
    named = {volume.partition(":")[0] for service in text["services"].values() for volume in service.get("volumes", [])}
    assert named == set(text["volumes"])
    assert not any("ports" in service for service in text["services"].values()), "nothing is published"


def documents() -> list[dict]:
    return list(yaml.safe_load_all((HERE / "kubernetes.yml").read_text()))


def test_kubernetes_manifests_fit_the_schema_and_a_typo_is_named(terminal, shop, loaded):
    session = terminal(f"{PAGE}/validate.console", fails=["kubernetes-validate --strict typo.yml"])
    assert "passed" in shop.run("kubernetes-validate", "typo.yml"), "without --strict nothing is said"
    worker, beat = documents()
    assert worker["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] == 600
    assert (beat["spec"]["replicas"], beat["spec"]["strategy"]) == (1, {"type": "Recreate"})
    loaded(f"{PAGE}/kubernetes.yml", "kubernetes-validate", session)


def test_settings_of_celery_3_are_rewritten(terminal, shop, run_script):
    terminal(f"{PAGE}/upgrade.console", fails=["celery worker -A shop"])
    shop.run("python", "old_settings.py")
    run_script(f"{PAGE}/five.py")
    assert importlib.metadata.metadata("celery")["Requires-Python"] == ">=3.10"
    said = shop.run(
        "python",
        "-c",
        "from celery import Celery; a = Celery('x'); a.config_from_object('celeryconfig');"
        "print(a.conf.result_expires, a.conf.worker_concurrency, a.conf.accept_content)",
    )
    assert said == "3600 2 ['json']\n"
