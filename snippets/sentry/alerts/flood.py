import logging
import logging.handlers

import sentry_sdk

sentry_sdk.init(release="shop@1.0.0", environment="production")
log = logging.getLogger("shop")
log.addHandler(  # wrong: one e-mail for each error
    logging.handlers.SMTPHandler(
        ("localhost", 8025), "shop@shop.example", "oncall@shop.example", "Error"
    )
)

for _ in range(100):
    try:
        {"tea": 3}["salt"]
    except KeyError:
        log.exception("the order failed")
sentry_sdk.flush(timeout=60)
