from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import ClassVar, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement, Event
from agreement.models.appendonly import append_only
from obligations.deadlines import FindingFact
from obligations.deadlines.moment import Moment, moment_at
from obligations.models.commitment import Commitment
from parties.access import SeenWithItsSubject, Tier, TieredQuerySet, Viewer, visible
from parties.known import is_known, known
from parties.models import TIER_COLUMNS, Keyed, LedgerState, Party, Released, Worded


class Level(models.IntegerChoices):
    """The scale of the Kroc Institute's Peace Accords Matrix. "Not assessable" is no step of it."""

    NOT_INITIATED = 0, _("Not initiated")
    MINIMAL = 1, _("Minimal")
    INTERMEDIATE = 2, _("Intermediate")
    COMPLETE = 3, _("Complete")


class Conduct(models.TextChoices):
    KEPT = "kept", _("Kept")
    KEPT_WITH_INCIDENTS = "kept_with_incidents", _("Kept with incidents")
    NOT_KEPT = "not_kept", _("Not kept")
    CONTRARY = "contrary", _("Contrary")


class StatementQuerySet(TieredQuerySet["Statement"]):
    def visible_to(self, viewer: Viewer, now: datetime) -> Self:
        """What is about another statement, to those alone who may see that one as well."""
        return self.filter(visible_statements(viewer, now, settings.PUBLIC_READING))

    def findings_visible_to(self, viewer: Viewer, now: datetime) -> Self:
        """The same of findings, which stand for themselves whatever they cite: asked of their index alone."""
        return self.findings().filter(visible(viewer, now))

    def as_of(self, moment: Moment) -> Self:
        """What speaks of the day spoken of or an earlier one, and was recorded by the end of the day of knowledge."""
        said = self.filter(effective_on__lte=moment.spoken_on) if moment.spoken_on else self
        return said.filter(known(moment.known_at, "recorded_at"))

    def findings(self) -> Self:
        return self.filter(kind=Statement.Kind.FINDING)

    def in_force(self, moment: Moment | None = None) -> Self:
        """Without what had been withdrawn, as far as was known at the moment; None for all that is on record."""
        return self.filter(known(moment.known_at if moment else None, until="withdrawn_at"))

    def seen_by(self, viewer: Viewer, moment: Moment | datetime) -> Self:
        """Visible ones as of the moment; an instant stands for the present."""
        moment = moment_at(moment)
        return self.visible_to(viewer, moment.now).as_of(moment)

    def awaiting_a_finding(
        self, viewer: Viewer, moment: Moment | datetime, kinds: Iterable[str] = ("claim",)
    ) -> Self:
        """Claims that no visible finding answers: none was made since that speaks of the claim's day or a later one."""
        moment = moment_at(moment)
        answers = Statement.objects.findings().seen_by(viewer, moment).in_force(moment)
        answer = answers.filter(
            commitment=OuterRef("commitment"),
            effective_on__gte=OuterRef("effective_on"),
            recorded_at__gte=OuterRef("recorded_at"),
        )
        return self.in_force(moment).filter(~Exists(answer), kind__in=kinds)

    def contested_claims(self) -> Self:
        """Claims that a party contests, after which no finding was made."""
        found = Statement.objects.findings().in_force().filter(commitment=OuterRef("commitment"))
        contests = Statement.objects.in_force().filter(kind=Statement.Kind.CONTEST, refers_to=OuterRef("pk"))
        later = found.filter(commitment=OuterRef("commitment"), recorded_at__gt=OuterRef("recorded_at"))
        return self.in_force().filter(Exists(contests.filter(~Exists(later))), kind=Statement.Kind.CLAIM)

    def in_order(self) -> Self:
        """By the day they speak of, then as they were recorded: the last one stands."""
        return self.order_by("effective_on", "recorded_at", "id")

    def newest_first(self) -> Self:
        return self.order_by("-effective_on", "-recorded_at", "-id")


@lru_cache(maxsize=64)
def visible_statements(viewer: Viewer, now: datetime, public_reading: bool) -> SeenWithItsSubject:
    """The rule of `visible_to`, made once for a request: it hangs on nothing else."""
    return SeenWithItsSubject(Statement, viewer, now, is_reply=Q(kind__in=Statement.REPLIES))


def says_one_thing() -> Q:
    """Claims, observations and findings have one verdict; the others none, and they speak of another statement."""
    no_verdict = Q(level__isnull=True, not_assessable=False)
    verdict = (
        Q(level__isnull=False, not_assessable=False, conduct="")
        | Q(level__isnull=True, not_assessable=True, conduct="")
        | (no_verdict & ~Q(conduct=""))
    )
    return (
        (Q(kind__in=["claim", "observation"], refers_to__isnull=True) & verdict)
        | (Q(kind="finding") & verdict)
        | (Q(kind__in=["contest", "answer", "withdrawal"], refers_to__isnull=False, conduct="") & no_verdict)
    )


