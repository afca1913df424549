"""What would keep a person waiting, and is done by a worker while they go on."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.cache import cache
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement, Trigger, TriggerDate
from parties.access import Viewer, readable
from parties.models import Keyed


class WorkQuerySet(models.QuerySet["Work"]):
    def of(self, viewer: Viewer) -> Self:
        """The viewer's own, of agreements that they may read still; nobody else has a way to it."""
        if viewer.user_id is None:
            return self.none()
        own, rule = self.filter(user=viewer.user_id), readable(viewer)
        return own.filter(rule | Q(agreement=None)) if rule else own

    def with_files(self) -> Self:
        """Each with whether its file is there still (`has_file`). One query."""
        return self.annotate(file_is_there=models.Exists(WorkPart.objects.filter(work=models.OuterRef("pk"))))

    def open(self) -> Self:
        """What waits or is being done."""
        return self.filter(ended_at=None)


class Work(Keyed):
    """Work that an account asked for and a worker does: its owner's alone, and in no ledger.

    `about` is what it is about in words, `subject` what tells it apart from other work of its kind, and `said` what the
    worker is given, in `language`. `done` of `total` steps are counted, and `total` is unknown where they cannot be.
    It ends once: `result` says what came of it, `failure` why nothing did. What was asked to end ends at its next step,
    and nothing of it is recorded. `tries`: how many workers began it; all but the last were ended in the middle.
    `seen_at`: when its owner was shown how it ended.
    """

    class Kind(models.TextChoices):
        SHEET = "sheet", _("sheet of statements")
        FILE = "file", _("file")
        PACK = "pack", _("import of a pack")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("being done")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, null=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    about = models.CharField(_("about"), max_length=300)
    subject = models.CharField(_("what tells it apart"), max_length=64)
    said = models.JSONField(_("what the worker is given"))
    language = models.CharField(_("language"), max_length=16)
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField(_("asked at"))
    begun_at = models.DateTimeField(_("begun at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    cancel_asked_at = models.DateTimeField(_("asked to end at"), null=True)
    seen_at = models.DateTimeField(_("seen at"), null=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    done = models.PositiveIntegerField(_("steps done"), default=0)
    total = models.PositiveIntegerField(_("steps in all"), null=True)
    result = models.JSONField(_("result"), default=dict)
    failure = models.TextField(_("why it failed"), blank=True)

    objects: ClassVar[WorkQuerySet] = WorkQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("work")
        verbose_name_plural = _("work")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "subject"], condition=Q(ended_at__isnull=True), name="work_open_once"
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(ended_at__isnull=True), name="work_open"),
            models.Index(fields=["user", "-asked_at"], name="work_of_an_account"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def is_ending(self) -> bool:
        """Whether it was asked to end, and is at its last step."""
        return self.is_open and self.cancel_asked_at is not None

    @property
    def has_file(self) -> bool:
        """Whether its file is there still."""
        there = getattr(self, "file_is_there", None)
        return self.parts.exists() if there is None else bool(there)

    @property
    def file(self) -> dict[str, Any]:
        """The file's `file` (its name), `media_type`, `size`, and `seen_as`: what its owner could see."""
        return dict(self.result)


class WorkPart(models.Model):
    """A piece of the file that work made: in the database, so that it is there exactly where the work is done."""

    SIZE = 1024 * 1024

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="parts")
    place = models.PositiveIntegerField(_("place"))
    content = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("part of a file")
        verbose_name_plural = _("parts of files")
        ordering = ["work", "place"]
        constraints = [models.UniqueConstraint(fields=["work", "place"], name="work_part_once")]

    def __str__(self) -> str:
        return f"{self.work_id} {self.place}"


A_DAY = 24 * 60 * 60


class WaitingDates(models.QuerySet["WaitingDate"]):
    def still_told(self) -> "WaitingDates":
        """Those that wait, and those that were refused until another date came."""
        later = TriggerDate.objects.filter(
            trigger=models.OuterRef("trigger"), recorded_at__gte=models.OuterRef("given_at")
        )
        return self.filter(~models.Exists(later), recorded=None)


class WaitingDate(models.Model):
    """A date that was given to a trigger, until a worker has recorded it with all that follows from it.

    It is no date of the trigger yet, and shows to those alone who may give one. `hanging` is on how many commitments it
    bears. It ends once: `recorded` is the date that it became, `refused` why it became none.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("is being worked out")
        RECORDED = "recorded", _("is recorded")
        REFUSED = "refused", _("was refused")

    trigger = models.ForeignKey(Trigger, on_delete=models.CASCADE, related_name="waiting_dates")
    occurred_on = models.DateField(_("happened on"), null=True, blank=True)
    reason = models.TextField(_("reason"))
    source = models.CharField(_("source"), max_length=500, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(_("given at"))
    hanging = models.PositiveIntegerField(_("commitments that hang on it"))
    ended_at = models.DateTimeField(_("ended at"), null=True)
    recorded = models.ForeignKey(TriggerDate, on_delete=models.CASCADE, null=True, related_name="+")
    refused = models.TextField(_("why it was refused"), blank=True)

    objects = WaitingDates.as_manager()

    class Meta:
        verbose_name = _("date that is being worked out")
        verbose_name_plural = _("dates that are being worked out")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["trigger"], condition=Q(ended_at__isnull=True), name="one_date_waits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trigger_id}: {self.occurred_on}"

    @property
    def state(self) -> str:
        if self.ended_at is None:
            return self.State.WAITING
        return self.State.REFUSED if self.recorded_id is None else self.State.RECORDED

    @property
    def done(self) -> int:
        """How many of the commitments are worked out, as the worker last said."""
        return int(cache.get(self.progress_key, 0)) if self.ended_at is None else self.hanging

    def note(self, done: int) -> None:
        """Say how far it is: not in the database, which shows nothing of it before all is done."""
        cache.set(self.progress_key, done, A_DAY)

    @property
    def progress_key(self) -> str:
        return f"waiting-date-{self.pk}"
