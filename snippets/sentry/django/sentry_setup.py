"""Sentry for a Django project. Import this module in the last line of `settings.py`.

Guarantees: errors of views, middleware and templates are reported. Answers with 404 or
403 are not, nor are requests with a foreign `Host` header. The SDK sends no user.
Limits: `ignore_logger` also removes the breadcrumbs of that logger. Other errors that
Django logs (a forged cookie, a failed `on_commit` callback) are still reported.
Needs: `SENTRY_DSN` in the environment. Without it, the SDK sends nothing.
"""

import sentry_sdk
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.integrations.logging import ignore_logger

sentry_sdk.init(
    traces_sample_rate=0.1,
    integrations=[DjangoIntegration(cache_spans=True, signals_spans=False)],
)
ignore_logger("django.security.DisallowedHost")
