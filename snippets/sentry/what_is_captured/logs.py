import logging

import sentry_sdk

logging.basicConfig(level=logging.DEBUG, format="%(levelname)s %(message)s")
logging.getLogger("urllib3").setLevel(logging.INFO)  # the SDK's own requests
sentry_sdk.init(auto_enabling_integrations=False)
log = logging.getLogger("shop")

log.debug("cart 7 opened")
log.info("order %s placed", 1001)
log.warning("card of order %s is about to expire", 1001)
log.error("order %s has no address", 1001)
try:
    {}["address"]
except KeyError:
    log.exception("order %s cannot be sent", 1001)
