from typing import ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from parties.access import BITS, COMMON, IN_A_NAME, Clearance, ReadableQuerySet, Role
from parties.content import PackChar, PackProse, PackText
from parties.models import LedgerState, Party


class AgreementQuerySet(ReadableQuerySet["Agreement"]):
    agreement = "id"


class SignOff(models.TextChoices):
    """What can want a second signature: of another mediator, and for acts of power of another administrator.

    `POWERS` stands in every policy from the outset, and binds while two administrators of the agreement can sign in.
    Where it is missing, its administrators left it out.
    """

    COMPLETE_FINDINGS = "complete_findings", _("findings that something is complete")
    WAIVERS = "waivers", _("waivers")
    GATES = "gates", _("the opening of gates")
    PUBLICATIONS = "publications", _("publications")
    POWERS = "powers", _("acts of power")


def from_the_outset() -> list[str]:
    """The policy of an agreement whose pack says nothing."""
    return [SignOff.POWERS.value]


def usual_second_factor() -> list[str]:
    """The roles that an agreement's policy names from the outset."""
    return sorted(settings.SECOND_FACTOR)


def usual_reminders() -> list[int]:
    return [-30, -7, -1, 0, 1, 7]


def usual_escalation() -> list[int]:
    return [7]


class Agreement(models.Model):
    """The whole of what was agreed: instruments, parties, rules of counting and naming. Loaded from a pack."""

    ledger_state: ClassVar[LedgerState] = LedgerState()
    of_agreement: ClassVar[str] = "id"

    code = models.SlugField(_("code"), max_length=60, unique=True)
    title = PackChar(_("title"), max_length=300)
    short_title = PackChar(_("short title"), max_length=300)
    time_zone = models.CharField(_("time zone"), max_length=64)
    convention = models.CharField(_("counting convention"), max_length=32, default="calendar")
    due_soon_days = models.PositiveSmallIntegerField(_("days in which something is due soon"), default=30)
    review_months = models.PositiveSmallIntegerField(_("months of a review period"), default=6)
    # Days from a due day on which those concerned are reminded, negative before it; after the last, each week.
    reminders = ArrayField(
        models.SmallIntegerField(), verbose_name=_("days of reminders"), default=usual_reminders
    )
    # Days after which a breach that nobody acknowledged is told to the mediators again.
    escalation = ArrayField(
        models.SmallIntegerField(),
        verbose_name=_("days of escalation"),
        default=usual_escalation,
        # What the previous release, which has no such column, writes.
        db_default=usual_escalation(),
        blank=True,
    )
    # How the days of both are counted: `calendar` or `working-days`.
    reminder_counting = models.CharField(
        _("how reminders count"), max_length=32, default="calendar", db_default="calendar"
    )
    footnote = PackProse(_("footnote on naming"), blank=True)
    # The pack's naming profile and the groups that benefit, as it gives them.
    naming = models.JSONField(_("naming profile"), default=dict, blank=True)
    groups = models.JSONField(_("groups of beneficiaries"), default=list, blank=True)
    # Lists of words that mean the same to who looks for one of them.
    synonyms = models.JSONField(_("synonyms"), default=list, blank=True)
    # How its tags are called, as the pack gives it: a code and a label each.
    topics = models.JSONField(_("names of topics"), default=list, blank=True)
    # Into which languages its pack has its texts: `language`, `state` and `by` of each.
    languages = models.JSONField(_("languages of its texts"), default=list, db_default=[], blank=True)
    # The day to which the pack's facts were gathered.
    facts_as_of = models.DateField(_("facts as of"), null=True, blank=True)
    gathered = PackProse(_("how the facts were gathered"), blank=True)
    licence = models.CharField(_("licence"), max_length=300, blank=True)
    data_version = models.CharField(_("version of the data"), max_length=300, blank=True)
    pack_digest = models.CharField(_("SHA-256 of the pack"), max_length=64, blank=True)
    # Shown on every page while statements are illustrative.
    notice = models.TextField(_("notice"), blank=True)
    # The policy in force, and the one of the last pack: a pack that says the same again changes nothing.
    sign_off = ArrayField(
        models.CharField(max_length=24, choices=SignOff.choices),
        verbose_name=_("what wants a second signature"),
        default=from_the_outset,
        blank=True,
    )
    second_factor = ArrayField(
        models.CharField(max_length=16, choices=Role.choices),
        verbose_name=_("roles that sign in with a second factor"),
        default=usual_second_factor,
        db_default=["administrator", "mediator", "representative"],
        blank=True,
    )
    pack_sign_off = ArrayField(models.CharField(max_length=24), default=list, blank=True, editable=False)
    parties = models.ManyToManyField(
        Party, through="Participation", through_fields=("agreement", "party"), related_name="agreements"
    )

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ["code"]

    def __str__(self) -> str:
        return str(self.short_title)

    def topic_name(self, tag: str) -> str:
        """How its pack calls the topic; else the code as words."""
        named = {topic["code"]: str(topic["label"]) for topic in self.topics}
        return PackText(named.get(tag) or tag.replace("_", " "), self.pk)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class Participation(models.Model):
    """A party's place in an agreement."""

    ledger_state: ClassVar[LedgerState] = LedgerState()

    class Kind(models.TextChoices):
        PARTY = "party", _("party")
        FACILITATOR = "facilitator", _("facilitator")
        BODY = "body", _("joint body")
        OBSERVER = "observer", _("observer")
        OTHER = "other", _("other actor")

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="participations")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="participations")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    note = PackChar(_("note"), max_length=300, blank=True)
    part_of = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    place = models.PositiveIntegerField(_("place in the pack"), default=0)
    in_pack = models.BooleanField(_("named by the pack"), default=True)

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        ordering = ["party__name"]
        constraints = [models.UniqueConstraint(fields=["agreement", "party"], name="participation_once")]

    def __str__(self) -> str:
        return f"{self.agreement_id}: {self.party_id} ({self.kind})"


class AudienceBit(models.Model):
    """The bit of a party, with its confidences, in the masks of an agreement's rows. It is never another party's.

    The first bits are those of audiences that every agreement has (`parties.access.COMMON`). A party without a bit yet
    sees what the parties see.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="+")
    bit = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("bit of an audience")
        verbose_name_plural = _("bits of audiences")
        constraints = [
            models.UniqueConstraint(fields=["agreement", "party"], name="audience_bit_once"),
            models.UniqueConstraint(fields=["agreement", "bit"], name="audience_bit_of_one"),
            models.CheckConstraint(
                condition=Q(bit__gte=len(COMMON), bit__lt=BITS), name="audience_bit_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id}: {self.party_id} is {self.bit}"


class Mandate(models.Model):
    """A user's role in an agreement. A representative's names the party, an observer's the one in whose name it speaks;
    an analyst's and an observer's have a clearance.
    """

    ledger_state: ClassVar[LedgerState] = LedgerState()

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mandates")
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="mandates")
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, blank=True, related_name="mandates")
    clearance = models.CharField(
        _("clearance"), max_length=16, choices=Clearance.choices, default=Clearance.PUBLIC
    )

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        ordering = ["agreement_id", "role", "user_id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "agreement"], name="mandate_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=IN_A_NAME, party__isnull=False)
                | models.Q(~models.Q(role__in=IN_A_NAME), party__isnull=True),
                name="mandate_in_a_name",
                violation_error_message=_(
                    "A representative has a party, an observer the observer that it speaks for; no other role has one."
                ),
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="mandate_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role} in {self.agreement_id}"
