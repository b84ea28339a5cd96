"""The stack of the drills: less patient, and without traces, which a thousand sign-ups would fill."""

import pytest


@pytest.fixture(scope="module")
def settings() -> dict[str, str]:
    return {
        "RATE_LIMIT": "1000000",
        "SMTP_TIMEOUT": "5",
        "CLAIM_SECONDS": "6",
        "REPEAT_SECONDS": "20",
        "RETRY_BACKOFF": "1",
        "RETRIES": "3",
        "TRACES_SAMPLE_RATE": "0",
    }
