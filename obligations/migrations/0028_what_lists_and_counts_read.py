"""Indexes that lists and counts are read from, and how many commitments each agreement has."""

import datetime

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

COUNT = """
INSERT INTO obligations_revision (agreement_id, mask, changes, commitments)
SELECT agreement_id, 0, 0, count(*) FROM obligations_commitment GROUP BY 1
"""


# How many groups there are decides whether several processes count them.
ALIKE = """
CREATE STATISTICS obligations_status_alike (ndistinct)
ON party_id, provision_id, level, not_assessable, conduct, claim, clock, phase FROM obligations_commitmentstatus
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agreement", "0015_audiencebit"),
        ("obligations", "0027_clockspan_act_clockspan_calendars_and_more"),
        ("parties", "0005_sent_once"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="commitmentstatus",
            name="status_of_a_commitment",
        ),
        migrations.RemoveIndex(
            model_name="commitmentstatus",
            name="status_present",
        ),
        migrations.RemoveIndex(
            model_name="commitmentstatus",
            name="status_running",
        ),
        migrations.AddField(
            model_name="revision",
            name="commitments",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddIndex(
            model_name="breachstatus",
            index=models.Index(
                condition=models.Q(
                    ("known_until", datetime.datetime(9999, 12, 31, 0, 0, tzinfo=datetime.UTC))
                ),
                fields=["commitment", "overdue_since", "key"],
                include=("id", "agreement", "mask", "shown_from", "shown_until", "closed_at", "counts"),
                name="breach_status_in_order",
            ),
        ),
        migrations.AddIndex(
            model_name="commitment",
            index=models.Index(fields=["agreement", "party"], name="commitment_of_a_party"),
        ),
        migrations.AddIndex(
            model_name="commitmentstatus",
            index=models.Index(
                fields=["commitment", "known_until", "until_day"],
                include=("id", "agreement", "mask", "shown_from", "shown_until", "known_from", "from_day"),
                name="status_of_a_commitment",
            ),
        ),
        migrations.AddIndex(
            model_name="commitmentstatus",
            index=models.Index(
                condition=models.Q(("is_present", True)),
                fields=["commitment"],
                include=("mask", "shown_from", "shown_until", "id", "agreement"),
                name="status_in_order",
            ),
        ),
        migrations.AddIndex(
            model_name="commitmentstatus",
            index=models.Index(
                condition=models.Q(("is_present", True), ("phase", "running")),
                fields=["commitment"],
                include=("mask", "shown_from", "shown_until", "id", "agreement", "due_at"),
                name="status_running_in_order",
            ),
        ),
        migrations.AddIndex(
            model_name="commitmentstatus",
            index=models.Index(
                condition=models.Q(("is_present", True)),
                fields=["obligation", "commitment"],
                include=("mask", "shown_from", "shown_until", "agreement"),
                name="status_of_an_obligation",
            ),
        ),
        migrations.AddIndex(
            model_name="commitmentstatus",
            index=models.Index(
                condition=models.Q(("is_present", True)),
                fields=["agreement"],
                include=(
                    "mask",
                    "shown_from",
                    "shown_until",
                    "life",
                    "party",
                    "provision",
                    "kind",
                    "level",
                    "not_assessable",
                    "conduct",
                    "phase",
                    "due_at",
                    "claim",
                    "clock",
                ),
                name="status_counted",
            ),
        ),
        migrations.AddIndex(
            model_name="commitmentstatus",
            index=models.Index(
                condition=models.Q(
                    ("known_until", datetime.datetime(9999, 12, 31, 0, 0, tzinfo=datetime.UTC))
                ),
                fields=["agreement", "from_day"],
                include=(
                    "until_day",
                    "mask",
                    "shown_from",
                    "shown_until",
                    "life",
                    "party",
                    "provision",
                    "kind",
                    "level",
                    "not_assessable",
                    "conduct",
                    "phase",
                    "due_at",
                    "claim",
                    "clock",
                ),
                name="status_counted_then",
            ),
        ),
        migrations.AddIndex(
            model_name="commitmentstatus",
            index=models.Index(
                condition=models.Q(("is_present", True), ("phase", "running")),
                fields=["agreement", "due_at", "commitment"],
                include=("mask", "shown_from", "shown_until", "life"),
                name="status_running",
            ),
        ),
        migrations.AddIndex(
            model_name="commitmentstatus",
            index=models.Index(
                condition=models.Q(
                    ("is_present", True), ("clock", "immediate"), ("complete_since__isnull", True)
                ),
                fields=["agreement", "runs_from"],
                include=("mask", "shown_from", "shown_until", "life", "commitment"),
                name="status_immediate",
            ),
        ),
        migrations.AddIndex(
            model_name="commitmentstatus",
            index=models.Index(
                condition=models.Q(("is_present", True), ("claim_waits", True)),
                fields=["agreement", "due_at"],
                include=("mask", "shown_from", "shown_until", "life", "commitment"),
                name="status_claim_waits",
            ),
        ),
        migrations.AddIndex(
            model_name="commitmentstatus",
            index=models.Index(
                condition=models.Q(("is_present", True), ("contest_waits", True)),
                fields=["agreement"],
                include=("mask", "shown_from", "shown_until", "life", "commitment"),
                name="status_contest_waits",
            ),
        ),
        migrations.AddIndex(
            model_name="commitmentstatus",
            index=models.Index(
                condition=models.Q(("is_present", True), ("kind__in", ("standing", "recurring"))),
                fields=["agreement", "commitment"],
                include=("mask", "shown_from", "shown_until", "life"),
                name="status_lasting",
            ),
        ),
        migrations.AddIndex(
            model_name="commitmentstatus",
            index=models.Index(
                condition=models.Q(("is_present", True), models.Q(("life", "active"), _negated=True)),
                fields=["agreement"],
                include=("mask", "shown_from", "shown_until", "life"),
                name="status_not_active",
            ),
        ),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(fields=["place"], name="obligation_in_text"),
        ),
        migrations.AddIndex(
            model_name="occurrence",
            index=models.Index(
                condition=models.Q(
                    ("due_on__isnull", True),
                    ("known_until", datetime.datetime(9999, 12, 31, 0, 0, tzinfo=datetime.UTC)),
                ),
                fields=["commitment", "-ends_on"],
                include=("id",),
                name="occurrence_to_review",
            ),
        ),
        migrations.AddIndex(
            model_name="periodstatus",
            index=models.Index(
                condition=models.Q(
                    ("known_until", datetime.datetime(9999, 12, 31, 0, 0, tzinfo=datetime.UTC)),
                    ("until_day", datetime.date(9999, 12, 31)),
                ),
                fields=["commitment", "period"],
                include=(
                    "id",
                    "agreement",
                    "mask",
                    "shown_from",
                    "shown_until",
                    "owed",
                    "conduct",
                    "complete_since",
                ),
                name="period_status_present",
            ),
        ),
        migrations.RunSQL(COUNT, migrations.RunSQL.noop),
        migrations.RunSQL(ALIKE, "DROP STATISTICS obligations_status_alike"),
        pgtrigger.migrations.AddTrigger(
            model_name="commitment",
            trigger=pgtrigger.compiler.Trigger(
                name="commitment_counted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO obligations_revision (agreement_id, mask, changes, commitments) SELECT agreement_id, 0, 0, count(*) FROM counted GROUP BY 1; RETURN NULL;",
                    hash="e06b24134d53fcf02de4515398ec0f381783c9b6",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_commitment_counted_ccb4c",
                    referencing="REFERENCING NEW TABLE AS counted ",
                    table="obligations_commitment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="commitment",
            trigger=pgtrigger.compiler.Trigger(
                name="commitment_uncounted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO obligations_revision (agreement_id, mask, changes, commitments) SELECT agreement_id, 0, 0, -count(*) FROM counted GROUP BY 1; RETURN NULL;",
                    hash="79adf175319796f650ed51f315f71cde9e32b6df",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_commitment_uncounted_87d0d",
                    referencing="REFERENCING OLD TABLE AS counted ",
                    table="obligations_commitment",
                    when="AFTER",
                ),
            ),
        ),
    ]
