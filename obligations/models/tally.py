"""What is counted as statuses are written: how many are alike, and how often what an audience sees has changed.

Rows are only added, so that no writer waits for another, and `obligations.commands.revisions` sums them up. How many
are alike is kept by the database: each statement that writes statuses adds how many more or fewer there are of a kind.
What a figure asks for is a sum over `n`, and need not go through the statuses.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement
from obligations.deadlines.moment import OUTSET, STILL
from obligations.models.status import CommitmentStatus, PeriodStatus


class Tally(models.Model):
    """How many statuses of the present have the same values in all other columns, as a sum over its rows.

    The columns are called as those of `statuses`, so that conditions on these hold for either; `which` are the rows
    that it counts.
    """

    statuses: ClassVar[type[models.Model]]
    which: ClassVar[str]

    agreement = models.ForeignKey(
        Agreement, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    mask = models.BigIntegerField()
    shown_from = models.DateTimeField()
    shown_until = models.DateTimeField()
    provision_id = models.BigIntegerField()
    party_id = models.BigIntegerField()
    kind = models.CharField(max_length=16)
    n = models.BigIntegerField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.n} alike"

    @classmethod
    def alike(cls) -> str:
        """The columns in which rows are alike, as SQL."""
        return ", ".join(str(one.column) for one in cls._meta.concrete_fields if one.name not in ("id", "n"))

    @classmethod
    def triggers(cls) -> list[pgtrigger.Trigger]:
        """What keeps it, whoever writes: each statement adds what it changed."""
        return [
            cls.adds("inserted", pgtrigger.Insert, new="+"),
            cls.adds("deleted", pgtrigger.Delete, old="-"),
            cls.adds("updated", pgtrigger.Update, new="+", old="-"),
        ]

    @classmethod
    def adds(cls, name: str, operation: pgtrigger.Operation, **signs: str) -> pgtrigger.Trigger:
        rows = " UNION ALL ".join(
            f"SELECT {cls.alike()}, {sign}1 AS n FROM {rows}_rows WHERE {cls.which}"
            for rows, sign in signs.items()
        )
        return pgtrigger.Trigger(
            name=f"{cls._meta.model_name}_{name}",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=operation,
            referencing=pgtrigger.Referencing(**{rows: f"{rows}_rows" for rows in signs}),  # type: ignore[no-untyped-call]
            func=f"INSERT INTO {cls._meta.db_table} ({cls.alike()}, n) SELECT {cls.alike()}, sum(n) "
            f"FROM ({rows}) AS changed GROUP BY {cls.alike()} HAVING sum(n) <> 0; RETURN NULL;",
        )

    @classmethod
    def missing(cls) -> str:
        """SELECT of what is to be added for the tally to be right: nothing where it is."""
        alike = cls.alike()
        return (
            f"SELECT {alike}, sum(n) AS n FROM ("
            f"SELECT {alike}, 1 AS n FROM {cls.statuses._meta.db_table} WHERE {cls.which} "
            f"UNION ALL SELECT {alike}, -n FROM {cls._meta.db_table}) AS counted GROUP BY {alike} HAVING sum(n) <> 0"
        )


class CommitmentTally(Tally):
    """Commitments, as each audience sees them at present."""

    statuses = CommitmentStatus
    which = "is_present"

    holds_from = models.DateTimeField(default=OUTSET)
    holds_until = models.DateTimeField(default=STILL)
    life = models.CharField(max_length=16)
    clock = models.CharField(max_length=16)
    phase = models.CharField(max_length=16)
    due_at = models.DateTimeField(null=True)
    level = models.PositiveSmallIntegerField(null=True)
    not_assessable = models.BooleanField(null=True)
    conduct = models.CharField(max_length=24, null=True)  # noqa: DJ001 - as the status has it
    own_claim = models.CharField(max_length=16, default="")
    other_claim = models.CharField(max_length=16, default="")
    claim_waits = models.BooleanField()
    contest_waits = models.BooleanField()
    start_waits = models.BooleanField()

    class Meta:
        verbose_name = _("number of commitments that are alike")
        verbose_name_plural = _("numbers of commitments that are alike")


class PeriodTally(Tally):
    """Periods, as each audience sees them at present."""

    statuses = PeriodStatus
    which = "known_until = '9999-12-31 00:00Z' AND until_day = '9999-12-31'"

    is_due = models.BooleanField()
    state_ended = models.CharField(max_length=24)
    ends_on = models.DateField()
    next_ends_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("number of periods that are alike")
        verbose_name_plural = _("numbers of periods that are alike")


TALLIES: tuple[type[Tally], ...] = (CommitmentTally, PeriodTally)
for tally in TALLIES:
    pgtrigger.register(*tally.triggers())(tally.statuses)


class Revision(models.Model):
    """Changes of what those in `mask` see.

    The revision of an audience is the sum of `changes` over the rows with its bit. It never leaves the server but as a
    digest.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    mask = models.BigIntegerField()
    changes = models.BigIntegerField(default=1)

    class Meta:
        verbose_name = _("revision of what is seen")
        verbose_name_plural = _("revisions of what is seen")

    def __str__(self) -> str:
        return f"{self.agreement_id}: {self.changes}"
