"""By which period a standing duty stands, and what each party claims against what was found: `manage.py recompute` fills it."""

import datetime
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


# As in 0002: the statistics went with the column that they named.
ALIKE = """
CREATE STATISTICS obligations_status_alike (ndistinct)
ON party_id, provision_id, level, not_assessable, conduct, own_claim, other_claim, phase FROM obligations_commitmentstatus
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agreement", "0004_words_in_more_forms"),
        ("obligations", "0004_confidence_in_words"),
        ("parties", "0002_beside_the_models"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="commitmentstatus",
            name="commitmenttally_inserted",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="commitmentstatus",
            name="commitmenttally_deleted",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="commitmentstatus",
            name="commitmenttally_updated",
        ),
        migrations.RemoveIndex(
            model_name="commitmentstatus",
            name="status_in_order",
        ),
        migrations.RemoveIndex(
            model_name="commitmentstatus",
            name="status_running_in_order",
        ),
        migrations.RemoveIndex(
            model_name="commitmentstatus",
            name="status_of_an_obligation",
        ),
        migrations.RemoveIndex(
            model_name="commitmentstatus",
            name="status_counted",
        ),
        migrations.RemoveIndex(
            model_name="commitmentstatus",
            name="status_counted_then",
        ),
        migrations.RemoveIndex(
            model_name="commitmentstatus",
            name="status_running",
        ),
        migrations.RemoveIndex(
            model_name="commitmentstatus",
            name="status_start_waits",
        ),
        migrations.RemoveIndex(
            model_name="commitmentstatus",
            name="status_claim_waits",
        ),
        migrations.RemoveIndex(
            model_name="commitmentstatus",
            name="status_contest_waits",
        ),
        migrations.RemoveIndex(
            model_name="commitmentstatus",
            name="status_lasting",
        ),
        migrations.RemoveIndex(
            model_name="commitmentstatus",
            name="status_not_active",
        ),
        migrations.RemoveField(
            model_name="commitmentstatus",
            name="claim",
        ),
        migrations.RemoveField(
            model_name="commitmenttally",
            name="claim",
        ),
        migrations.AddField(
            model_name="commitmentstatus",
            name="holds_from",
            field=models.DateTimeField(
                default=datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)
            ),
        ),
        migrations.AddField(
            model_name="commitmentstatus",
            name="holds_until",
            field=models.DateTimeField(
                default=datetime.datetime(9999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)
            ),
        ),
        migrations.AddField(
            model_name="commitmentstatus",
            name="last_finding",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="obligations.statement",
            ),
        ),
        migrations.AddField(
            model_name="commitmentstatus",
            name="last_period",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="obligations.period",
            ),
        ),
        migrations.AddField(
            model_name="commitmentstatus",
            name="other_claim",
            field=models.CharField(
                blank=True,
                choices=[
                    ("agrees", "agrees with the finding"),
                    ("above_1", "one level above the finding"),
                    ("above_2", "two levels above the finding"),
                    ("above_3", "three levels above the finding"),
                    ("below_1", "one level below the finding"),
                    ("below_2", "two levels below the finding"),
                    ("below_3", "three levels below the finding"),
                    ("not_comparable", "one of the two is “not assessable”"),
                    ("no_finding", "no finding yet"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="commitmentstatus",
            name="own_claim",
            field=models.CharField(
                blank=True,
                choices=[
                    ("agrees", "agrees with the finding"),
                    ("above_1", "one level above the finding"),
                    ("above_2", "two levels above the finding"),
                    ("above_3", "three levels above the finding"),
                    ("below_1", "one level below the finding"),
                    ("below_2", "two levels below the finding"),
                    ("below_3", "three levels below the finding"),
                    ("not_comparable", "one of the two is “not assessable”"),
                    ("no_finding", "no finding yet"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="commitmenttally",
            name="holds_from",
            field=models.DateTimeField(
                default=datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)
            ),
        ),
        migrations.AddField(
            model_name="commitmenttally",
            name="holds_until",
            field=models.DateTimeField(
                default=datetime.datetime(9999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)
            ),
        ),
        migrations.AddField(
            model_name="commitmenttally",
            name="other_claim",
            field=models.CharField(default="", max_length=16),
        ),
        migrations.AddField(
            model_name="commitmenttally",
            name="own_claim",
            field=models.CharField(default="", max_length=16),
        ),
        migrations.AddIndex(
            model_name="commitmentstatus",
            index=models.Index(
                condition=models.Q(("is_present", True)),
                fields=["commitment"],
                include=("mask", "shown_from", "shown_until", "holds_from", "holds_until", "id", "agreement"),
                name="status_in_order",
            ),
        ),
        migrations.AddIndex(
            model_name="commitmentstatus",
            index=models.Index(
                condition=models.Q(("is_present", True), ("phase", "running")),
                fields=["commitment"],
                include=(
                    "mask",
                    "shown_from",
                    "shown_until",
                    "holds_from",
                    "holds_until",
                    "id",
                    "agreement",
                    "due_at",
                ),
                name="status_running_in_order",
            ),
        ),
        migrations.AddIndex(
            model_name="commitmentstatus",
            index=models.Index(
                condition=models.Q(("is_present", True)),
                fields=["obligation", "commitment"],
                include=("mask", "shown_from", "shown_until", "holds_from", "holds_until", "agreement"),
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
                    "holds_from",
                    "holds_until",
                    "life",
                    "party",
                    "provision",
                    "kind",
                    "level",
                    "not_assessable",
                    "conduct",
                    "phase",
                    "due_at",
                    "own_claim",
                    "other_claim",
                    "clock",
                ),
                name="status_counted",
            ),
        ),
        migrations.AddIndex(
            model_name="commitmentstatus",
            index=models.Index(
                condition=models.Q(
                    ("known_until", datetime.datetime(9999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc))
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
                    "own_claim",
                    "other_claim",
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
                include=("mask", "shown_from", "shown_until", "holds_from", "holds_until", "life"),
                name="status_running",
            ),
        ),
        migrations.AddIndex(
            model_name="commitmentstatus",
            index=models.Index(
                condition=models.Q(("is_present", True), ("start_waits", True)),
                fields=["agreement", "runs_from", "commitment"],
                include=("mask", "shown_from", "shown_until", "holds_from", "holds_until", "life"),
                name="status_start_waits",
            ),
        ),
        migrations.AddIndex(
            model_name="commitmentstatus",
            index=models.Index(
                condition=models.Q(("is_present", True), ("claim_waits", True)),
                fields=["agreement", "due_at", "commitment"],
                include=("mask", "shown_from", "shown_until", "holds_from", "holds_until", "life"),
                name="status_claim_waits",
            ),
        ),
        migrations.AddIndex(
            model_name="commitmentstatus",
            index=models.Index(
                condition=models.Q(("is_present", True), ("contest_waits", True)),
                fields=["agreement", "due_at", "commitment"],
                include=("mask", "shown_from", "shown_until", "holds_from", "holds_until", "life"),
                name="status_contest_waits",
            ),
        ),
        migrations.AddIndex(
            model_name="commitmentstatus",
            index=models.Index(
                condition=models.Q(("is_present", True), ("kind__in", ("standing", "recurring"))),
                fields=["agreement", "commitment"],
                include=("mask", "shown_from", "shown_until", "holds_from", "holds_until", "life"),
                name="status_lasting",
            ),
        ),
        migrations.AddIndex(
            model_name="commitmentstatus",
            index=models.Index(
                condition=models.Q(("is_present", True), models.Q(("life", "active"), _negated=True)),
                fields=["agreement"],
                include=("mask", "shown_from", "shown_until", "holds_from", "holds_until", "life"),
                name="status_not_active",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="commitmentstatus",
            trigger=pgtrigger.compiler.Trigger(
                name="commitmenttally_inserted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO obligations_commitmenttally (agreement_id, mask, shown_from, shown_until, provision_id, party_id, kind, holds_from, holds_until, life, clock, phase, due_at, level, not_assessable, conduct, own_claim, other_claim, claim_waits, contest_waits, start_waits, n) SELECT agreement_id, mask, shown_from, shown_until, provision_id, party_id, kind, holds_from, holds_until, life, clock, phase, due_at, level, not_assessable, conduct, own_claim, other_claim, claim_waits, contest_waits, start_waits, sum(n) FROM (SELECT agreement_id, mask, shown_from, shown_until, provision_id, party_id, kind, holds_from, holds_until, life, clock, phase, due_at, level, not_assessable, conduct, own_claim, other_claim, claim_waits, contest_waits, start_waits, +1 AS n FROM new_rows WHERE is_present) AS changed GROUP BY agreement_id, mask, shown_from, shown_until, provision_id, party_id, kind, holds_from, holds_until, life, clock, phase, due_at, level, not_assessable, conduct, own_claim, other_claim, claim_waits, contest_waits, start_waits HAVING sum(n) <> 0; RETURN NULL;",
                    hash="5aed8fee89faa2fc8eebc587d4cb7453ee6f8655",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_commitmenttally_inserted_bc348",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="obligations_commitmentstatus",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="commitmentstatus",
            trigger=pgtrigger.compiler.Trigger(
                name="commitmenttally_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO obligations_commitmenttally (agreement_id, mask, shown_from, shown_until, provision_id, party_id, kind, holds_from, holds_until, life, clock, phase, due_at, level, not_assessable, conduct, own_claim, other_claim, claim_waits, contest_waits, start_waits, n) SELECT agreement_id, mask, shown_from, shown_until, provision_id, party_id, kind, holds_from, holds_until, life, clock, phase, due_at, level, not_assessable, conduct, own_claim, other_claim, claim_waits, contest_waits, start_waits, sum(n) FROM (SELECT agreement_id, mask, shown_from, shown_until, provision_id, party_id, kind, holds_from, holds_until, life, clock, phase, due_at, level, not_assessable, conduct, own_claim, other_claim, claim_waits, contest_waits, start_waits, -1 AS n FROM old_rows WHERE is_present) AS changed GROUP BY agreement_id, mask, shown_from, shown_until, provision_id, party_id, kind, holds_from, holds_until, life, clock, phase, due_at, level, not_assessable, conduct, own_claim, other_claim, claim_waits, contest_waits, start_waits HAVING sum(n) <> 0; RETURN NULL;",
                    hash="06d98a8b29a86b912a1b346ba5a73fe1b8a6dc97",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_commitmenttally_deleted_baa82",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="obligations_commitmentstatus",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="commitmentstatus",
            trigger=pgtrigger.compiler.Trigger(
                name="commitmenttally_updated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO obligations_commitmenttally (agreement_id, mask, shown_from, shown_until, provision_id, party_id, kind, holds_from, holds_until, life, clock, phase, due_at, level, not_assessable, conduct, own_claim, other_claim, claim_waits, contest_waits, start_waits, n) SELECT agreement_id, mask, shown_from, shown_until, provision_id, party_id, kind, holds_from, holds_until, life, clock, phase, due_at, level, not_assessable, conduct, own_claim, other_claim, claim_waits, contest_waits, start_waits, sum(n) FROM (SELECT agreement_id, mask, shown_from, shown_until, provision_id, party_id, kind, holds_from, holds_until, life, clock, phase, due_at, level, not_assessable, conduct, own_claim, other_claim, claim_waits, contest_waits, start_waits, +1 AS n FROM new_rows WHERE is_present UNION ALL SELECT agreement_id, mask, shown_from, shown_until, provision_id, party_id, kind, holds_from, holds_until, life, clock, phase, due_at, level, not_assessable, conduct, own_claim, other_claim, claim_waits, contest_waits, start_waits, -1 AS n FROM old_rows WHERE is_present) AS changed GROUP BY agreement_id, mask, shown_from, shown_until, provision_id, party_id, kind, holds_from, holds_until, life, clock, phase, due_at, level, not_assessable, conduct, own_claim, other_claim, claim_waits, contest_waits, start_waits HAVING sum(n) <> 0; RETURN NULL;",
                    hash="437a40cb855a76d97aefc9dcda51bd48d8e6edcf",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_commitmenttally_updated_33c2d",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="obligations_commitmentstatus",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunSQL(ALIKE, "DROP STATISTICS obligations_status_alike"),
    ]
