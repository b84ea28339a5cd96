import sentry_sdk
from sentry_sdk.feature_flags import add_feature_flag

sentry_sdk.init(release="shop@1.0.0", environment="development")


def pay(total: int) -> None:
    raise ValueError("card declined")


sentry_sdk.set_user({"id": "42"})
sentry_sdk.set_tag("payment", "card")
sentry_sdk.set_context("order", {"number": 1001, "total": 90, "items": ["tea", "cup"]})
sentry_sdk.add_breadcrumb(category="cart", message="coupon used", data={"off": 5})
add_feature_flag("new-checkout", True)
try:
    pay(90)
except ValueError as error:
    sentry_sdk.capture_exception(error, level="warning")
