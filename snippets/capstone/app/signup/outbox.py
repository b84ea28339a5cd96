"""The list of what is left to do, in the same database as the sign-ups."""

import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from signup.db import begin
from signup.models import OutboxEntry, Signup
from signup.settings import settings


# --8<-- [start:lease]
@dataclass(frozen=True)
class Leased:
    signup_id: str
    trace: dict[str, Any]
    dispatches: int


def lease(limit: int = 100) -> list[Leased]:
    """Take entries that are due. They are due again unless they are done by then."""
    now = time.time()
    due = (
        select(OutboxEntry.signup_id)
        .where(OutboxEntry.due <= now)
        .order_by(OutboxEntry.due)
        .limit(limit)
        .with_for_update(skip_locked=True)  # PostgreSQL; SQLite has one writer
    )
    taking = (
        update(OutboxEntry)
        .where(OutboxEntry.signup_id.in_(due))
        .values(
            due=now + settings.repeat_seconds,
            dispatches=OutboxEntry.dispatches + 1,
        )
        .returning(OutboxEntry.signup_id, OutboxEntry.trace, OutboxEntry.dispatches)
        .execution_options(synchronize_session=False)
    )
    with begin() as session:
        return [Leased(*row) for row in session.execute(taking)]


# --8<-- [end:lease]


# --8<-- [start:end]
def give_back(signup_ids: list[str]) -> None:
    """These could not be published: they are due in a second, and it does not count."""
    with begin() as session:
        session.execute(
            update(OutboxEntry)
            .where(OutboxEntry.signup_id.in_(signup_ids))
            .values(due=time.time() + 1, dispatches=OutboxEntry.dispatches - 1)
            .execution_options(synchronize_session=False)
        )


def _set_state(session: Session, signup_id: str, state: str) -> None:
    session.execute(
        update(Signup)
        .where(Signup.id == signup_id, Signup.state != "done")
        .values(state=state)
    )


def done(signup_id: str) -> None:
    with begin() as session:
        _set_state(session, signup_id, "done")
        session.execute(delete(OutboxEntry).where(OutboxEntry.signup_id == signup_id))


def give_up(signup_id: str) -> None:
    """A person has to look. The entry stays, and is never due by itself."""
    with begin() as session:
        _set_state(session, signup_id, "failed")
        session.execute(
            update(OutboxEntry)
            .where(OutboxEntry.signup_id == signup_id)
            .values(due=None)
        )


# --8<-- [end:end]


# --8<-- [start:again]
def again() -> int:
    """Everything that was given up is due once more. Returns how many these were."""
    with begin() as session:
        parked = update(OutboxEntry).where(OutboxEntry.due.is_(None))
        found = session.execute(parked.values(due=time.time(), dispatches=0))
        failed = update(Signup).where(Signup.state == "failed")
        session.execute(failed.values(state="accepted"))
        return found.rowcount


def waiting() -> tuple[int, float]:
    """How many entries wait (parked ones do not), the oldest's age in seconds."""
    question = (
        select(func.count(), func.min(Signup.created))
        .join_from(OutboxEntry, Signup)
        .where(OutboxEntry.due.is_not(None))
    )
    with begin() as session:
        count, oldest = session.execute(question).one()
    return count, time.time() - oldest if count else 0.0


# --8<-- [end:again]


if __name__ == "__main__":
    print("due again:", again())
