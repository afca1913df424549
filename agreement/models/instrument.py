from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agreement.models.agreement import Agreement
from parties.access import ReadableQuerySet
from parties.content import PackChar, PackProse
from parties.models import LedgerState, Party


class Instrument(models.Model):
    """One text of an agreement: itself, an annex, a declaration, an earlier agreement that it keeps binding."""

    ledger_state: ClassVar[LedgerState] = LedgerState()

    class Kind(models.TextChoices):
        AGREEMENT = "agreement", _("agreement")
        ANNEX = "annex", _("annex")
        DECLARATION = "declaration", _("declaration")
        EARLIER_AGREEMENT = "earlier_agreement", _("earlier agreement")
        PLAN = "plan", _("plan")
        DECISION = "decision", _("decision")

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="instruments")
    code = models.SlugField(_("code"), max_length=60)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    title = PackChar(_("title"), max_length=300)
    short_title = PackChar(_("short title"), max_length=300, blank=True)
    adopted_on = models.DateField(_("adopted on"), null=True, blank=True)
    in_effect_from = models.DateField(_("in effect from"), null=True, blank=True)
    # The code of the obligation that the text came out of, where there is one.
    derived_from = models.CharField(_("derived from"), max_length=60, blank=True)
    source = models.CharField(_("source"), max_length=500, blank=True)
    official_text = models.CharField(_("address of the official text"), max_length=500, blank=True)
    # A tag of BCP 47, such as `en`; empty where the pack does not say.
    language = models.CharField(_("language of the text"), max_length=16, blank=True)
    note = PackProse(_("note"), blank=True)
    place = models.PositiveIntegerField(_("place in the agreement"), default=0)
    in_pack = models.BooleanField(_("named by the pack"), default=True)

    objects = ReadableQuerySet["Instrument"].as_manager()

    class Meta:
        verbose_name = _("instrument")
        verbose_name_plural = _("instruments")
        ordering = ["agreement_id", "place", "id"]
        constraints = [models.UniqueConstraint(fields=["agreement", "code"], name="instrument_code_once")]

    def __str__(self) -> str:
        return str(self.title)


class Position(models.Model):
    """What a party, or a facilitator, said on a day of its position on an instrument. The newest day stands.

    `since` is None where the day is not known: such a position is older than all others.
    """

    ledger_state: ClassVar[LedgerState] = LedgerState()
    of_agreement: ClassVar[str] = "instrument.agreement_id"

    class Kind(models.TextChoices):
        SIGNED = "signed", _("signed")
        ACCEPTED = "accepted", _("accepted")
        RESERVATIONS = "reservations", _("has reservations")
        UPHELD = "upheld", _("upholds the text without reservations")
        DISPUTED = "disputed", _("disputed")

    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="positions")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("position"), max_length=16, choices=Kind.choices)
    since = models.DateField(_("since"), null=True, blank=True)
    note = PackProse(_("note"), blank=True)
    source = models.CharField(_("source"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        ordering = ["party__name", models.F("since").desc(nulls_last=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "party", "since"], nulls_distinct=False, name="position_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.instrument_id}: {self.party_id} {self.kind}"


class ProvisionQuerySet(ReadableQuerySet["Provision"]):
    agreement = "instrument__agreement_id"


class Provision(models.Model):
    """An article or paragraph of an instrument, with an anchor that does not change, such as `art_7__para_1`."""

    ledger_state: ClassVar[LedgerState] = LedgerState()
    of_agreement: ClassVar[str] = "instrument.agreement_id"

    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="provisions")
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="children"
    )
    anchor = models.CharField(_("anchor"), max_length=80)
    label = PackChar(_("label"), max_length=300)
    heading = PackChar(_("heading"), max_length=300, blank=True)
    place = models.PositiveIntegerField(_("place in the instrument"), default=0)
    in_pack = models.BooleanField(_("named by the pack"), default=True)

    objects = ProvisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("provision")
        verbose_name_plural = _("provisions")
        ordering = ["instrument__place", "place", "id"]
        constraints = [models.UniqueConstraint(fields=["instrument", "anchor"], name="provision_anchor_once")]

    def __str__(self) -> str:
        return str(self.label)


class InterpretiveRule(models.Model):
    """A provision that says how the others are to be read, and demands nothing itself."""

    ledger_state: ClassVar[LedgerState] = LedgerState()

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="interpretive_rules")
    provision = models.ForeignKey(Provision, on_delete=models.CASCADE, related_name="interpretive_rules")
    code = models.CharField(_("code"), max_length=60)
    text = PackProse(_("text"))
    place = models.PositiveIntegerField(_("place in the pack"), default=0)

    class Meta:
        verbose_name = _("interpretive rule")
        verbose_name_plural = _("interpretive rules")
        ordering = ["provision__place", "code"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "code"], name="interpretive_rule_code_once")
        ]

    def __str__(self) -> str:
        return self.code
