"""Django middleware that tells Sentry the id of the signed-in user, and nothing else.

Guarantees: every event of a request that comes after this middleware carries the id;
no email address, no name, no IP address. It works with WSGI and with ASGI.
Limits: it reads the session on every request, which is one query with sessions in the
database. It does not load the user, so a deleted account keeps its id until sign-out.
Needs: `SessionMiddleware` above it in `MIDDLEWARE`.
"""

from collections.abc import Callable

import sentry_sdk
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse


class UserId:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if user := request.session.get(SESSION_KEY):
            sentry_sdk.set_user({"id": user})
        return self.get_response(request)
