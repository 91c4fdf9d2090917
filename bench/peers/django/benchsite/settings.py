"""Settings as startproject writes them, less what the site has no use for.

DJANGO_LAYERS switches the middleware of startproject on. Sessions and users are
lazy on both sides: a request that touches none reads and writes none.
"""

import os
from pathlib import Path

DEBUG = False
SECRET_KEY = "for loopback only, no session is ever made"
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "benchsite.urls"
WSGI_APPLICATION = "benchsite.wsgi.application"
USE_TZ = True

INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages", "benchsite"]
MIDDLEWARE = []
if os.environ.get("DJANGO_LAYERS"):
    MIDDLEWARE = [
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": Path(os.environ.get("DJANGO_DATA", ".")) / "db.sqlite3",
        # As stackgen does it: Django's default is a connection for each request.
        "CONN_MAX_AGE": None,
    }
}
if os.environ.get("DJANGO_POSTGRES"):
    DATABASES["default"] = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "postgres",
        "USER": "postgres",
        "HOST": os.environ["DJANGO_POSTGRES"],
        # Not the tables that stackgen has made there.
        "OPTIONS": {"options": "-c search_path=django"},
        "CONN_MAX_AGE": None,
    }
# In the process, as stackgen's is where no other is named; Django's default keeps
# 300 entries.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 20_000}}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [Path(__file__).parent / "templates"]}]

# Nothing is logged on either side.
LOGGING_CONFIG = None
