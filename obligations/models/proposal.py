from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreement.models import Agreement
from agreement.models.appendonly import append_only
from obligations.models.commitment import Commitment
from obligations.models.gate_opening import GateOpening
from obligations.models.reading import Reading
from obligations.models.release import Release
from obligations.models.statement import Statement
from parties.access import Role, Viewer
from parties.models import Keyed

# The first signatory is who proposed it: the database itself takes no second signature of the same hand.
NOT_BY_THE_PROPOSER = """
    IF NEW.verdict <> 'withdraw' AND EXISTS (
        SELECT 1 FROM obligations_proposal WHERE id = NEW.proposal_id AND proposed_by_id = NEW.by_id
    ) THEN
        RAISE EXCEPTION 'who proposed it cannot sign it';
    END IF;
    RETURN NEW;
"""


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, viewer: Viewer) -> "ProposalQuerySet":
        """Mediators of the agreement alone learn of proposals; of acts of power its administrators and the server's."""
        of_the_record, of_power = ~Q(command__in=POWERS), Q(command__in=POWERS)
        if not viewer.keeps_accounts:
            of_power &= Q(agreement__in=viewer.agreements_as(Role.ADMINISTRATOR))
        return self.filter(of_the_record & Q(agreement__in=viewer.agreements_as(Role.MEDIATOR)) | of_power)

    def of_the_record(self) -> "ProposalQuerySet":
        """What mediators sign."""
        return self.exclude(command__in=POWERS)

    def of_power(self) -> "ProposalQuerySet":
        """What administrators sign."""
        return self.filter(command__in=POWERS)

    def unsettled(self) -> "ProposalQuerySet":
        """Neither signed, refused or withdrawn, nor proposed anew."""
        return self.filter(signature__isnull=True, renewed_by__isnull=True)


class Proposal(Keyed):
    """A command that waits for a second signature, with exactly the arguments that it will run with. Append-only.

    `arguments` is as `commands.frozen` writes it, and `digest` the SHA-256 of command and arguments in canonical JSON
    (RFC 8785). `grounds` says what was newest of all that it rests on when it was proposed. `commitment` is the one it
    is about, the first where they are several; None for what is about none.
    """

    class Command(models.TextChoices):
        RECORD_FINDING = "record_finding", _("finding")
        WAIVE = "waive", _("waiver")
        OPEN_GATE = "open_gate", _("opening of a gate")
        RELEASE = "release", _("publication")
        ANSWER = "record_answer", _("answer")
        WITHDRAW = "withdraw_statement", _("withdrawal")
        INVITE = "invite", _("mandate by e-mail address")
        GIVE_MANDATE = "give_mandate", _("mandate")
        WITHDRAW_MANDATE = "withdraw_mandate", _("withdrawal of a mandate")
        SET_POLICY = "set_policy", _("policy of second signatures")
        SEND_LINK = "send_link", _("link to set a password")
        SWITCH_ACCOUNT = "switch_account", _("switching of an account")
        RESET_FACTOR = "reset_factor", _("taking away of a second factor")

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="+")
    commitment = models.ForeignKey(
        Commitment, on_delete=models.PROTECT, null=True, blank=True, related_name="proposals"
    )
    command = models.CharField(_("command"), max_length=24, choices=Command.choices)
    arguments = models.JSONField(_("arguments"))
    digest = models.CharField(_("SHA-256"), max_length=64)
    grounds = models.JSONField(_("grounds"))
    renews = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="renewed_by"
    )
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed at"))

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-proposed_at", "-id"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("proposal")

    def __str__(self) -> str:
        return f"{self.command} {self.key}"


# Acts of power: those of administrators, who sign what other administrators proposed.
POWERS = frozenset(
    {
        Proposal.Command.INVITE,
        Proposal.Command.GIVE_MANDATE,
        Proposal.Command.WITHDRAW_MANDATE,
        Proposal.Command.SET_POLICY,
        Proposal.Command.SEND_LINK,
        Proposal.Command.SWITCH_ACCOUNT,
        Proposal.Command.RESET_FACTOR,
    }
)


class Signature(models.Model):
    """What became of a proposal: somebody else's approval or refusal, or its withdrawal by who made it. Append-only.

    One person beside the proposer is enough, and one refuses for all: so there is one for each proposal. `digest` is
    that of what was signed.
    """

    class Verdict(models.TextChoices):
        APPROVE = "approve", pgettext_lazy("a proposal", "approved")
        REFUSE = "refuse", pgettext_lazy("a proposal", "refused")
        WITHDRAW = "withdraw", pgettext_lazy("a proposal", "withdrawn")

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="signature")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    verdict = models.CharField(_("verdict"), max_length=16, choices=Verdict.choices)
    reason = models.TextField(_("reason"))
    digest = models.CharField(_("SHA-256"), max_length=64)

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ["at", "id"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            *append_only("signature"),
            pgtrigger.Trigger(
                name="signature_of_a_second_hand",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=NOT_BY_THE_PROPOSER,
            ),
        ]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="signature_has_a_reason")]

    def __str__(self) -> str:
        return f"{self.verdict} {self.proposal_id}"


class SignedRow(models.Model):
    """A row that was written because two mediators agreed on it. Append-only; it names exactly one.

    What an act of power changes is no row that stays: the ledger's entries of both have its request in common.
    """

    # The fields here that name it.
    RESULTS: ClassVar[tuple[str, ...]] = ("statement", "reading", "opening", "release")

    signature = models.ForeignKey(Signature, on_delete=models.PROTECT, related_name="results")
    statement = models.OneToOneField(
        Statement, on_delete=models.PROTECT, null=True, blank=True, related_name="signed"
    )
    reading = models.OneToOneField(
        Reading, on_delete=models.PROTECT, null=True, blank=True, related_name="signed"
    )
    opening = models.OneToOneField(
        GateOpening, on_delete=models.PROTECT, null=True, blank=True, related_name="signed"
    )
    release = models.OneToOneField(
        Release, on_delete=models.PROTECT, null=True, blank=True, related_name="signed"
    )

    class Meta:
        verbose_name = _("signed row")
        verbose_name_plural = _("signed rows")
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("signed_row")
        constraints = [
            models.CheckConstraint(
                condition=Q(statement__isnull=False, reading=None, opening=None, release=None)
                | Q(statement=None, reading__isnull=False, opening=None, release=None)
                | Q(statement=None, reading=None, opening__isnull=False, release=None)
                | Q(statement=None, reading=None, opening=None, release__isnull=False),
                name="signed_row_is_one",
            )
        ]

    def __str__(self) -> str:
        return f"of {self.signature_id}"
