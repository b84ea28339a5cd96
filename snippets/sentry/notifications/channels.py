import html
import json
import os
import smtplib
from email.message import EmailMessage

import requests
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

Alert = dict[str, str]  # title, reason, url


class Busy(Exception):
    """Not now: try again after `seconds`."""

    def __init__(self, status: int, seconds: float = 1) -> None:
        super().__init__(status, seconds)
        self.seconds = seconds


# --8<-- [start:post]
def post(url: str, payload: dict) -> None:
    answer = requests.post(url, json=payload, timeout=10)
    if answer.status_code == 429 or answer.status_code >= 500:
        raise Busy(answer.status_code, float(answer.headers.get("Retry-After", 1)))
    answer.raise_for_status()  # any other refusal is our mistake: no retry


# --8<-- [end:post]
# --8<-- [start:slack]
def slack(alert: Alert) -> None:
    # Slack reads & < > as its own. Cut before: half an entity is no character.
    safe = html.escape(alert["title"][:500], quote=False)
    head = f"{alert['reason']}: {alert['title']}"
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": head[:150]}},
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": f"{safe}\n<{alert['url']}|open>"},
        },
    ]
    post(os.environ["SLACK_WEBHOOK_URL"], {"text": head[:150], "blocks": blocks})


# --8<-- [end:slack]
# --8<-- [start:discord]
def discord(alert: Alert) -> None:
    payload = {
        "content": f"**{alert['reason']}** {alert['title']}"[:2000],
        "embeds": [{"title": alert["title"][:256], "url": alert["url"]}],
        "allowed_mentions": {"parse": []},  # an @everyone in an error rings nobody
    }
    post(os.environ["DISCORD_WEBHOOK_URL"], payload)


# --8<-- [end:discord]
# --8<-- [start:whatsapp]
def twilio(**message: str) -> None:
    client = Client(
        os.environ["TWILIO_ACCOUNT_SID"],
        os.environ["TWILIO_AUTH_TOKEN"],
        http_client=TwilioHttpClient(timeout=10),
    )
    client.api.base_url = os.environ.get("TWILIO_API", "https://api.twilio.com")
    try:
        client.messages.create(**message)
    except TwilioRestException as error:
        if error.status == 429 or error.status >= 500:
            raise Busy(error.status) from error
        raise


def whatsapp(alert: Alert) -> None:
    twilio(
        from_=f"whatsapp:{os.environ['WHATSAPP_FROM']}",
        to=f"whatsapp:{os.environ['WHATSAPP_TO']}",
        content_sid=os.environ["WHATSAPP_TEMPLATE"],  # approved by WhatsApp
        content_variables=json.dumps({"1": alert["title"][:99], "2": alert["url"]}),
    )


# --8<-- [end:whatsapp]
# --8<-- [start:sms]
def sms(alert: Alert) -> None:
    title = alert["title"].encode("ascii", "replace").decode()[:90]
    twilio(
        from_=os.environ["SMS_FROM"],
        to=os.environ["SMS_TO"],
        body=f"{alert['reason']}: {title} {alert['url']}"[:160],
    )


# --8<-- [end:sms]
# --8<-- [start:email]
def email(alert: Alert) -> None:
    mail = EmailMessage()
    title = " ".join(alert["title"].split())[:100]  # a header is one line
    mail["Subject"] = f"[{alert['reason']}] {title}"
    mail["From"], mail["To"] = os.environ["MAIL_FROM"], os.environ["MAIL_TO"]
    mail.set_content(f"{alert['title']}\n\n{alert['url']}\n")
    host, port = os.environ["SMTP_SERVER"].split(":")
    with smtplib.SMTP(host, int(port), timeout=10) as server:
        server.send_message(mail)


# --8<-- [end:email]
CHANNELS = {"email": email, "slack": slack, "discord": discord, "whatsapp": whatsapp}
