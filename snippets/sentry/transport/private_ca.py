import os

import sentry_sdk

# The company's CA certificate in PEM format; None: the public authorities of certifi.
sentry_sdk.init(ca_certs=os.environ.get("SENTRY_CA_CERTS"))

sentry_sdk.capture_message("order 1001 was paid")
sentry_sdk.flush(timeout=5)
