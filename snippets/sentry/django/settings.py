import os
from typing import Any

SECRET_KEY = os.environ.get("SECRET_KEY", "only-for-a-try")
ALLOWED_HOSTS = ["localhost"]
ROOT_URLCONF = "views"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
PAGES = {  # in a project: a folder of templates
    "basket.html": "<h1>Basket</h1>\n<p>{{ basket.total }}</p>\n",
    "misspelled.html": "<h1>Basket</h1>\n<p>{{ basket.totl }}</p>\n",
}
ENGINE: dict[str, Any] = {"loaders": [("django.template.loaders.locmem.Loader", PAGES)]}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": ENGINE,
    }
]
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "shop.sqlite3"}
}
