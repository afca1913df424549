"""The ledger: what each command changed, chained so that a later change of it shows.

An entry is written by `agreement.ledger.enter`. Its place in the chain of its agreement is given by the database when
the transaction commits (see the migration `chains`), and so without gaps, in one order, whoever writes at once.
"""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreement.models.agreement import Agreement
from agreement.models.appendonly import append_only
from parties.access import Role, Viewer
from parties.models import Keyed, Party

# The chain of what belongs to no agreement, such as accounts.
NO_AGREEMENT = 0
# Commands that say for good that entries were lost, and that a witness was.
RESTORED, WITNESS_LOST = "ledger_restored", "witness_lost"
BREAKS = (RESTORED, WITNESS_LOST)
# What comes before the first entry of a chain.
BEGINNING = "0" * 64


class LedgerEntry(models.Model):
    """What a command changed: who, when, on what, from what to what, and why. Append-only.

    `content` says all of it, and which append-only rows were written, as canonical JSON (RFC 8785): the text that the
    chain is made over. The columns say the same for those who search.
    """

    in_ledger: ClassVar[bool] = False

    # None for what belongs to no agreement.
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("at"))
    # None where a worker or a management command acted.
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    # The party for which a representative acted.
    on_behalf_of = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="+")
    command = models.CharField(_("command"), max_length=40)
    subject = models.CharField(_("subject"), max_length=200)
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)
    reason = models.TextField(_("reason"), blank=True)
    request_id = models.CharField(_("request"), max_length=64, blank=True)
    content = models.TextField(_("content"), default="")
    # In which language the reason is, where somebody looked it up; no column.
    reason_language = ""

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ["id"]
        indexes = [models.Index(fields=["id"], name="ledger_breaks", condition=Q(command__in=BREAKS))]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("ledger")

    def __str__(self) -> str:
        return f"{self.command} {self.subject}"


