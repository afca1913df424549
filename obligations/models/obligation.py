from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement, Event, Provision, Trigger
from parties.access import ReadableQuerySet
from parties.content import PackChar, PackProse, PackText, PackTexts
from parties.models import LedgerState


class ObligationKind(models.TextChoices):
    ONE_OFF = "one_off", _("one-off")
    STANDING = "standing", _("standing")
    RECURRING = "recurring", _("recurring")
    CONDITIONAL = "conditional", _("conditional")


# These last, and are looked at period by period; the others are done once.
KINDS_WITH_PERIODS = (ObligationKind.STANDING, ObligationKind.RECURRING)
RECURRING_RULE = "recurring"


class Obligation(models.Model):
    """One thing that a provision demands.

    `rule` names a rule of `obligations.deadlines.rules`; `terms` holds what that rule needs, such as ``{"days": 150}``.
    """

    ledger_state: ClassVar[LedgerState] = LedgerState()

    class Confidence(models.TextChoices):
        VERIFIED = "verified", _("checked against the published text")
        PARTLY_VERIFIED = "partly_verified", _("checked in part against published sources")
        FROM_MEMORY = "from_memory", _("not yet checked against a published source")

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="obligations")
    provision = models.ForeignKey(Provision, on_delete=models.PROTECT, related_name="obligations")
    # Provisions that demand the same; it is counted once, at its own.
    also_under = models.ManyToManyField(
        Provision, blank=True, related_name="also_obligations", verbose_name=_("other provisions")
    )
    code = models.CharField(_("code"), max_length=60)
    title = PackChar(_("title"), max_length=300)
    summary = PackProse(_("summary"))
    kind = models.CharField(_("kind"), max_length=16, choices=ObligationKind.choices)
    rule = models.CharField(_("rule of the time limit"), max_length=32)
    terms = models.JSONField(
        _("terms of the time limit"), default=dict, blank=True, encoder=DjangoJSONEncoder
    )
    trigger = models.ForeignKey(
        Trigger,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="obligations",
        verbose_name=_("trigger"),
    )
    # The obligation whose fulfilment starts the clock, where no trigger does.
    after_obligation = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by"
    )
    # The obligation whose text sets the time limit, where it is another's.
    deadline_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The one that the very same event carries out, in another provision; several name the same one, and it names none.
    same_event_as = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="named_alike"
    )
    beneficiaries = PackTexts(
        PackChar(max_length=300), verbose_name=_("beneficiaries"), default=list, blank=True
    )
    # Actors and groups by their code, in the pack's order.
    beneficiary_codes = ArrayField(
        models.CharField(max_length=60), verbose_name=_("codes of beneficiaries"), default=list, blank=True
    )
    tags = ArrayField(models.CharField(max_length=60), verbose_name=_("topics"), default=list, blank=True)
    # `baseline`, `value` and `unit` as the pack writes them; None where no number is to be reached.
    target = models.JSONField(_("target"), null=True, blank=True)
    means_of_verification = PackTexts(
        PackChar(max_length=500), verbose_name=_("means of verification"), default=list, blank=True
    )
    confidence = models.CharField(
        _("confidence of the paraphrase"), max_length=20, choices=Confidence.choices
    )
    confidence_note = PackProse(_("note on the confidence"), blank=True)
    source = models.CharField(_("source"), max_length=500, blank=True)
    # The months of its own review period; None where the agreement's applies.
    review_months = models.PositiveSmallIntegerField(_("months of a review period"), null=True, blank=True)
    expected_due = models.DateField(_("last day that the pack expects"), null=True, blank=True)
    place = models.PositiveIntegerField(_("place in the agreement"), default=0)
    in_pack = models.BooleanField(_("named by the pack"), default=True)
    touched_by = models.ManyToManyField(
        Event, blank=True, related_name="obligations", verbose_name=_("events")
    )

    objects = ReadableQuerySet["Obligation"].as_manager()

    class Meta:
        verbose_name = _("obligation")
        verbose_name_plural = _("obligations")
        ordering = ["agreement_id", "place", "id"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "code"], name="obligation_code_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=ObligationKind.values), name="obligation_kind_known"
            ),
        ]
        indexes = [
            GinIndex(fields=["tags"], name="obligation_tags"),
            models.Index(fields=["place"], name="obligation_in_text"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def of_the_same_event(self) -> list["Obligation"]:
        """The others that the very same event carries out, in the order of the text. One query."""
        first = self.same_event_as or self
        return [one for one in (first, *first.named_alike.order_by("place")) if one.pk != self.pk]

    @property
    def target_unit(self) -> str:
        """What the numbers of its target are of, in the pack's words; empty where it does not say."""
        return PackText((self.target or {}).get("unit", ""), self.agreement_id)

    @property
    def lasts(self) -> bool:
        """Whether it has periods: something is due again and again, or it is reviewed."""
        return self.kind in KINDS_WITH_PERIODS or self.rule == RECURRING_RULE

    @property
    def has_conduct(self) -> bool:
        """Whether findings speak of conduct in a period; otherwise they give a level.

        Something that is due again and again on days of its own is delivered each time, and so has a level.
        """
        return self.kind in KINDS_WITH_PERIODS and self.rule != RECURRING_RULE


class Indicator(models.Model):
    """How it would be seen that an obligation is fulfilled."""

    ledger_state: ClassVar[LedgerState] = LedgerState()
    of_agreement: ClassVar[str] = "obligation.agreement_id"

    obligation = models.ForeignKey(Obligation, on_delete=models.CASCADE, related_name="indicators")
    place = models.PositiveSmallIntegerField(_("place"))
    text = PackProse(_("text"))

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["obligation", "place"], name="indicator_place_once")]

    def __str__(self) -> str:
        return str(self.text)


class Gate(models.Model):
    """A condition that the text itself sets on an obligation: another obligation, a trigger, or words."""

    ledger_state: ClassVar[LedgerState] = LedgerState()
    of_agreement: ClassVar[str] = "obligation.agreement_id"

    obligation = models.ForeignKey(Obligation, on_delete=models.CASCADE, related_name="gates")
    place = models.PositiveSmallIntegerField(_("place"))
    after_obligation = models.ForeignKey(
        Obligation, on_delete=models.PROTECT, null=True, blank=True, related_name="opens"
    )
    after_trigger = models.ForeignKey(
        Trigger, on_delete=models.PROTECT, null=True, blank=True, related_name="opens"
    )
    condition = PackProse(_("condition"), blank=True)
    # Codes of the texts whose other deliverables the words speak of: what is not complete of them is shown beside.
    instruments = ArrayField(
        models.CharField(max_length=60), verbose_name=_("texts that it speaks of"), default=list, blank=True
    )

    class Meta:
        verbose_name = _("gate")
        verbose_name_plural = _("gates")
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["obligation", "place"], name="gate_place_once"),
            models.CheckConstraint(
                condition=models.Q(after_obligation__isnull=False, after_trigger__isnull=True, condition="")
                | models.Q(after_obligation__isnull=True, after_trigger__isnull=False, condition="")
                | (
                    models.Q(after_obligation__isnull=True, after_trigger__isnull=True)
                    & ~models.Q(condition="")
                ),
                name="gate_has_one_condition",
            ),
        ]

    def __str__(self) -> str:
        return self.condition or str(self.after_obligation or self.after_trigger)
