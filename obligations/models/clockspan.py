from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from obligations.deadlines.moment import OUTSET, STILL
from obligations.deadlines.spans import EVER, NEVER
from obligations.models.commitment import ClockState, Commitment, Life
from obligations.models.reading import Reading


class ClockSpan(models.Model):
    """What a commitment's clock was from `from_day` until before `until_day`, as known from one instant until another.

    Derived from terms, dates of triggers, readings and calendars by `obligations.status.records`, and written by
    `obligations.commands.clock` alone. It is what lets the database answer what was so on a day as known on another.
    Of a commitment, exactly one row holds for each pair of a day and an instant from which it is known.
    """

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="clock_spans")
    known_from = models.DateTimeField(_("known from"), default=OUTSET)
    known_until = models.DateTimeField(_("known until"), default=STILL)
    from_day = models.DateField(_("from the day"), default=EVER)
    until_day = models.DateField(_("until before the day"), default=NEVER)
    life = models.CharField(_("life"), max_length=16, choices=Life.choices, default=Life.ACTIVE)
    clock = models.CharField(_("clock"), max_length=16, choices=ClockState.choices, default=ClockState.NONE)
    clock_from = models.DateField(_("clock runs from"), null=True, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    in_time_until = models.DateField(_("last day in time"), null=True, blank=True)
    # The reading that began it.
    act = models.ForeignKey(
        Reading, on_delete=models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    # The sum: its rule, how it was counted by whose calendars, and its steps as JSON, written as they are shown.
    rule = models.CharField(_("rule of the time limit"), max_length=32, default="")
    convention = models.CharField(_("counting convention"), max_length=32, default="")
    calendars = ArrayField(
        models.CharField(max_length=60), verbose_name=_("calendars"), default=list, blank=True
    )
    steps = models.TextField(_("steps"), default="[]")

    class Meta:
        verbose_name = _("span of a clock")
        verbose_name_plural = _("spans of clocks")
        ordering = ["commitment_id", "known_from", "from_day"]
        constraints = [
            models.UniqueConstraint(fields=["commitment", "known_from", "from_day"], name="clock_span_once"),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id} from {self.from_day}"
