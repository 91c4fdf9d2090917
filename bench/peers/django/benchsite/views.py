"""Views that answer byte for byte what those of examples/bench do."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from benchsite.models import Fortune


def plaintext(request):
    return HttpResponse("Hello, World!", content_type="text/plain; charset=utf-8")


def json(request):
    # Without spaces, as Go writes it: the answers have to be equal.
    return JsonResponse({"message": "Hello, World!"}, json_dumps_params={"separators": (",", ":")})


def fortunes(request):
    rows = list(Fortune.objects.all())
    rows.append(Fortune(id=0, message="Additional fortune added at request time."))
    rows.sort(key=lambda row: row.message)
    return render(request, "fortunes.html", {"fortunes": rows})


@csrf_exempt
def echo(request):
    return HttpResponse(str(len(request.body)), content_type="text/plain; charset=utf-8")


@csrf_exempt
def index(request):
    return HttpResponse("<!doctype html>\n<title>bench</title>\n<p>Hello, World!</p>\n")
