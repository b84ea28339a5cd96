import pricing
import sentry_sdk
from pricing import tax

sentry_sdk.init(
    traces_sample_rate=1.0,
    functions_to_trace=[
        {"qualified_name": "pricing.discount"},
        {"qualified_name": "pricing.tax"},
    ],
)

with sentry_sdk.start_transaction(op="task", name="monthly invoice"):
    pricing.discount(16.0)
    tax(16.0)  # the name was imported before init
