import os
import sys

import sentry_sdk
from django.conf import settings
from django.core.management import execute_from_command_line
from django.http import HttpRequest, HttpResponse
from django.urls import path

sentry_sdk.init(release="shop@1.0.0")  # in a project: at the end of settings.py
settings.configure(
    SECRET_KEY=os.environ.get("SECRET_KEY", "only-for-a-try"),
    ALLOWED_HOSTS=["localhost"],
    ROOT_URLCONF=__name__,
)


def order(request: HttpRequest, number: int) -> HttpResponse:
    raise LookupError(f"order {number} not found")


urlpatterns = [path("orders/<int:number>", order)]

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
