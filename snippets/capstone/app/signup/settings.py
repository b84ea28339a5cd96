"""What differs between your machine and production comes from the environment."""

import os
from dataclasses import dataclass

from signup import __version__


def number(name: str, default: int) -> int:
    return int(os.environ.get(name, default))


@dataclass(frozen=True)
class Settings:
    # Where things are
    database_url: str = os.environ.get("DATABASE_URL", "sqlite:///signup.db")
    broker_url: str = os.environ.get(
        "BROKER_URL", "amqp://guest:guest@localhost:5672//"
    )
    redis_url: str = os.environ.get("REDIS_URL", "redis://localhost:6379/0")
    result_url: str = os.environ.get("RESULT_URL", "redis://localhost:6379/1")
    smtp_host: str = os.environ.get("SMTP_HOST", "localhost")
    smtp_port: int = number("SMTP_PORT", 1025)
    mail_domain: str = os.environ.get("MAIL_DOMAIN", "shop.example")

    # How patient it is, in seconds
    smtp_timeout: int = number("SMTP_TIMEOUT", 10)
    claim_seconds: int = number("CLAIM_SECONDS", 60)  # longer than one delivery
    repeat_seconds: int = number("REPEAT_SECONDS", 300)  # longer than one workflow
    retry_backoff: int = number("RETRY_BACKOFF", 2)
    retries: int = number("RETRIES", 5)
    dispatches: int = number("DISPATCHES", 10)

    # The rest
    rate_limit: int = number("RATE_LIMIT", 20)  # sign-ups a minute and address
    report_cron: str = os.environ.get("REPORT_CRON", "0 6 * * *")  # UTC
    sentry_dsn: str | None = os.environ.get("SENTRY_DSN")
    traces_sample_rate: float = float(os.environ.get("TRACES_SAMPLE_RATE", "0.1"))
    environment: str = os.environ.get("ENVIRONMENT", "development")
    release: str = os.environ.get("RELEASE", f"signup@{__version__}")


settings = Settings()
