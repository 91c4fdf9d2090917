"""The paths of examples/bench.hcl that have an application in them."""

from django.urls import path

from benchsite import views

urlpatterns = [
    path("plaintext", views.plaintext),
    path("json", views.json),
    path("echo", views.echo),
    path("fortunes", views.fortunes),
    path("db", views.db),
    path("queries", views.queries),
    path("updates", views.updates),
    path("cached", views.cached),
    path("", views.index),
]
