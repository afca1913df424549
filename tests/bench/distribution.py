"""Which tables carry the agreement, as a distributed PostgreSQL would ask: `python -m tests.bench distribution`.

Such a database (Citus, say) keeps the rows of one agreement together: a table then has a column that says which, each
key and constraint has it among its columns, and what refers to another table refers within the agreement. Tables that
have none and are small are copied to every machine.
"""

import os
from collections import deque
from collections.abc import Iterator

import django
from django.apps import apps
from django.db.models import ForeignKey, Model, UniqueConstraint

NOWHERE = {"DATABASE_URL": "postgresql://none/none", "REDIS_URL": "redis://none", "SECRET_KEY": "none"}
OURS = ("agreement", "obligations", "parties")


def column(model: type[Model]) -> str:
    """The column that says of which agreement a row is, empty where there is none."""
    names = {field.column for field in model._meta.concrete_fields}
    return next((name for name in ("agreement_id", "chain") if name in names), "")


def way(model: type[Model]) -> list[str]:
    """By which foreign keys, the fewest, a row leads to one that has the column; empty where none does."""
    waiting, seen = deque([(model, list[str]())]), {model}
    while waiting:
        at, names = waiting.popleft()
        if column(at) and names:
            return names
        for field in at._meta.concrete_fields:
            target = field.related_model
            if isinstance(field, ForeignKey) and isinstance(target, type) and target not in seen:
                seen.add(target)
                waiting.append((target, [*names, field.name]))
    return []


def keys_without(model: type[Model]) -> Iterator[str]:
    """Keys and constraints that hold over all agreements, and would have to hold within one."""
    named = {field.name for field in model._meta.concrete_fields if field.column == column(model)}
    for field in model._meta.concrete_fields:
        if field.unique and not field.primary_key:
            yield field.name
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and not named & set(constraint.fields):
            yield ", ".join(constraint.fields) or constraint.name


def main() -> None:
    for name, nowhere in NOWHERE.items():  # models alone are looked at, and no row
        os.environ.setdefault(name, nowhere)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "normalization_tracker.settings")
    django.setup()
    models = [model for model in apps.get_models() if model._meta.app_label in OURS]
    carry = [model for model in models if column(model)]
    leads = {model: way(model) for model in models if not column(model) and way(model)}
    copied = [model for model in models if not column(model) and not way(model)]
    print(
        f"{len(models)} tables: {len(carry)} carry the agreement, {len(leads)} lead to it, {len(copied)} have none"
    )
    print("\nwithout one, to be copied to every machine:")
    print("  " + ", ".join(model._meta.db_table for model in copied))
    print("\nwould want a column of their own, by way of:")
    for model, names in leads.items():
        print(f"  {model._meta.db_table}: {'.'.join(names)}")
    print("\ncarry it, but have keys that hold over all agreements (beside `id`, which each table has):")
    for model in carry:
        if found := list(keys_without(model)):
            print(f"  {model._meta.db_table}: {'; '.join(found)}")
