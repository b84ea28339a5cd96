"""What docs/redis/production.md promises."""

import os
import signal
import subprocess

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from harness.process import wait_until

PAGE = "redis/production"


@pytest.fixture
def folder(reader_server, shell):
    """The reader's folder with users and configuration, and port 6379 free for the server that the reader starts."""
    shell(f"{PAGE}/make_users.sh")
    return reader_server


@pytest.fixture
def secured(folder):
    """The page's server, running with the page's configuration."""
    folder.run("redis-server", "redis.conf")
    with admin(folder) as client:
        wait_until(lambda: _answers(client), 10, "the secured server")
    return folder


def _answers(client):
    try:
        return client.ping()
    except redis.exceptions.ConnectionError:
        return False


def password(folder, user):
    return (folder.path / f"{user}.password").read_text().strip()


def admin(folder, **options):
    return redis.Redis(
        username="admin", password=password(folder, "admin"), decode_responses=True, retry=None, **options
    )


@pytest.fixture
def with_password(reader_server, shell):
    """The reader's folder with the file that sets `requirepass`."""
    shell(f"{PAGE}/make_password.sh")
    return reader_server


def test_requirepass_is_the_password_of_the_user_default(terminal, with_password, loaded):
    terminal(f"{PAGE}/password.console")
    assert (with_password.path / "password.conf").stat().st_mode & 0o077 == 0, "nobody else may read it"
    with redis.Redis(password=password(with_password, "default"), decode_responses=True) as client:
        assert client.acl_whoami() == "default"
        assert client.acl_getuser("default")["keys"] == ["~*"]
        assert client.config_get("bind") == {"bind": "127.0.0.1"}


def test_requirepass_is_ignored_beside_an_acl_file(folder):
    (folder.path / "both.conf").write_text((folder.path / "redis.conf").read_text() + "requirepass secret\n")
    (folder.path / "users.conf").write_text("user default on nopass ~* &* +@all\n")
    folder.run("redis-server", "both.conf")
    with redis.Redis(retry=None) as client:
        wait_until(lambda: _answers(client), 10, "the server, without a password")
        assert client.config_get("requirepass") == {"requirepass": "secret"}


def test_server_refuses_an_address_that_it_is_not_bound_to(terminal, workspace, redis_server, second_address):
    terminal(f"{PAGE}/outside.console", fails=["redis-cli -h 192.168.10.5 -p 6379 ping"])


def words_of_redis_8(folder):
    """Skip where the server still words its refusals as Redis 7.0 does."""
    with admin(folder) as client:
        refusal = client.execute_command("ACL", "DRYRUN", "shop", "FLUSHALL")
    assert "no permissions to run the 'flushall' command" in refusal
    if not refusal.startswith("User shop"):
        pytest.skip("this server words refusals as Redis 7.0 does; the page shows the words of Redis 8")


def test_passwords_are_long_private_and_not_in_the_users_file(folder):
    users = (folder.path / "users.conf").read_text()
    for user in ("admin", "shop"):
        file = folder.path / f"{user}.password"
        assert len(password(folder, user)) == 64
        assert file.stat().st_mode & 0o077 == 0, "nobody else may read it"
        assert password(folder, user) not in users


def test_configuration_is_honoured_by_the_server(secured, loaded):
    with admin(secured) as client:
        assert client.config_get("maxmemory") == {"maxmemory": str(256 * 1024**2)}
        assert client.config_get("latency-monitor-threshold") == {"latency-monitor-threshold": "10"}
        assert client.config_get("maxclients") == {"maxclients": "1000"}
        assert client.config_get("bind") == {"bind": "127.0.0.1"}
        assert {user.split()[1] for user in client.acl_list()} == {"default", "admin", "shop"}
        loaded(f"{PAGE}/redis.conf", "redis-server", client)


def test_user_is_held_to_its_rules_on_every_version(secured):
    with redis.Redis(username="shop", password=password(secured, "shop"), retry=None) as shop, admin(secured) as boss:
        assert shop.set("shop:order:17", "paid")
        for refused in (
            ["SET", "other:order:17", "paid"],
            ["FLUSHALL"],
            ["KEYS", "shop:*"],
            ["CONFIG", "GET", "dir"],
            ["PUBLISH", "other:news", "hello"],
        ):
            with pytest.raises(redis.exceptions.NoPermissionError):
                shop.execute_command(*refused)
        assert boss.keys() == ["shop:order:17"]
    with redis.Redis(retry=None) as nobody, pytest.raises(redis.exceptions.AuthenticationError):
        nobody.ping()


