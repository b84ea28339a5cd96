"""The tables."""

import time
import uuid
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Signup(Base):
    __tablename__ = "signups"

    id: Mapped[str] = mapped_column(
        String(36), primary_key=True, default=lambda: str(uuid.uuid4())
    )
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    key: Mapped[str] = mapped_column(String(100), unique=True)  # Idempotency-Key
    fingerprint: Mapped[str] = mapped_column(String(64))  # of the request's body
    state: Mapped[str] = mapped_column(String(10), default="accepted")
    created: Mapped[float] = mapped_column(default=time.time, index=True)
    # The welcome e-mail: who works on it may do so until then; when it was sent.
    claimed_until: Mapped[float] = mapped_column(default=0.0)
    mailed: Mapped[float | None]


class OutboxEntry(Base):
    """A sign-up that is not done. It stays here until its last step has ended."""

    __tablename__ = "outbox"

    signup_id: Mapped[str] = mapped_column(ForeignKey("signups.id"), primary_key=True)
    trace: Mapped[dict[str, Any]] = mapped_column(JSON)  # headers for Sentry
    dispatches: Mapped[int] = mapped_column(default=0)
    due: Mapped[float | None] = mapped_column(index=True)  # None: needs a person


class Profile(Base):
    __tablename__ = "profiles"

    signup_id: Mapped[str] = mapped_column(ForeignKey("signups.id"), primary_key=True)
    display_name: Mapped[str] = mapped_column(String(100))


class Notification(Base):
    __tablename__ = "notifications"

    signup_id: Mapped[str] = mapped_column(ForeignKey("signups.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(20), primary_key=True)


class Report(Base):
    __tablename__ = "reports"

    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
