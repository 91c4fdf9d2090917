"""Views that answer byte for byte what those of examples/bench do, chance aside."""

from functools import lru_cache
from random import randint

from django.core.cache import cache
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from benchsite.models import Fortune, World

WORLDS = 10_000


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


def written(world):
    return {"id": world.id, "randomNumber": world.random_number}


def any_world():
    return World.objects.get(id=randint(1, WORLDS))


def wanted(request):
    try:
        return min(max(int(request.GET.get("n", "")), 1), 500)
    except ValueError:
        return 1


def answer(rows):
    return JsonResponse(rows, safe=False, json_dumps_params={"separators": (",", ":")})


def db(request):
    return answer(written(any_world()))


def queries(request):
    return answer([written(any_world()) for _ in range(wanted(request))])


def updates(request):
    rows = sorted((any_world() for _ in range(wanted(request))), key=lambda world: world.id)
    for world in rows:
        world.random_number = randint(1, WORLDS)
    # One statement: saving row by row takes Django longer.
    World.objects.bulk_update(rows, ["random_number"])
    return answer([written(world) for world in rows])


@lru_cache
def fill_cache():
    """Puts all rows into the cache, once in a process: filling it is not what is measured."""
    for world in World.objects.all():
        cache.set(f"world {world.id}", written(world), None)


def cached(request):
    fill_cache()
    rows = []
    for _ in range(wanted(request)):
        id = randint(1, WORLDS)
        rows.append(cache.get_or_set(f"world {id}", lambda: written(World.objects.get(id=id)), None))
    return answer(rows)


@csrf_exempt
def echo(request):
    return HttpResponse(str(len(request.body)), content_type="text/plain; charset=utf-8")


@csrf_exempt
def index(request):
    return HttpResponse("<!doctype html>\n<title>bench</title>\n<p>Hello, World!</p>\n")
