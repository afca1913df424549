"""Who looks after what: acknowledged breaches, owners and followers of obligations; and how each works."""

from typing import ClassVar, Generic, Self, TypeVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement, Provision
from agreement.models.appendonly import append_only
from obligations.models.commitment import Commitment
from obligations.models.obligation import Obligation
from obligations.models.statement import Statement
from parties.access import Role, Viewer, agreements_of, readable
from parties.models import Keyed, Party
from parties.texts import LIMITS


class DraftQuerySet(models.QuerySet["Draft"]):
    def of(self, viewer: Viewer) -> "DraftQuerySet":
        """The viewer's own, in agreements where a mandate is left; nobody else has a way to them."""
        if viewer.user_id is None:
            return self.none()
        return self.filter(user=viewer.user_id, agreement__in=agreements_of(viewer.grants))


class Draft(Keyed):
    """What somebody has typed and not sent: of one person, and in no list, count, search or ledger of anybody else.

    `content` is what the form held, as the browser sent it, or the rows of a sheet. It may change and go: what is on
    record begins when it is sent.
    """

    class Kind(models.TextChoices):
        FINDING = "finding", _("finding")
        CLAIM = "claim", _("claim")
        CONTEST = "contest", _("contest")
        ANSWER = "answer", _("answer")
        BULK = "bulk", _("sheet of statements")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    commitment = models.ForeignKey(
        Commitment, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    # What a contest objects to, or an answer answers.
    statement = models.ForeignKey(
        Statement, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    content = models.JSONField(_("content"))
    saved_at = models.DateTimeField(_("saved at"))

    objects: ClassVar[DraftQuerySet] = DraftQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ["-saved_at", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "commitment", "statement"],
                condition=~Q(kind="bulk"),
                nulls_distinct=False,
                name="draft_of_a_form_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="bulk", commitment__isnull=True, statement__isnull=True)
                | Q(kind__in=["claim", "finding"], commitment__isnull=False, statement__isnull=True)
                | Q(kind__in=["contest", "answer"], commitment__isnull=True, statement__isnull=False),
                name="draft_about_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.user_id}"


M = TypeVar("M", bound=models.Model)


class OfMediators(models.QuerySet[M], Generic[M]):
    """Rows of which the mediators of an agreement alone know."""

    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(agreement__in=viewer.agreements_as(Role.MEDIATOR))


class BreachAcknowledgement(models.Model):
    """That a mediator has taken note of a breach, which then waits on the desk no more. Append-only.

    `breach` is its key (`BreachStatus.key`): the rows of breaches are worked out anew, the key stays.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="+")
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="acknowledgements")
    breach = models.CharField(_("breach"), max_length=24, unique=True)
    note = models.TextField(_("note"), blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects: ClassVar[OfMediators["BreachAcknowledgement"]] = OfMediators.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("acknowledgement of a breach")
        verbose_name_plural = _("acknowledgements of breaches")
        ordering = ["recorded_at", "id"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("breach_acknowledgement")

    def __str__(self) -> str:
        return self.breach


class AssignmentQuerySet(OfMediators["Assignment"]):
    def current(self) -> Self:
        """The newest of each obligation, where it names somebody."""
        later = Assignment.objects.filter(obligation=OuterRef("obligation"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(later), owner__isnull=False)


class Assignment(models.Model):
    """That a mediator owns an obligation from now on, or nobody does (`owner` is None). Append-only."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="+")
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="assignments")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects: ClassVar[AssignmentQuerySet] = AssignmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["recorded_at", "id"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("assignment")

    def __str__(self) -> str:
        return f"{self.obligation_id} to {self.owner_id}"


class FollowingQuerySet(models.QuerySet["Following"]):
    SUBJECT = ("follower_id", "agreement_id", "obligation_id", "provision_id", "party_id")

    def visible_to(self, viewer: Viewer) -> Self:
        """One's own alone."""
        return self.filter(readable(viewer), follower=viewer.user_id)

    def current(self) -> Self:
        """The newest of each person on each subject, where it says that they follow it."""
        newest = Following.objects.order_by(*self.SUBJECT, "-pk").distinct(*self.SUBJECT)
        return self.filter(pk__in=newest.values("pk"), follows=True)


class Following(models.Model):
    """That somebody wants to be told from now on, or no more, of what changes on a subject. Append-only.

    The subject is an obligation, a provision with all below it, or a party's commitments; the whole agreement where
    none of these is named.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="+")
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, null=True, related_name="followings")
    provision = models.ForeignKey(Provision, on_delete=models.PROTECT, null=True, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="+")
    follower = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    follows = models.BooleanField(_("follows"))
    recorded_at = models.DateTimeField(_("recorded at"))

    objects: ClassVar[FollowingQuerySet] = FollowingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("following")
        verbose_name_plural = _("followings")
        ordering = ["recorded_at", "id"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("following")
        constraints = [
            models.CheckConstraint(
                condition=Q(provision__isnull=True, party__isnull=True)
                | Q(obligation__isnull=True, party__isnull=True)
                | Q(obligation__isnull=True, provision__isnull=True),
                name="following_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.follower_id}: {self.obligation_id or self.provision_id or self.party_id or self.agreement_id}"


class SavedView(Keyed):
    """A name that somebody gave to what the desk was asked for: `query` is the query string. Private, in no ledger.

    `follows`: its owner wants to be told of what changes on the commitments in it.
    """

    MOST = 50

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=LIMITS["code"])
    query = models.CharField(_("query"), max_length=LIMITS["url"], blank=True)
    follows = models.BooleanField(_("follows"), default=False)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="saved_view_once")]

    def __str__(self) -> str:
        return self.name


class Visit(models.Model):
    """How far in an agreement's ledger somebody has seen on the desk, or on the page of an obligation.

    What stands after `seen` is new; places are those of the agreement's chain. A visit ends when it was not opened for
    half an hour, or when its visitor says that all is seen: then `seen` becomes `head`, which is where the ledger had
    got to when it was last opened, at `opened_at`. So nothing that was never shown passes for seen, whatever the
    clocks say.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="+")
    # None for the desk.
    obligation = models.ForeignKey(Obligation, on_delete=models.CASCADE, null=True, related_name="+")
    seen = models.BigIntegerField(_("seen up to"))
    head = models.BigIntegerField(_("shown up to"))
    # When the visit before this one ended, and when this one was last opened.
    left_at = models.DateTimeField(_("left at"), null=True)
    opened_at = models.DateTimeField(_("opened at"))

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "agreement", "obligation"], name="visit_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.agreement_id}: {self.seen}"
