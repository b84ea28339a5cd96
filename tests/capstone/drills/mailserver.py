"""The mail server of the drills: takes every e-mail on localhost:1025 and notes it in `mail.jsonl` of MAIL_FOLDER.

A file `refuse` in that folder holds how many e-mails to refuse from now on (-1: all of them), with a temporary error,
as a busy server does. While there is a file `slow`, it answers nothing.
"""

import asyncio
import email
import json
import os
from pathlib import Path

from aiosmtpd.controller import Controller

HERE = Path(os.environ["MAIL_FOLDER"])


class Mailbox:
    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content)
        refuse = HERE / "refuse"
        if refuse.exists() and (left := int(refuse.read_text())):
            refuse.write_text(str(left - 1))
            note("refused", message, envelope)
            return "451 4.3.2 Try again later"
        while (HERE / "slow").exists():
            await asyncio.sleep(0.02)
        note("taken", message, envelope)
        return "250 2.0.0 OK"


def note(what: str, message, envelope) -> None:
    line = {"what": what, "id": message["Message-ID"], "to": envelope.rcpt_tos, "subject": message["Subject"]}
    with (HERE / "mail.jsonl").open("a") as file:
        file.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    controller = Controller(Mailbox(), hostname="127.0.0.1", port=1025)
    controller.start()
    print("mail server is ready", flush=True)
    asyncio.run(asyncio.Event().wait())
