"""What docs/celery/security.md promises of TLS: which clients verify the server's certificate and its host name."""

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

import aio_pika
import pika
import pytest
import redis
from celery import Celery
from flower.utils.broker import Broker
from kombu import pools
from redis.backoff import NoBackoff
from redis.retry import Retry

PAGE = "celery/security"

OURS, STRANGE, ELSEWHERE = "ours", "another CA", "another host"
COLUMNS = {OURS: "ours.crt", STRANGE: "strange.crt", ELSEWHERE: "elsewhere.crt"}
EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
ISSUE = {  # certificate: the CA that signs it, the host that it names
    "ours": ("ca", "localhost"),
    "strange": ("stranger", "localhost"),
    "elsewhere": ("ca", "redis.elsewhere"),
}


@pytest.fixture
def certificates(shop):
    """In the reader's folder: `ca.crt`, and the three certificates that a server may show."""
    for ca in ("ca", "stranger"):
        openssl = ("openssl", "req", "-x509", *EC, "-days", "2", "-subj", f"/CN={ca}", "-addext")
        shop.run(*openssl, "keyUsage=critical,keyCertSign", "-keyout", f"{ca}.key", "-out", f"{ca}.crt")
    for name, (ca, host) in ISSUE.items():
        shop.run("openssl", "req", *EC, "-subj", f"/CN={host}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        (shop.path / "names.txt").write_text(f"subjectAltName = DNS:{host}\n")
        openssl = ("openssl", "x509", "-req", "-in", f"{name}.csr", "-CA", f"{ca}.crt", "-CAkey", f"{ca}.key")
        shop.run(*openssl, "-CAcreateserial", "-days", "2", "-extfile", "names.txt", "-out", f"{name}.crt")
    return shop


@pytest.fixture
def tls_redis(certificates, new_redis) -> dict[str, tuple[int, redis.Redis]]:
    """For each certificate a real Redis that shows it: its TLS port, and a client that looks into it without TLS."""
    servers = {}
    for number, (what, file) in enumerate(COLUMNS.items()):
        path = str(certificates.path / file)
        key = path.replace(".crt", ".key")
        tls = ("--tls-port", str(6490 + number), "--tls-cert-file", path, "--tls-key-file", key)
        server = new_redis(port=6480 + number, args=(*tls, "--tls-auth-clients", "no", "--tls-ca-cert-file", path))
        servers[what] = (6490 + number, server.client())
    return servers


class Impostor:
    """Listens with TLS until it is asked what it heard: what clients say first that take its certificate."""

    def __init__(self, folder: Path, certificate: str) -> None:
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._context.load_cert_chain(folder / certificate, folder / certificate.replace(".crt", ".key"))
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._said: list[bytes] = []
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                plain, _ = self._server.accept()
            except OSError:  # asked what it heard
                return
            plain.settimeout(10)
            with plain, contextlib.suppress(OSError), self._context.wrap_socket(plain, server_side=True) as client:
                self._said.append(client.recv(64))

    def heard(self) -> bytes:
        self._server.shutdown(socket.SHUT_RDWR)  # wakes `accept`
        self._thread.join(30)
        self._server.close()
        assert not self._thread.is_alive()
        return b"".join(self._said)


def caused_by_the_certificate(error: BaseException) -> bool:
    told: list[BaseException] = [error]
    for each in told:  # grows: the causes of each
        told += [cause for cause in (each.__cause__, each.__context__) if cause is not None and cause not in told]
        told += [arg for arg in each.args if isinstance(arg, BaseException)]
    return any("CERTIFICATE_VERIFY_FAILED" in str(each) for each in told)


def outcome(connect: Callable[[], object]) -> str:
    """`accepted`; `refused`, because of the certificate; or the `ValueError` of Celery. Other errors are raised."""
    try:
        connect()
    except Exception as error:
        if caused_by_the_certificate(error):
            return "refused"
        if "A rediss:// URL must have parameter ssl_cert_reqs" in str(error):
            return f"`{type(error).__name__}`"
        raise
    return "accepted"


# One attempt, not the minutes that a program would go on trying.
ONCE = {
    "broker_transport_options": {"max_retries": 1, "interval_start": 0, "interval_step": 0},
    "result_backend_transport_options": {"retry_policy": {"max_retries": 0}},
}


def celery_app(url: str, backend: str | None = None, **settings: object) -> Celery:
    app = Celery("asking", broker=url, backend=backend)
    app.conf.update(ONCE, **settings)
    return app


def send(app: Celery) -> None:
    pools.reset()  # kombu shares connections to the same address, whatever they verify
    app.send_task("shop.send_receipt", ["order-17"], queue="over-tls", retry=False, ignore_result=True)


VERIFIED = "?ssl_cert_reqs=required&ssl_ca_certs={ca}&ssl_check_hostname=true"


@pytest.fixture
def asked_redis(tls_redis, certificates, run_script, monkeypatch) -> dict[str, list[str]]:
    """What broker, backend and redis-py do with each of the three certificates, each asked by itself."""
    ca = str(certificates.path / "ca.crt")
    monkeypatch.chdir(certificates.path)  # the recipe names the file without a folder
    rows: dict[str, list[str]] = {}
    for port, inside in tls_redis.values():
        url = f"rediss://localhost:{port}/0"
        verified = url + VERIFIED.format(ca=ca)
        monkeypatch.setenv("REDIS_URL", url)
        recipe = run_script(f"{PAGE}/tls_shop.py")

        def broker(app: Celery, inside=inside) -> str:
            inside.delete("over-tls")
            said = outcome(lambda: send(app))
            assert inside.llen("over-tls") == (said == "accepted"), "what was sent is there, and nothing else"
            return said

        def backend(make: Callable[[], Celery], inside=inside) -> str:
            inside.delete("celery-task-meta-1")
            said = outcome(lambda: make().backend.store_result("1", "card", "SUCCESS"))
            assert inside.exists("celery-task-meta-1") == (said == "accepted")
            return said

        recipe["app"].conf.update(ONCE)
        asked = {
            "broker, plain": broker(celery_app(url)),
            "backend, plain": backend(lambda url=url: celery_app(url, url)),
            "broker, URL": broker(celery_app(verified)),
            "backend, URL": backend(lambda url=verified: celery_app(url, url)),
            "broker, settings": broker(recipe["app"]),
            "backend, settings": backend(lambda recipe=recipe: recipe["app"]),
        }

        def ping(url=url) -> None:
            with redis.Redis.from_url(url, ssl_ca_certs=ca, retry=Retry(NoBackoff(), 0)) as client:
                client.ping()

        def flower(url: str, settings: object) -> str:
            async def count() -> None:
                await Broker(url, broker_options={}, broker_use_ssl=settings).queues(["celery"])

            return outcome(lambda: asyncio.run(count()))

        asked["Flower, URL"] = flower(verified, False)
        asked["Flower, settings"] = flower(url, recipe["app"].conf.broker_use_ssl)
        asked["redis-py"] = outcome(ping)
        for name, said in asked.items():
            rows.setdefault(name, []).append(said)
    return rows


def rows_of(asked: dict[str, list[str]], names: dict[str, str]) -> str:
    head = "Connection | Our CA, our host | Another CA | Our CA, another host"
    return "\n".join([head, *(" | ".join([names[name], *row]) for name, row in asked.items())])


def test_redis_with_a_wrong_certificate_is_refused_by_broker_and_by_backend(asked_redis, certificates, captured):
    asked = {name: dict(zip(COLUMNS, row, strict=True)) for name, row in asked_redis.items()}
    for way in ("URL", "settings"):
        broker, backend = asked[f"broker, {way}"], asked[f"backend, {way}"]
        assert broker == {OURS: "accepted", STRANGE: "refused", ELSEWHERE: "refused"}, way
        assert backend == {OURS: "accepted", STRANGE: "refused", ELSEWHERE: "refused"}, way
    assert set(asked["broker, plain"].values()) == {"accepted"}, "the danger that the page names"
    assert set(asked["backend, plain"].values()) == {"`ValueError`"}
    assert asked["Flower, URL"][OURS] == "refused", "it does not read the parameters, so it does not know our CA"
    assert asked["Flower, settings"] == asked["broker, settings"]
    names = {
        "broker, plain": "Broker, `rediss://` without parameters",
        "backend, plain": "Result backend, `rediss://` without parameters",
        "broker, URL": "Broker, parameters in the URL",
        "backend, URL": "Result backend, parameters in the URL",
        "broker, settings": "Broker, settings of `tls_shop.py`",
        "backend, settings": "Result backend, settings of `tls_shop.py`",
        "Flower, URL": "Flower, parameters in the URL",
        "Flower, settings": "Flower, settings of `tls_shop.py`",
        "redis-py": 'redis-py, `rediss://` and `ssl_ca_certs="ca.crt"`',
    }
    captured(f"{PAGE}/tls_redis.table", rows_of(asked_redis, names))
    program = "from tls_shop import send_receipt; print(send_receipt('order-17'))"
    assert certificates.run("python", "-c", program) == "receipt for order-17\n"


def test_plain_rediss_url_says_what_the_page_shows(captured, caplog):
    with celery_app("rediss://localhost:6379/0") as app, app.connection_for_write():
        (warning,) = [record.getMessage() for record in caplog.records if record.name == "kombu.connection"]
    with (
        celery_app("rediss://localhost:6379/0", "rediss://localhost:6379/0") as app,
        pytest.raises(ValueError, match="ssl_cert_reqs") as error,
    ):
        app.backend  # noqa: B018
    captured(f"{PAGE}/tls_plain.txt", f"broker: {warning}\nresult backend: ValueError: {str(error.value).strip()}")


def test_true_for_broker_use_ssl_means_no_tls_at_all_with_redis(redis_server):
    send(celery_app("rediss://localhost:6379/0", broker_use_ssl=True))
    assert redis_server.client().llen("over-tls") == 1, "on a port that speaks no TLS"


@pytest.fixture
def tls_rabbitmq(certificates, new_rabbitmq) -> int:
    """The TLS port of a real broker that shows the certificate `ours.crt`."""
    files = {"cacertfile": "ca.crt", "certfile": "ours.crt", "keyfile": "ours.key"}
    lines = [f"ssl_options.{name} = {certificates.path / file}" for name, file in files.items()]
    tls = "\n".join(["listeners.ssl.default = 5671", "ssl_options.verify = verify_none", *lines])
    new_rabbitmq(5673, nodename="tls@localhost", config=tls)
    return 5671


@pytest.fixture
def asked_rabbitmq(tls_rabbitmq, certificates, run_script, monkeypatch) -> dict[str, list[str]]:
    """What Celery, pika and aio-pika do with each of the three certificates, with our CA among the system's."""
    monkeypatch.chdir(certificates.path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.path / "ca.crt"))

    def recipe(url: str) -> None:
        monkeypatch.setenv("AMQPS_URL", url)
        app = run_script(f"{PAGE}/tls_rabbitmq.py")["app"]
        app.conf.update(ONCE)
        send(app)

    def by_pika(url: str) -> None:
        pika.BlockingConnection(pika.URLParameters(url)).close()

    def by_aio_pika(url: str) -> None:
        async def connect() -> None:
            await (await aio_pika.connect(url, timeout=10)).close()

        asyncio.run(connect())

    without_name = {"cert_reqs": ssl.CERT_REQUIRED, "ca_certs": "ca.crt"}
    ways = {
        "plain": lambda url: send(celery_app(url)),
        "no name": lambda url: send(celery_app(url, broker_use_ssl=without_name)),
        "settings": recipe,
        "pika": by_pika,
        "aio-pika": by_aio_pika,
    }
    rows: dict[str, list[str]] = {name: [] for name in ways}
    for what, file in COLUMNS.items():
        for name, connect in ways.items():
            if what == OURS:
                rows[name].append(outcome(lambda connect=connect: connect(address(tls_rabbitmq))))
                continue
            impostor = Impostor(certificates.path, file)
            said = ""
            with contextlib.suppress(Exception):  # an impostor that was let in speaks no AMQP
                said = outcome(lambda connect=connect, port=impostor.port: connect(address(port)))
            heard = impostor.heard()
            assert heard.startswith(b"AMQP") or (said, heard) == ("refused", b""), (name, what, said, heard)
            rows[name].append(said or "accepted")
    return rows


def address(port: int) -> str:
    return f"amqps://guest:guest@localhost:{port}/%2F"


def test_rabbitmq_with_a_wrong_certificate_is_refused_if_the_name_is_given(asked_rabbitmq, captured):
    asked = {name: dict(zip(COLUMNS, row, strict=True)) for name, row in asked_rabbitmq.items()}
    verified = {OURS: "accepted", STRANGE: "refused", ELSEWHERE: "refused"}
    assert asked["settings"] == asked["pika"] == asked["aio-pika"] == verified
    assert asked["plain"] == asked["no name"] == verified | {ELSEWHERE: "accepted"}
    names = {
        "plain": "Celery, `amqps://` alone",
        "no name": "Celery, `broker_use_ssl` without `server_hostname`",
        "settings": "Celery, settings of `tls_rabbitmq.py`",
        "pika": "pika, `amqps://` alone",
        "aio-pika": "aio-pika, `amqps://` alone",
    }
    captured(f"{PAGE}/tls_rabbitmq.table", rows_of(asked_rabbitmq, names))
