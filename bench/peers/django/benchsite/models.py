"""The models of examples/bench.hcl."""

from django.db import models


class Fortune(models.Model):
    message = models.CharField(max_length=2048)

    class Meta:
        db_table = "fortune"


class World(models.Model):
    random_number = models.IntegerField()

    class Meta:
        db_table = "world"
