import sentry_sdk
from sentry_sdk.integrations.redis import RedisIntegration

sentry_sdk.init(disabled_integrations=[RedisIntegration()])
active = sentry_sdk.get_client().integrations
for name in ("logging", "redis", "sqlalchemy"):
    print(name, "is on" if name in active else "is off")