def test_secured_server_shows_these_refusals(terminal, secured):
    words_of_redis_8(secured)
    secured.run("redis-cli", "--user", "admin", "shutdown", env={"REDISCLI_AUTH": password(secured, "admin")})
    wait_until(lambda: not (secured.path / "redis.pid").exists(), 10, "the server to end")
    terminal(f"{PAGE}/secured.console")
    with admin(secured) as client:
        assert client.dbsize() == 1, "of three commands by shop, one wrote"


def test_user_reaches_its_own_keys_only_and_no_dangerous_command(terminal, secured):
    words_of_redis_8(secured)
    terminal(f"{PAGE}/permissions.console")
    with admin(secured) as client:
        assert client.get("other:order:17") == "paid", "neither read nor flushed"
        assert client.get("shop:order:17") == "paid"
        assert {entry["reason"] for entry in client.acl_log()} == {"key", "command"}


def test_wrong_and_missing_passwords_are_refused_with_these_texts(terminal, secured):
    words_of_redis_8(secured)
    terminal(f"{PAGE}/log_in.console")
    with admin(secured) as client:
        assert client.info("stats")["acl_access_denied_auth"] >= 1


def test_password_is_changed_while_both_are_valid(terminal, secured):
    old = password(secured, "shop")
    terminal(f"{PAGE}/rotate.console")
    assert password(secured, "shop") != old
    with (
        redis.Redis(username="shop", password=old, retry=None) as client,
        pytest.raises(redis.exceptions.AuthenticationError),
    ):
        client.ping()
    assert old not in (secured.path / "users.conf").read_text()


@pytest.fixture
def second_address():
    """An address of this machine, as the loopback device of the test's own network has it, that is not 127.0.0.1."""
    added = subprocess.run(["ip", "addr", "add", "192.168.10.5/32", "dev", "lo"], capture_output=True, check=False)
    if added.returncode:
        pytest.skip(f"needs an address besides 127.0.0.1: {added.stderr.decode().strip()}")
    yield
    subprocess.run(["ip", "addr", "del", "192.168.10.5/32", "dev", "lo"], check=True)


def test_server_without_password_answers_only_its_own_machine(terminal, workspace, second_address, redis_server):
    try:
        terminal(f"{PAGE}/protected.console")
    finally:
        os.kill(int((workspace.path / "open.pid").read_text()), signal.SIGKILL)


@pytest.fixture
def certificates(folder, shell):
    shell(f"{PAGE}/make_certificates.sh")
    # As strict as Python 3.13 and newer.
    verified = folder.run("openssl", "verify", "-x509_strict", "-CAfile", "ca.crt", "redis.crt")
    assert verified == "redis.crt: OK\n"
    return folder


def test_tls_serves_those_who_know_the_ca_and_nobody_else(terminal, certificates, loaded):
    terminal(f"{PAGE}/tls.console")
    with admin(certificates, ssl=True, ssl_ca_certs=str(certificates.path / "ca.crt")) as client:
        assert client.config_get("port") == {"port": "0"}
        assert client.config_get("tls-port") == {"tls-port": "6379"}
        loaded(f"{PAGE}/tls.conf", "redis-server", client)
    with admin(certificates) as plain, pytest.raises(redis.exceptions.ConnectionError):
        plain.ping()


def checkend(folder, days):
    """The exit status of openssl: 1 when the certificate ends within so many days."""
    return subprocess.run(
        ["openssl", "x509", "-checkend", str(days * 86400), "-in", "redis.crt"],
        cwd=folder.path,
        capture_output=True,
        check=False,
    ).returncode


def test_certificate_lasts_for_a_year(certificates):
    assert (checkend(certificates, 364), checkend(certificates, 366)) == (0, 1)


def test_expired_certificate_locks_everybody_out_until_it_is_renewed_in_place(terminal, certificates):
    terminal(f"{PAGE}/expired.console")
    assert checkend(certificates, 30) == 0
    log = (certificates.path / "redis.log").read_text()
    assert log.count("Server initialized") == 1, "it was never restarted"


def test_authentication_error_is_a_connection_error():
    assert issubclass(redis.exceptions.AuthenticationError, redis.exceptions.ConnectionError)


def test_client_that_does_not_verify_gives_its_data_to_an_impostor(terminal, certificates):
    terminal(f"{PAGE}/impostor.console")
    with redis.Redis(
        port=6391, ssl=True, ssl_ca_certs=str(certificates.path / "fake.crt"), decode_responses=True
    ) as impostor:
        assert impostor.get("shop:order:17") == "card 4242", "the careless client told everything"
        assert impostor.get("shop:order:18") is None


def test_slow_script_holds_up_the_others_and_is_found(run_script, redis_server):
    run_script(f"{PAGE}/slow.py")
    assert redis_server.client().slowlog_len() == 1


