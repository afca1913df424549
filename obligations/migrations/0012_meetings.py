"""Meetings with their agendas, and what was recorded and asked in them."""

from typing import Any

import django.contrib.postgres.fields
import django.db.models.deletion
import parties.keys
from django.conf import settings
from django.db import migrations, models

from agreement.migrations import _watch_functions as watched

MODELS = ("meeting", "agendaitem", "meeting_findings", "meeting_requests")


def watch(apps: Any, schema_editor: Any) -> None:
    for name in MODELS:
        watched.watch(schema_editor, f"obligations_{name}", f"obligations.{name}")


def unwatch(apps: Any, schema_editor: Any) -> None:
    for name in MODELS:
        watched.unwatch(schema_editor, f"obligations_{name}")


class Migration(migrations.Migration):
    dependencies = [
        ("agreement", "0009_part_of"),
        ("obligations", "0011_gates_of_texts"),
        ("parties", "0003_names_are_an_agreements_own"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Meeting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        default=parties.keys.random_key,
                        editable=False,
                        max_length=12,
                        unique=True,
                        verbose_name="key",
                    ),
                ),
                (
                    "tier",
                    models.CharField(
                        choices=[
                            ("public", "public"),
                            ("parties", "parties and mediators"),
                            ("in_confidence", "in confidence"),
                            ("mediators", "mediators"),
                        ],
                        max_length=16,
                        verbose_name="who may see it",
                    ),
                ),
                ("publish_at", models.DateTimeField(blank=True, null=True, verbose_name="public from")),
                ("held_on", models.DateField(verbose_name="day")),
                ("venue", models.CharField(blank=True, max_length=300, verbose_name="place")),
                ("members", models.TextField(blank=True, verbose_name="members")),
                ("minutes", models.TextField(blank=True, verbose_name="minutes")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
                ("planned_at", models.DateTimeField(verbose_name="planned at")),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agreement.agreement",
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="parties.party",
                        verbose_name="body",
                    ),
                ),
                (
                    "confidant",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="parties.party",
                        verbose_name="in confidence with",
                    ),
                ),
                (
                    "findings",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="obligations.statement",
                        verbose_name="findings recorded in it",
                    ),
                ),
                (
                    "planned_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "requests",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="obligations.partyrequest",
                        verbose_name="what was asked in it",
                    ),
                ),
            ],
            options={
                "verbose_name": "meeting",
                "verbose_name_plural": "meetings",
                "ordering": ["-held_on", "key"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AgendaItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.PositiveSmallIntegerField(verbose_name="place")),
                ("title", models.CharField(max_length=300, verbose_name="title")),
                ("query", models.CharField(blank=True, max_length=2000, verbose_name="filters")),
                (
                    "picked",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="picked",
                    ),
                ),
                ("conclusion", models.TextField(blank=True, verbose_name="conclusion")),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="agenda",
                        to="obligations.meeting",
                    ),
                ),
            ],
            options={
                "verbose_name": "item of an agenda",
                "verbose_name_plural": "items of agendas",
                "ordering": ["meeting_id", "place"],
            },
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confidant__isnull", False), ("tier", "in_confidence")),
                    models.Q(models.Q(("tier", "in_confidence"), _negated=True), ("confidant__isnull", True)),
                    _connector="OR",
                ),
                name="meeting_confidant_with_its_tier",
                violation_error_message="A confidence names the party it is shared with; other tiers name none.",
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(("tier__in", ["public", "parties", "in_confidence", "mediators"])),
                name="meeting_tier_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("minutes", "")),
                    models.Q(("closed_at__isnull", False), models.Q(("minutes", ""), _negated=True)),
                    _connector="OR",
                ),
                name="meeting_closed_with_minutes",
            ),
        ),
        migrations.AddConstraint(
            model_name="agendaitem",
            constraint=models.UniqueConstraint(fields=("meeting", "place"), name="agenda_item_once"),
        ),
        migrations.RunPython(watch, unwatch),
    ]
