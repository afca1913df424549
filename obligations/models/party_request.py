from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, When
from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement
from agreement.models.appendonly import append_only
from obligations.deadlines import day_in
from obligations.deadlines.moment import INSTANT, Moment
from obligations.models.commitment import Commitment
from obligations.models.statement import Statement
from parties.access import Tier, TieredQuerySet, Viewer
from parties.known import known
from parties.models import Keyed, Party, Tiered, Worded

# What counts as a reply to a statement that one is asked about.
REPLIES = (Statement.Kind.ANSWER, Statement.Kind.CONTEST)


def known_at(moment: Moment) -> datetime:
    """Asking and replying are acts on record: the earlier of the two days says how far they are known."""
    spoken_of = moment.at + INSTANT
    return min(spoken_of, moment.known_at or spoken_of)


class PartyRequestQuerySet(TieredQuerySet["PartyRequest"]):
    def visible_to(self, viewer: Viewer, now: datetime) -> Self:
        """Those whose own tier the viewer may see; and one about a statement only where that can be seen as well."""
        seen = Statement.objects.visible_to(viewer, now).filter(pk=OuterRef("statement"))
        about = Q(statement__isnull=True) | Q(Exists(seen))
        return super().visible_to(viewer, now).filter(about)

    def as_of(self, moment: Moment) -> Self:
        return self if moment.is_present else self.filter(known(known_at(moment), "asked_at"))

    def without_reply(self, agreements: Iterable[Agreement], now: datetime) -> Self:
        """Those of some agreements whose day has ended, in the agreement's zone, without a reply at any tier.

        For mediators alone, who see every reply.
        """
        ended = Q(pk__in=[])
        for one in agreements:
            ended |= Q(agreement=one.pk, reply_by__lt=day_in(now, one.zone))
        return self.awaiting_a_reply().filter(ended)

    def awaiting_a_reply(self) -> Self:
        """Those that were not taken back, and to which the asked party has not replied at any tier, though it can."""
        said = Statement.objects.in_force().filter(by=OuterRef("party"), recorded_at__gt=OuterRef("asked_at"))
        claim = said.filter(kind=Statement.Kind.CLAIM, commitment=OuterRef("commitment"))
        reply = said.filter(kind__in=REPLIES, refers_to=OuterRef("statement"))
        about = Q(statement__isnull=False, statement__withdrawn_at__isnull=True)
        waits = Q(~Exists(claim), statement__isnull=True) | (Q(~Exists(reply)) & about)
        return self.filter(waits, taken_back__isnull=True)

    def replied(self) -> Self:
        """Those with a reply after which no mediator said anything on the commitment, nor asked anything more.

        `replied_at` is when the newest reply was recorded.
        """
        said = Statement.objects.in_force().filter(by=OuterRef("party"), recorded_at__gt=OuterRef("asked_at"))
        claim = said.filter(kind=Statement.Kind.CLAIM, commitment=OuterRef("commitment"))
        reply = said.filter(kind__in=REPLIES, refers_to=OuterRef("statement"))
        newest = [one.order_by("-recorded_at").values("recorded_at")[:1] for one in (claim, reply)]
        at = Case(When(statement__isnull=True, then=Subquery(newest[0])), default=Subquery(newest[1]))
        later = Statement.objects.filter(commitment=OuterRef("commitment"), by__isnull=True)
        again = PartyRequest.objects.filter(commitment=OuterRef("commitment"))
        rows = self.filter(taken_back__isnull=True).annotate(replied_at=at)
        return rows.filter(
            ~Exists(later.filter(recorded_at__gt=OuterRef("replied_at"))),
            ~Exists(again.filter(asked_at__gt=OuterRef("replied_at"))),
            replied_at__isnull=False,
        )

    def of(self, party: int, commitment: Commitment, statement: Statement | None) -> Self:
        """What the party was asked: for a claim on the commitment, or for a reply to the statement."""
        return self.filter(party=party, commitment=commitment, statement=statement)


class PartyRequest(Keyed, Tiered, Worded):
    """A mediator asks a party for a claim on a commitment, or for a reply to a `statement`, by a day. Append-only.

    Whether there was a reply follows from statements and is never stored; `obligations.status.requests` works it out,
    and says to whom it is told.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="+")
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="requests")
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked party")
    )
    statement = models.ForeignKey(
        Statement, on_delete=models.PROTECT, null=True, blank=True, related_name="requests"
    )
    reply_by = models.DateField(_("reply by"))
    words = models.TextField(_("words"))
    asked_at = models.DateTimeField(_("asked at"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects: ClassVar[PartyRequestQuerySet] = PartyRequestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(Tiered.Meta):
        abstract = False
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        ordering = ["-asked_at", "key"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("request")
        constraints = [
            *Tiered.Meta.constraints,
            models.CheckConstraint(condition=~Q(words=""), name="request_has_words"),
            models.CheckConstraint(
                condition=~Q(tier=Tier.MEDIATORS)
                & (Q(confidant__isnull=True) | Q(confidant=models.F("party"))),
                name="request_seen_by_the_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} asked about {self.commitment_id}, by {self.reply_by}"


class RequestTakenBack(models.Model):
    """A request that the mediators took back, with the reason. Append-only, as the request is."""

    request = models.OneToOneField(PartyRequest, on_delete=models.PROTECT, related_name="taken_back")
    reason = models.TextField(_("reason"))
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("request taken back")
        verbose_name_plural = _("requests taken back")
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("request_taken_back")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="request_taken_back_for_a_reason")
        ]

    def __str__(self) -> str:
        return f"{self.request_id} taken back"
