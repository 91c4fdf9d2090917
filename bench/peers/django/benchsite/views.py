"""Views that answer byte for byte what those of examples/bench do."""

from django.http import HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt


def plaintext(request):
    return HttpResponse("Hello, World!", content_type="text/plain; charset=utf-8")


def json(request):
    # Without spaces, as Go writes it: the answers have to be equal.
    return JsonResponse({"message": "Hello, World!"}, json_dumps_params={"separators": (",", ":")})


@csrf_exempt
def echo(request):
    return HttpResponse(str(len(request.body)), content_type="text/plain; charset=utf-8")


@csrf_exempt
def index(request):
    return HttpResponse("<!doctype html>\n<title>bench</title>\n<p>Hello, World!</p>\n")
