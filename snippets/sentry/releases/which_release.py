import sentry_sdk

sentry_sdk.init()
options = sentry_sdk.get_client().options
print("release:", options["release"], " environment:", options["environment"])
