import sentry_sdk
from plain import send_mail

sentry_sdk.init(release="shop@1.0.0")

send_mail.delay("Amina")
sentry_sdk.capture_message("order 1001 placed")
