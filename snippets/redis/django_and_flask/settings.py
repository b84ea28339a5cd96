import os
from pathlib import Path

from redis.backoff import ExponentialWithJitterBackoff
from redis.retry import Retry

SECRET_KEY = os.environ["SECRET_KEY"]
ALLOWED_HOSTS = ["localhost"]
ROOT_URLCONF = "shop"
INSTALLED_APPS = ["django.contrib.sessions"]
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": Path(__file__).with_name("shop.sqlite3"),
    }
}
CACHES = {
    "default": {
        "BACKEND": "forgiving_cache.ForgivingRedisCache",
        "LOCATION": os.environ.get("REDIS_URL", "redis://localhost:6379/0"),
        "KEY_PREFIX": "shop",
        "TIMEOUT": 300,
        "OPTIONS": {  # arguments of redis-py's connections
            "socket_connect_timeout": 0.5,
            "socket_timeout": 0.5,
            "health_check_interval": 30,
            "retry": Retry(ExponentialWithJitterBackoff(base=0.05, cap=0.2), retries=1),
            "client_name": "shop",
        },
    }
}
# Sessions are in the database, and Redis holds a copy of those in use.
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