class ChainLink(models.Model):
    """An entry's place in its chain. Written by the database alone.

    `chain` is the key of the agreement, or NO_AGREEMENT. `position` counts from 1 without gaps; it is empty between two
    steps of one commit, and so for nobody to see. `hash` is SHA-256 over `previous`, `position` and the content.
    """

    in_ledger: ClassVar[bool] = False
    # The application's role in the database may not write it.
    read_only: ClassVar[bool] = True

    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, primary_key=True, related_name="link")
    chain = models.BigIntegerField(_("chain"))
    position = models.BigIntegerField(_("position"), null=True)
    previous = models.CharField(_("hash of the entry before"), max_length=64, blank=True)
    hash = models.CharField(_("hash"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("link of a chain")
        verbose_name_plural = _("links of chains")
        ordering = ["chain", "position"]
        indexes = [
            models.Index(fields=["entry"], condition=Q(position__isnull=True), name="chain_link_unplaced")
        ]
        constraints = [models.UniqueConstraint(fields=["chain", "position"], name="chain_position_once")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("chain_link", once="position")

    def __str__(self) -> str:
        return f"{self.chain}: {self.position}"


class ChainHead(models.Model):
    """The newest link of each chain: the row that a commit holds while it adds one. The database alone writes it."""

    read_only: ClassVar[bool] = True

    chain = models.BigIntegerField(_("chain"), primary_key=True)
    position = models.BigIntegerField(_("position"))
    hash = models.CharField(_("hash"), max_length=64)

    class Meta:
        verbose_name = _("head of a chain")
        verbose_name_plural = _("heads of chains")
        ordering = ["chain"]

    def __str__(self) -> str:
        return f"{self.chain}: {self.position}"


class TouchedRows(models.Model):
    """Rows that the application's role changed and that an entry is to name. The database alone writes it.

    `model` is a label and `keys` are of its rows. Nothing stands here longer than one transaction: see the migration
    `watched`.
    """

    read_only: ClassVar[bool] = True

    model = models.CharField(_("model"), max_length=100)
    keys = ArrayField(models.BigIntegerField(), verbose_name=_("keys"))
    is_due = models.BooleanField(_("is looked at next"), default=False)

    class Meta:
        verbose_name = _("changed rows")
        verbose_name_plural = _("changed rows")

    def __str__(self) -> str:
        return f"{self.model}: {self.keys}"


class WitnessedHead(models.Model):
    """A head of a chain that stands in a witness, a file outside of the database, too. Append-only.

    So that workers with files of their own know of the same heads.
    """

    in_ledger: ClassVar[bool] = False

    chain = models.BigIntegerField(_("chain"))
    position = models.BigIntegerField(_("position"))
    hash = models.CharField(_("hash"), max_length=64)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("witnessed head")
        verbose_name_plural = _("witnessed heads")
        ordering = ["chain", "position", "id"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("witnessed_head")
        constraints = [
            models.UniqueConstraint(fields=["chain", "position", "hash"], name="witnessed_head_once")
        ]

    def __str__(self) -> str:
        return f"{self.chain}: {self.position}"


class Witness(models.Model):
    """A file in which a worker writes heads down, by the worker's host and the file's path; how it went the last time.

    `at` is by the database's clock. `trouble` is what is wrong with it, empty where nothing is. `last` is the newest
    line that was in it, and `end` where in the file that ends. `lost_at` is when the file was found to be missing, or
    without that line: that stands until somebody puts it on record.
    """

    place = models.CharField(_("host and path"), max_length=500, unique=True)
    at = models.DateTimeField(_("at"))
    trouble = models.TextField(_("trouble"), blank=True)
    end = models.BigIntegerField(_("end of the last line"), default=0)
    last = models.TextField(_("last line"), blank=True)
    lost_at = models.DateTimeField(_("lost at"), null=True, blank=True)

    class Meta:
        verbose_name = _("witness")
        verbose_name_plural = _("witnesses")
        ordering = ["place"]

    def __str__(self) -> str:
        return self.place


class LedgerCheck(models.Model):
    """A verification of all chains. `faults` are what it found, each with `agreement` (a code, or empty) and `what`.

    A fault that a witness found has the `seen` head too (chain, position, hash): later verifications go by it, whatever
    witness they have. `witness` says with which one this was verified.
    """

    MOST = 200

    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), db_index=True)
    entries = models.PositiveBigIntegerField(_("entries"))
    rows = models.PositiveBigIntegerField(_("rows"))
    faults = models.JSONField(_("faults"), default=list)
    witness = models.CharField(_("witness"), max_length=600, blank=True)

    class Meta:
        verbose_name = _("verification of the ledger")
        verbose_name_plural = _("verifications of the ledger")
        ordering = ["-finished_at", "-pk"]
        get_latest_by = "finished_at"

    def __str__(self) -> str:
        return f"{self.finished_at}: {len(self.faults)}"

    @property
    def is_good(self) -> bool:
        return not self.faults


class LedgerSeal(models.Model):
    """The seal of a chain for a day: SHA-256 over the day and the hash of the head. Append-only.

    It is another one each day, whatever happened, and tells nobody how much did: so it can be given to anybody.
    An entry in the chain of no agreement names those of a day.
    """

    chain = models.BigIntegerField(_("chain"))
    day = models.DateField(_("day"))
    head = models.CharField(_("hash of the head"), max_length=64)
    seal = models.CharField(_("seal"), max_length=64)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("seal of the ledger")
        verbose_name_plural = _("seals of the ledger")
        ordering = ["-day", "chain"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("seal")
        constraints = [models.UniqueConstraint(fields=["chain", "day"], name="seal_once_a_day")]

    def __str__(self) -> str:
        return f"{self.chain}, {self.day}"


class SealProof(models.Model):
    """That a seal was known outside at some time: a time stamp after RFC 3161, or a mail. Append-only.

    `by` is the address of the authority, or of the one to whom it was sent; `token` the authority's answer.
    """

    in_ledger: ClassVar[bool] = False

    class Kind(models.TextChoices):
        STAMP = "stamp", _("time stamp")
        MAIL = "mail", _("mail")

    seal = models.ForeignKey(LedgerSeal, on_delete=models.PROTECT, related_name="proofs")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    by = models.CharField(_("by or to"), max_length=500)
    at = models.DateTimeField(_("at"))
    token = models.BinaryField(_("token"), default=bytes)

    class Meta:
        verbose_name = _("proof of a seal")
        verbose_name_plural = _("proofs of seals")
        ordering = ["at", "id"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("seal_proof")
        constraints = [models.UniqueConstraint(fields=["seal", "kind", "by"], name="proof_once")]

    def __str__(self) -> str:
        return f"{self.seal_id}: {self.kind}"


# Who is told of what gives somebody power in an agreement, and may sign in it.
WATCHERS = (Role.ADMINISTRATOR, Role.MEDIATOR)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, viewer: Viewer) -> "NoticeQuerySet":
        """The viewer's own, as long as the mandate lasts for which it was told."""
        if viewer.user_id is None:
            return self.none()
        told_as = models.Q(agreement__in=viewer.agreements_as(*WATCHERS))
        if viewer.keeps_accounts:
            told_as |= models.Q(agreement__isnull=True)
        return self.filter(told_as, recipient=viewer.user_id)

    def unread(self) -> "NoticeQuerySet":
        return self.filter(acknowledgement__isnull=True)


class Notice(Keyed):
    """That somebody is told of an act which gave power over the record: on their page until they acknowledge it.

    What was done is what `entry` says. `agreement` is the one in which the recipient has the mandate for which they are
    told; None for who keeps the accounts of the server. Append-only.
    """

    # It says nothing of its own: the entry is in the ledger.
    in_ledger: ClassVar[bool] = False

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, null=True, related_name="+")
    entry = models.ForeignKey(LedgerEntry, on_delete=models.PROTECT, related_name="notices")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-entry__at", "-id"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("notice")
        constraints = [models.UniqueConstraint(fields=["entry", "recipient"], name="notice_once")]

    def __str__(self) -> str:
        return f"{self.entry_id} to {self.recipient_id}"


class Acknowledgement(models.Model):
    """That the recipient of a notice has read it. Append-only."""

    notice = models.OneToOneField(Notice, on_delete=models.PROTECT, related_name="acknowledgement")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        ordering = ["at", "id"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("acknowledgement")

    def __str__(self) -> str:
        return f"of {self.notice_id}"