def test_latency_monitor_is_off_and_slow_log_at_10_ms_by_default(redis_server):
    client = redis_server.client()
    assert client.config_get("latency-monitor-threshold") == {"latency-monitor-threshold": "0"}
    assert client.config_get("slowlog-log-slower-than") == {"slowlog-log-slower-than": "10000"}
    assert client.config_get("slowlog-max-len") == {"slowlog-max-len": "128"}
    assert client.config_get("maxclients") == {"maxclients": "10000"}
    assert client.config_get("protected-mode") == {"protected-mode": "yes"}


def test_info_has_more_than_a_hundred_numbers(redis_server):
    assert len(redis_server.client().info("everything")) > 100


def test_health_check_fails_when_the_memory_is_full(terminal, workspace, redis_server):
    workspace.copy(PAGE)
    terminal(f"{PAGE}/health.console")


def test_full_cache_that_evicts_is_healthy(workspace, redis_server):
    workspace.copy(PAGE)
    client = redis_server.client()
    client.config_set("maxmemory-policy", "allkeys-lru")
    client.config_set("maxmemory", int(client.info("memory")["used_memory"]) + 200_000)
    for number in range(50):
        client.set(f"page:{number}", "x" * 20_000)
    assert client.info("stats")["evicted_keys"] > 0
    assert workspace.run("python", "health.py") == "healthy\n"


def test_user_that_watches_needs_a_few_commands_and_no_keys(workspace, redis_server):
    workspace.copy(PAGE)
    client = redis_server.client()
    client.config_set("maxmemory", "1gb")
    client.acl_setuser(
        "watch",
        enabled=True,
        passwords=["+seen"],
        commands=["+info", "+slowlog", "+latency", "+client|list"],
    )
    url = {"REDIS_URL": "redis://watch:seen@localhost:6379"}
    assert workspace.run("python", "health.py", env=url) == "healthy\n"
    watcher = redis_server.client(username="watch", password="seen")
    assert watcher.slowlog_len() >= 0
    assert isinstance(watcher.latency_latest(), list)
    assert watcher.client_list()
    with pytest.raises(redis.exceptions.NoPermissionError):
        watcher.get("shop:order:17")


def test_client_over_the_limit_is_refused_and_names_tell_who_fills_it(run_script, redis_server):
    run_script(f"{PAGE}/crowded.py")
    assert redis_server.client().info("stats")["rejected_connections"] == 1


def test_monitor_sends_every_command_with_its_data(run_script, redis_server):
    names = run_script(f"{PAGE}/monitor.py")
    assert "amina@example.com" in names["line"]["command"]


def test_readers_tests_run_against_their_own_server_that_ends_with_them(terminal, workspace, redis_server):
    redis_server.client().set("shop:order:17", "paid")
    workspace.copy(PAGE)
    terminal(f"{PAGE}/run_tests.console")
    assert redis_server.client().get("shop:order:17") == "paid", "the shop's server was not touched"


def test_two_test_runs_at_once_do_not_disturb_each_other(workspace):
    workspace.copy(PAGE)
    runs = [workspace.start("python", "-m", "pytest", "-q", "-p", "no:cacheprovider") for _ in range(2)]
    for run in runs:
        run.wait_for("3 passed")


def test_flush_in_tests_empties_the_server_of_the_others(run_script, redis_server):
    run_script(f"{PAGE}/shared_flush.py")
    assert redis_server.client().dbsize() == 0


def test_prefix_of_ones_own_leaves_the_others_alone(run_script, redis_server):
    run_script(f"{PAGE}/shared_prefix.py")
    assert redis_server.client().get("shop:order:17") == "paid"


def test_text_of_a_dict_is_no_json(run_script, redis_server):
    run_script(f"{PAGE}/not_json.py")
    assert redis_server.client().get("user:1") == '{"name": "Amina"}'


def test_file_of_a_newer_server_is_refused(terminal, workspace, redis_server):
    terminal(f"{PAGE}/downgrade.console")
    assert (workspace.path / "dump.rdb").read_bytes().startswith(b"REDIS0099")


def test_removed_password_does_not_end_open_connections(secured):
    with admin(secured) as boss:
        shop = redis.Redis(username="shop", password=password(secured, "shop"), retry=Retry(NoBackoff(), 0))
        assert shop.set("shop:order:17", "paid")
        boss.acl_setuser("shop", reset_passwords=True, enabled=True)
        assert shop.set("shop:order:18", "paid"), "the connection is still logged in"
        assert boss.execute_command("CLIENT", "KILL", "USER", "shop") == 1
        with pytest.raises(redis.exceptions.AuthenticationError):
            shop.ping()
        shop.close()
