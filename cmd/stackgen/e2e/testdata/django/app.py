"""Views of a Django project that knows nothing of who stands before it."""

import hashlib
import threading

from django.contrib import admin
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

going = {}


def event(request):
    return going.setdefault(request.GET["key"], threading.Event())


def whoami(request):
    client = request.META["HTTP_X_FORWARDED_FOR"].split(",")[0].strip()
    return HttpResponse(f"{request.scheme} {request.get_host()} {client} {request.build_absolute_uri()}", content_type="text/plain")


@csrf_exempt
def upload(request):
    digest, size = hashlib.sha256(), 0
    while part := request.read(1 << 16):
        digest.update(part)
        size += len(part)
    return HttpResponse(f"{size} {digest.hexdigest()}", content_type="text/plain")


def go(request):
    event(request).set()
    return HttpResponse("gone", content_type="text/plain")


def stream(request):
    def parts():
        yield "first\n"
        event(request).wait(60)
        yield "second\n"

    return StreamingHttpResponse(parts(), content_type="text/plain")


def events(request):
    def parts():
        yield "data: first\n\n"
        event(request).wait(60)
        yield "data: second\n\n"

    return StreamingHttpResponse(parts(), content_type="text/event-stream")


urlpatterns = [
    path("whoami", whoami),
    path("upload", upload),
    path("go", go),
    path("stream", stream),
    path("events", events),
    path("admin/", admin.site.urls),
]