class Statement(Keyed, Released, Worded):
    """What somebody said about a commitment. Append-only in the database: nothing overwrites anything.

    `effective_on` is the day that it speaks of; `recorded_at` is when it was entered. A claim and a contest are a
    party's (`by`); a finding is the mediator's and has no party. An observation is that of an observer
    (`by`), who is no party and no mediator, whoever enters it: it moves no clock and no status. An answer and a
    withdrawal are anybody's. `recorded_by` is None where a command loaded it.

    `refers_to` is the statement that a contest objects to, an answer answers, a withdrawal takes back, and a finding
    cites. `withdrawn_at` is when a withdrawal of it was recorded: from then on it is said no more, but what was known
    before stays known. The withdrawal has the tier of what it takes back, and goes with it.
    """

    ledger_state: ClassVar[LedgerState] = LedgerState(
        only=("confidant_id", "id", "publish_at", "tier", "withdrawn_at"), always=False
    )

    class Kind(models.TextChoices):
        CLAIM = "claim", _("claim")
        FINDING = "finding", _("finding")
        OBSERVATION = "observation", _("observation")
        CONTEST = "contest", _("contest")
        ANSWER = "answer", _("answer")
        WITHDRAWAL = "withdrawal", _("withdrawal")

    # What says how a commitment stands.
    VERDICTS = (Kind.CLAIM, Kind.FINDING, Kind.OBSERVATION)
    # What says nothing without the statement that it is about. A finding has a verdict of its own.
    REPLIES = (Kind.CONTEST, Kind.ANSWER, Kind.WITHDRAWAL)

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="+")
    # Without an index of its own: `statement_newest` begins with it, and a shorter one would be preferred to it.
    commitment = models.ForeignKey(
        Commitment, on_delete=models.PROTECT, related_name="statements", db_index=False
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    by = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, blank=True, related_name="statements")
    level = models.PositiveSmallIntegerField(_("level"), choices=Level.choices, null=True, blank=True)
    not_assessable = models.BooleanField(_("not assessable"), default=False)
    conduct = models.CharField(_("conduct"), max_length=24, choices=Conduct.choices, blank=True)
    effective_on = models.DateField(_("since which day"))
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.TextField(_("reason"))
    source = models.CharField(_("source"), max_length=500, blank=True)
    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, null=True, blank=True, related_name="statements"
    )
    refers_to = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="referred_by"
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True, editable=False)
    # The period it is about, where that is not the one that `effective_on` lies in: a report that came late.
    period = models.ForeignKey(
        "obligations.Period", on_delete=models.PROTECT, null=True, blank=True, related_name="statements"
    )
    # A key of the import that brought it, so that loading twice changes nothing. Empty for what people record.
    import_key = models.CharField(max_length=80, blank=True)

    objects = StatementQuerySet.as_manager()

    class Meta(Released.Meta):
        abstract = False
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ["-recorded_at", "-id"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only(
            "statement", but_for=(*TIER_COLUMNS, "withdrawn_at")
        )
        indexes = [
            models.Index(fields=["effective_on", "recorded_at", "key"], name="statement_in_time"),
            # What waits for its publication: asked each minute.
            models.Index(
                fields=["publish_at"],
                name="statement_to_publish",
                condition=Q(publish_at__isnull=False) & ~Q(tier=Tier.PUBLIC),
            ),
            # With all that standings ask of statements, so that a dashboard reads the index alone.
            models.Index(
                fields=["commitment", "kind", "-effective_on", "-recorded_at", "-id"],
                include=[
                    "level",
                    "not_assessable",
                    "conduct",
                    "tier",
                    "publish_at",
                    "confidant",
                    "agreement",
                    "withdrawn_at",
                ],
                name="statement_newest",
            ),
        ]
        constraints = [
            *Released.Meta.constraints,
            models.CheckConstraint(condition=says_one_thing(), name="statement_says_one_thing"),
            models.CheckConstraint(
                condition=Q(kind__in=["answer", "withdrawal"])
                | Q(kind="finding", by__isnull=True)
                | Q(kind__in=["claim", "contest", "observation"], by__isnull=False),
                name="statement_by_its_author",
            ),
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__lte=3), name="statement_level_known"
            ),
            models.CheckConstraint(
                condition=Q(conduct__in=["", *Conduct.values]), name="statement_conduct_known"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="statement_has_a_reason"),
            models.UniqueConstraint(
                fields=["refers_to"], condition=Q(kind="withdrawal"), name="statement_withdrawn_once"
            ),
            models.UniqueConstraint(
                fields=["agreement", "import_key", "commitment"],
                condition=~Q(import_key=""),
                name="statement_imported_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.commitment_id}, {self.effective_on}"

    @property
    def has_verdict(self) -> bool:
        return self.kind in self.VERDICTS

    def in_force(self, known_at: datetime | None = None) -> bool:
        """Whether it was known at an instant and not withdrawn; None for all that is on record."""
        return is_known(known_at, self.recorded_at, self.withdrawn_at)

    def fact(self) -> FindingFact:
        """The finding as far as clocks go."""
        return FindingFact(self.pk, self.effective_on, self.level)

    def verdict(self) -> str:
        """The level or conduct in words; empty where it gives none."""
        if self.not_assessable:
            return str(_("Not assessable"))
        return str(
            Conduct(self.conduct).label
            if self.conduct
            else Level(self.level).label
            if self.level is not None
            else ""
        )
