"""What docs/sentry/notifications.md promises. A stand-in checks the limits that Slack, Discord and Twilio document."""

import json
import mailbox
import re

import pytest
import requests

from harness.process import wait_until

PAGE = "sentry/notifications"
pytestmark = pytest.mark.timeout(240)  # whole systems: such files begin first
STAND_IN = "http://localhost:8080"


@pytest.fixture
def shop(workspace, redis_server):
    workspace.copy(PAGE)
    return workspace


@pytest.fixture
def stand_in(shop):
    server = shop.start("uvicorn", "stand_in:app", "--port", "8080")
    server.wait_for("Uvicorn running on")
    yield server
    server.stop()


def kept() -> dict[str, list]:
    return requests.get(f"{STAND_IN}/kept", timeout=5).json()


def mails(shop) -> list[str]:
    folder = shop.path / "mail"
    return [mail["Subject"] for mail in mailbox.Maildir(folder)] if folder.exists() else []


def test_one_alert_is_one_message_in_each_channel_whatever_is_down(terminal, shell, shop, captured):
    shell(f"{PAGE}/env.sh")
    stand_in = terminal(f"{PAGE}/stand_in.console", keeps_running=True)
    smtp = terminal("sentry/alerts/mail.console", keeps_running=True)
    worker = terminal(f"{PAGE}/worker.console", keeps_running=True, timeout=90)

    terminal(f"{PAGE}/ring.console", timeout=90)
    worker.wait_for(r"(?s)(told already.*){4}")
    got = kept()
    assert [len(got[channel]) for channel in ("slack", "discord", "whatsapp")] == [1, 1, 1]
    assert mails(shop) == ["[NEW] KeyError: 'salt' <checkout> @everyone"]
    got.pop("answers of slack")
    captured(f"{PAGE}/kept.json", json.dumps(got, indent=2))

    smtp.stop()
    with pytest.raises(requests.ConnectionError):
        requests.get("http://localhost:8025", timeout=1)
    terminal(f"{PAGE}/busy.console")
    worker.wait_for("Retry in 1s: ConnectionRefusedError")
    smtp = terminal("sentry/alerts/mail.console", keeps_running=True)
    log = worker.wait_for(r"(?s)Busy\(429.*Busy\(500.*slack: told$")
    wait_until(lambda: len(mails(shop)) == 2, 60, "the e-mail")
    log = worker.wait_for(r"(?s)ConnectionRefusedError.*email: told$")
    got = kept()
    assert got["answers of slack"] == [200, 429, 500, 200]
    assert [len(got[channel]) for channel in ("slack", "discord", "whatsapp")] == [2, 2, 2]
    lines = [line.strip() for line in log.splitlines()]
    second = lines[next(number for number, line in enumerate(lines) if "Busy(429" in line) :]
    shown = [line for line in second if re.search(r"Busy\(|slack: told$", line)]
    captured(f"{PAGE}/busy.log", "\n".join(shown))

    requests.put(f"{STAND_IN}/slack/answers", json=[404], timeout=5)
    shop.run("python", "ring.py", "issue-3", "1")
    worker.wait_for(r"(?s)deliver\[[\w-]+\] raised unexpected: HTTPError.*")
    wait_until(lambda: len(kept()["whatsapp"]) == 3, 60, "the last channel")
    assert kept()["answers of slack"][4:5] == [404]
    assert len(mails(shop)) == 3, "Slack's refusal is no business of the others"
    for program in (worker, smtp, stand_in):
        program.stop()


def test_long_title_is_refused_unless_cut(terminal, shop, stand_in):
    terminal(f"{PAGE}/too_long.console")
    script = (
        "import os, channels; os.environ['DISCORD_WEBHOOK_URL'] = 'http://localhost:8080/discord'\n"
        "channels.discord({'title': 'x' * 5000, 'reason': 'NEW', 'url': 'http://localhost/'})\n"
    )
    shop.run("python", "-c", script)
    got = kept()
    assert len(got["slack"][0]["blocks"][0]["text"]["text"]) == 150
    (message,) = got["discord"]
    assert (len(message["content"]), len(message["embeds"][0]["title"])) == (2000, 256)
    assert message["allowed_mentions"] == {"parse": []}


def test_sms_is_one_segment_and_a_long_text_is_refused(terminal, shop, stand_in, captured):
    terminal(f"{PAGE}/text_message.console")
    (message,) = kept()["sms"]
    assert len(message["Body"]) <= 160
    assert message["Body"].isascii()
    captured(f"{PAGE}/sms.json", json.dumps(message, indent=2))
    assert kept()["whatsapp"] == []


def test_busy_twilio_is_asked_later_and_a_refusal_is_final(shop):
    script = (
        "import channels\nfrom twilio.base.exceptions import TwilioRestException as Error\n"
        "class Client:\n"
        "    def __init__(self, *_, http_client): self.api = self.messages = self\n"
        "    def create(self, **_): raise Error(status, '/')\n"
        "channels.Client = Client\n"
        "for status in (429, 503, 400):\n"
        "    try: channels.whatsapp({'title': 't', 'url': 'u'})\n"
        "    except Exception as error: print(status, type(error).__name__)\n"
    )
    said = shop.run("bash", "-c", '. ./env.sh; python -c "$0"', script)
    assert said.splitlines()[:3] == ["429 Busy", "503 Busy", "400 TwilioRestException"]


def test_bugsink_speaks_slack_and_discord_itself(terminal, workspace, lean, project, captured):
    workspace.copy("sentry/alerts")
    workspace.copy(f"{PAGE}/stand_in.py")
    workspace.env["SENTRY_DSN"] = project.dsn
    server = workspace.start("uvicorn", "stand_in:app", "--port", "8080")
    server.wait_for("Uvicorn running on")
    terminal(f"{PAGE}/built_in.console", timeout=90)
    got = kept()
    assert len(got["slack"]) == len(got["discord"]) == 1, "both within the limits"
    captured(f"{PAGE}/built_in.json", json.dumps({key: got[key] for key in ("slack", "discord")}, indent=2))
    server.stop()
