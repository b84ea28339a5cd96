import sentry_sdk

sentry_sdk.init()
rows = "order,total\n1001,ninety\n"

with sentry_sdk.new_scope() as scope:
    scope.add_attachment(
        bytes=rows.encode(), filename="orders.csv", content_type="text/csv"
    )
    sentry_sdk.capture_message("import stopped at line 2", level="error")
