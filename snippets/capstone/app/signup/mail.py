"""The welcome e-mail, and who may send it."""

import smtplib
import time
from email.message import EmailMessage

from sqlalchemy import select, update

from signup.db import begin
from signup.models import Signup
from signup.settings import settings


class Busy(OSError):
    """The mail server does not take it now."""


class Undeliverable(Exception):
    """The mail server refuses it, and would do so again."""


def claim(signup_id: str) -> bool:
    """Try to become the one who sends. The claim of somebody who died runs out."""
    now = time.time()
    with begin() as session:
        claimed = session.execute(
            update(Signup)
            .where(Signup.id == signup_id, Signup.mailed.is_(None))
            .where(Signup.claimed_until < now)
            .values(claimed_until=now + settings.claim_seconds)
        )
        return claimed.rowcount == 1


def sent(signup_id: str) -> bool:
    with begin() as session:
        return session.scalar(select(Signup.mailed).filter_by(id=signup_id)) is not None


def settle(signup_id: str, mailed: float | None) -> None:
    """Give the claim back, with the time at which the mail server took the e-mail."""
    with begin() as session:
        session.execute(
            update(Signup)
            .where(Signup.id == signup_id)
            .values(claimed_until=0.0, mailed=mailed)
        )


def compose(signup_id: str) -> EmailMessage:
    with begin() as session:
        email, name = session.execute(
            select(Signup.email, Signup.name).filter_by(id=signup_id)
        ).one()
    message = EmailMessage()
    message["From"] = f"welcome@{settings.mail_domain}"
    message["To"] = email
    message["Subject"] = f"Welcome, {name}"
    # The same for every attempt: whoever gets two can tell that they are one.
    message["Message-ID"] = f"<welcome.{signup_id}@{settings.mail_domain}>"
    message.set_content(f"Hello {name},\n\nyour account is ready.\n")
    return message


def deliver(signup_id: str) -> None:
    """Send it, once the caller has the claim. Raises OSError if it may work later."""
    try:
        with smtplib.SMTP(
            settings.smtp_host, settings.smtp_port, timeout=settings.smtp_timeout
        ) as server:
            server.send_message(compose(signup_id))
    except smtplib.SMTPRecipientsRefused as error:
        settle(signup_id, None)
        ((code, _),) = error.recipients.values()
        refusal = Busy if code < 500 else Undeliverable
        raise refusal(f"refused with {code}") from None  # and without the address
    except OSError:  # smtplib's own errors are among them
        settle(signup_id, None)
        raise
    settle(signup_id, time.time())
