cat > reported.py <<'END'
import sentry_sdk

from tasks import app

# The address to report to comes from the environment variable SENTRY_DSN.
sentry_sdk.init(release="shop@1.0.0", environment="development")


@app.task
def split_bill(total: int, people: int) -> float:
    return total / people
END
