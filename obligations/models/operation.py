"""How the machine does: what ran when and what it came to, and whose store of evidence this is."""

import secrets

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


def random_key() -> str:
    return secrets.token_hex(16)


class Heartbeat(models.Model):
    """When something last did its work, by the database's clock: beat, the worker, or one of its tasks.

    `refused_at` is when it last would not, because its clock differed from the database's by `seconds_off`.
    """

    name = models.CharField(_("name"), max_length=40, primary_key=True)
    at = models.DateTimeField(_("at"), null=True)
    refused_at = models.DateTimeField(_("refused at"), null=True)
    seconds_off = models.IntegerField(_("seconds that its clock is ahead"), default=0)

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name}: {self.at}"


class SweepRun(models.Model):
    """A sweep that came to its end. The newest one tells how fresh the flags are; old ones are removed."""

    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), db_index=True)
    flagged = models.PositiveIntegerField(_("flagged"))

    class Meta:
        verbose_name = _("sweep")
        verbose_name_plural = _("sweeps")
        ordering = ["-finished_at", "-pk"]
        get_latest_by = "finished_at"

    def __str__(self) -> str:
        return f"{self.finished_at}: {self.flagged}"


class DriftCheck(models.Model):
    """A nightly look at whether the derived columns are what the recorded rows give.

    `differences` lists the first of them, each with `what` (code and party, or a trigger), `field`, and for fields that
    everybody may know also `stored` and `worked_out`. Nothing is mended: a difference is a fault to be found.
    """

    MOST = 200

    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), db_index=True)
    checked = models.PositiveIntegerField(_("commitments checked"))
    found = models.PositiveIntegerField(_("differences found"))
    differences = models.JSONField(_("differences"), default=list)

    class Meta:
        verbose_name = _("drift check")
        verbose_name_plural = _("drift checks")
        ordering = ["-finished_at", "-pk"]
        get_latest_by = "finished_at"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(finished_at__gte=models.F("started_at")), name="drift_check_ends"
            )
        ]

    def __str__(self) -> str:
        return f"{self.finished_at}: {self.found} of {self.checked}"


class Forgotten(models.Model):
    """When what is kept for its time was last removed, by its name in `commands.retention`, and how many rows went."""

    name = models.CharField(_("name"), max_length=40, primary_key=True)
    at = models.DateTimeField(_("at"))
    rows = models.PositiveBigIntegerField(_("rows that went then"), default=0)
    in_all = models.PositiveBigIntegerField(_("rows that ever went"), default=0)

    class Meta:
        verbose_name = _("removal of what is old")
        verbose_name_plural = _("removals of what is old")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name}: {self.rows}"


class Deployment(models.Model):
    """The one row that says which deployment this is, and how it stands with its store of evidence.

    `key` is random, and the mark in the store names it. `evidence_stopped` says why the nightly sweep of the store does
    nothing; files that no row needs and that were written before `evidence_confirmed_at` were looked at by a person.
    """

    key = models.CharField(_("key"), max_length=32, default=random_key, editable=False)
    since = models.DateTimeField(_("since"), db_default=Now())
    evidence_marked_at = models.DateTimeField(_("store marked at"), null=True)
    evidence_confirmed_at = models.DateTimeField(_("store confirmed at"), null=True)
    evidence_stopped = models.CharField(_("why the sweep of the store stopped"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("deployment")
        verbose_name_plural = _("deployments")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_deployment")]

    def __str__(self) -> str:
        return self.key

    @classmethod
    def this(cls) -> "Deployment":
        """The row, made where it is missing."""
        return cls.objects.get_or_create(pk=1)[0]


class Orphan(models.Model):
    """A stored file that no row needed on an earlier night. It is removed where that is still so on the next one."""

    path = models.CharField(_("path"), max_length=200, primary_key=True)
    seen_at = models.DateTimeField(_("first seen at"))

    class Meta:
        verbose_name = _("stored file without a row")
        verbose_name_plural = _("stored files without a row")
        ordering = ["path"]

    def __str__(self) -> str:
        return self.path
