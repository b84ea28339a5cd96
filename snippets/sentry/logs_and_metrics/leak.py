import sentry_sdk

sentry_sdk.init(send_default_pii=False)

card, token = "4111-1111-1111-1111", "token-9f8e7d"
sentry_sdk.logger.info("card {card} was refused", card=card)
sentry_sdk.logger.info("signed in", attributes={"password": token})
