"""Django's cache in Redis, for pages that work without it."""

import logging
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError, TimeoutError

log = logging.getLogger(__name__)


class ForgivingRedisCache(RedisCache):
    """While Redis is down, nothing is found and `set` stores nothing.

    All else raises: a `delete` that did not happen would leave an old value, and
    `add` and `incr` decide something.
    """

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except (ConnectionError, TimeoutError) as error:
            log.warning("no cache: %s", error)
            return default

    def has_key(self, key: str, version: int | None = None) -> bool:
        try:
            return bool(super().has_key(key, version))
        except (ConnectionError, TimeoutError) as error:
            log.warning("no cache: %s", error)
            return False

    def set(
        self,
        key: str,
        value: Any,
        timeout: Any = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        try:
            super().set(key, value, timeout, version)
        except (ConnectionError, TimeoutError) as error:
            log.warning("no cache: %s", error)
