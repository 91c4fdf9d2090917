"""Renders the page with Django: reads templates and data from standard input, and
writes what came out and how long one page took, with its template kept (as the
cached loader keeps it)."""

import datetime
import json
import sys
import time

import django
from django.conf import settings
from django.http import HttpResponse
from django.urls import path

given = json.load(sys.stdin)
settings.configure(
    USE_TZ=True,
    TIME_ZONE="UTC",
    STATIC_URL="/static/",
    ROOT_URLCONF=__name__,
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {"loaders": [("django.template.loaders.cached.Loader", [("django.template.loaders.locmem.Loader", given["templates"])])],
                    "libraries": {"static": "django.templatetags.static"}},
    }],
)
django.setup()
urlpatterns = [path("orders/<int:id>/", lambda request, id: HttpResponse(), name="order")]


def named(row):
    """A row in the words of the templates, with its time as one."""
    row = {{"ID": "id", "URL": "url"}.get(k, k.lower()): v for k, v in row.items()}
    if "placed" in row:
        row["placed"] = datetime.datetime.fromisoformat(row["placed"].replace("Z", "+00:00"))
    return row


data = given["data"]
context = {
    "title": data["Title"], "user": data["User"], "csrf_token": data["Token"],
    "links": [named(r) for r in data["Links"]], "orders": [named(r) for r in data["Orders"]], "fields": [named(r) for r in data["Fields"]],
}

from django.template.loader import get_template  # noqa: E402

page = get_template("page.html").template
from django.template import Context  # noqa: E402


def render():
    return page.render(Context(context))


output = render()
pages, taken = 0, 0.0
while taken < 2:
    began = time.process_time()
    for _ in range(20):
        render()
    taken += time.process_time() - began
    pages += 20
json.dump({"Output": output, "NS": taken / pages * 1e9}, sys.stdout)
