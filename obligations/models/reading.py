from collections.abc import Iterable
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement, Trigger
from agreement.models.appendonly import append_only
from obligations.deadlines.spans import ReadingAct
from obligations.models.commitment import Commitment
from obligations.models.obligation import RECURRING_RULE, Obligation
from parties.models import Keyed


class Terms(models.Model):
    """The terms of an obligation's time limit, as a pack gave them. Append-only: another pack's are another row.

    The newest are also on the obligation itself. `known_since` is when they count as known, None where that is when
    they were recorded: what an agreement was first loaded with was known from the outset.
    """

    obligation = models.ForeignKey(Obligation, on_delete=models.CASCADE, related_name="all_terms")
    rule = models.CharField(_("rule of the time limit"), max_length=32)
    terms = models.JSONField(
        _("terms of the time limit"), default=dict, blank=True, encoder=DjangoJSONEncoder
    )
    trigger = models.ForeignKey(Trigger, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    after_obligation = models.ForeignKey(
        Obligation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    convention = models.CharField(_("counting convention"), max_length=32)
    recorded_at = models.DateTimeField(_("recorded at"))
    known_since = models.DateTimeField(_("known since"), null=True, blank=True)

    class Meta:
        verbose_name = _("terms of a time limit")
        verbose_name_plural = _("terms of time limits")
        ordering = ["recorded_at", "id"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("terms")

    def __str__(self) -> str:
        return f"{self.obligation_id}: {self.rule}"


def recurs(all_terms: Iterable[Terms]) -> bool:
    """Whether something is, or was, due again and again."""
    return any(terms.rule == RECURRING_RULE for terms in all_terms)


class Reading(Keyed):
    """A mediator's recorded act on a commitment's clock: how it is counted, or that it is moved, stopped or resumed.

    Append-only; everybody who may read the agreement sees it, since a due date is for everybody. `convention` and
    `calendars` belong to `counting`, `due_on` to `date` and `extension`. Those two ways of understanding the text hold
    for every day spoken of; the other kinds hold from the day `effective_on`. `withdraws` takes an earlier one back:
    from then on it counts no more, and stays to be seen. `agreed_by` are codes of parties, where they agreed on it.
    `recorded_by` is None where a pack was loaded.
    """

    class Kind(models.TextChoices):
        COUNTING = "counting", _("how it is counted")
        DATE = "date", _("a date")
        EXTENSION = "extension", _("extension")
        SUSPENSION = "suspension", _("suspension")
        RESUMPTION = "resumption", _("resumption")
        WAIVER = "waiver", _("waiver")
        SUPERSESSION = "supersession", _("supersession")
        WITHDRAWAL = "withdrawal", _("withdrawal of a reading")

    UNDERSTANDING = (Kind.COUNTING, Kind.DATE)
    WITH_A_DAY = (Kind.DATE, Kind.EXTENSION)

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="+")
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="readings")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    convention = models.CharField(_("counting convention"), max_length=32, blank=True)
    calendars = ArrayField(
        models.CharField(max_length=60), verbose_name=_("calendars"), default=list, blank=True
    )
    due_on = models.DateField(_("due on"), null=True, blank=True)
    effective_on = models.DateField(_("from the day"), null=True, blank=True)
    withdraws = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="withdrawn_by"
    )
    reason = models.TextField(_("reason"))
    source = models.CharField(_("source"), max_length=500, blank=True)
    agreed_on = models.DateField(_("agreed on"), null=True, blank=True)
    agreed_by = ArrayField(
        models.CharField(max_length=60), verbose_name=_("agreed by"), default=list, blank=True
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        ordering = ["recorded_at", "id"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("reading")
        indexes = [models.Index(fields=["agreement", "recorded_at"], name="reading_recorded")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="counting", effective_on__isnull=True, due_on__isnull=True)
                & ~Q(convention="")
                | Q(kind="date", effective_on__isnull=True, due_on__isnull=False, convention="")
                | Q(kind="extension", effective_on__isnull=False, due_on__isnull=False, convention="")
                | Q(
                    kind__in=["suspension", "resumption", "waiver", "supersession"],
                    effective_on__isnull=False,
                    due_on__isnull=True,
                    convention="",
                )
                | Q(kind="withdrawal", effective_on__isnull=True, due_on__isnull=True, convention=""),
                name="reading_says_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(kind="withdrawal", withdraws__isnull=False)
                | (~Q(kind="withdrawal") & Q(withdraws__isnull=True)),
                name="reading_withdraws_one",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="reading_has_a_reason"),
            models.CheckConstraint(
                condition=Q(agreed_on__isnull=True, agreed_by=[])
                | (Q(agreed_on__isnull=False) & ~Q(agreed_by=[])),
                name="reading_agreed_by_and_on",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.commitment_id}"

    def act(self) -> ReadingAct:
        """The reading as far as clocks go."""
        return ReadingAct(
            self.pk, self.kind, self.effective_on, self.due_on, self.convention, tuple(self.calendars)
        )
