"""Ask the shop inside this process: `python ask.py default wsgi /orders/1001`."""

import asyncio
import os
import sys
from typing import Any

import httpx2
import sentry_sdk
import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from sentry_sdk.integrations.django import DjangoIntegration

OPTIONS: dict[str, dict[str, Any]] = {
    "codes": {"failed_request_status_codes": {403, 404, *range(500, 600)}},
    "everything": {
        "transaction_style": "function_name",
        "middleware_spans": True,
        "cache_spans": True,
        "db_transaction_spans": True,
    },
}
LOCAL = "http://localhost"


def headers(path: str) -> dict[str, str]:
    return {"Host": "evil.example"} if path == "/wrong-host" else {}


def ask_wsgi(paths: tuple[str, ...]) -> None:
    web = httpx2.WSGITransport(get_wsgi_application())
    with httpx2.Client(transport=web, base_url=LOCAL) as shop:
        for path in paths:
            print(path, shop.get(path, headers=headers(path)).status_code)


async def ask_asgi(paths: tuple[str, ...]) -> None:
    web = httpx2.ASGITransport(get_asgi_application())
    async with httpx2.AsyncClient(transport=web, base_url=LOCAL) as shop:
        for path in paths:
            print(path, (await shop.get(path, headers=headers(path))).status_code)


def main(how: str, server: str, *paths: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
    if how == "recommended":
        import sentry_setup  # noqa: F401
    else:
        sentry_sdk.init(
            traces_sample_rate=1.0,
            send_default_pii=how == "pii",
            integrations=[DjangoIntegration(**OPTIONS.get(how, {}))],
        )
    if how == "user_id":
        settings.MIDDLEWARE.append("user_id.UserId")
    if how == "everything":
        settings.ENGINE["debug"] = True
    if server == "wsgi":
        ask_wsgi(paths)
    else:
        asyncio.run(ask_asgi(paths))
    sentry_sdk.flush(timeout=10)


if __name__ == "__main__":
    main(*sys.argv[1:])
