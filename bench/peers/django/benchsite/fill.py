"""Makes the tables where there are none, with the rows that stackgen's migrations have."""

import os
import re
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchsite.settings")
django.setup()

from django.db import connection  # noqa: E402

from benchsite.models import Fortune, World  # noqa: E402

migration = Path(__file__).parents[4] / "examples/bench/migrations/sqlite/0001_fortune.sql"
if connection.vendor == "postgresql":
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA IF NOT EXISTS django")
tables = connection.introspection.table_names()
if World._meta.db_table not in tables:
    with connection.schema_editor() as editor:
        editor.create_model(World)
    World.objects.bulk_create(World(random_number=i * 7919 % 10000 + 1) for i in range(1, 10_001))
if Fortune._meta.db_table not in tables:
    with connection.schema_editor() as editor:
        editor.create_model(Fortune)
    rows = re.findall(r"^\t\('((?:[^']|'')*)'\)[,;]$", migration.read_text(), re.M)
    assert len(rows) == 12, rows
    for message in rows:
        Fortune.objects.create(message=message.replace("''", "'"))
