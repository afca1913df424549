"""The daily seal of each chain, and the proofs that it was known outside: a time stamp after RFC 3161, and mail.

A proof that fails is told in the log and on the administrators' page, holds nothing up, and is tried again with the
next seal.
"""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agreement.ledger import enter
from agreement.ledger.canonical import seal_of
from agreement.models import Agreement, ChainHead, LedgerSeal, Mandate, SealProof
from parties.access import Role, Viewer
from parties.languages import told_to
from parties.models import User

# Seals that are older than this and have no proof get none any more.
TRIED = timedelta(days=14)
# A word in LEDGER_SEAL_TO: the addresses of the agreement's representatives.
REPRESENTATIVES = "representatives"
TIMEOUT = 20  # seconds for the authority to answer
logger = logging.getLogger(__name__)


def seal(now: datetime) -> int:
    """Seal each chain for today (UTC), once; then prove what is not proven yet. How many seals are new."""
    try:
        new = make(now)
    except IntegrityError:  # another worker made them meanwhile
        new = []
    prove(now)
    return len(new)


@transaction.atomic
def make(now: datetime) -> list[LedgerSeal]:
    """The seals of today that there are not yet. An entry in the chain of no agreement names them: none goes unseen."""
    day = now.astimezone(UTC).date()
    sealed = set(LedgerSeal.objects.filter(day=day).values_list("chain", flat=True))
    new = LedgerSeal.objects.bulk_create(
        LedgerSeal(chain=head.chain, day=day, head=head.hash, seal=seal_of(day, head.hash), made_at=now)
        for head in ChainHead.objects.exclude(chain__in=sealed)
    )
    if new:
        enter(
            agreement_id=None,
            actor=Viewer(),
            now=now,
            command="seal_ledger",
            subject=f"seals of {day}",
            rows=new,
        )
    return new


def prove(now: datetime) -> None:
    for seal in unstamped(now):
        try:
            token = stamp(seal.seal)
        except Exception as error:  # whatever an authority answers must not hold anything up
            logger.error("no time stamp for the seal of %s: %s", seal.day, error)
            break  # the next one would wait for it as long
        save_proof(seal, SealProof.Kind.STAMP, settings.TIMESTAMP_AUTHORITY_URL, now, token)
    for seal, address in unsent(now):
        try:
            send(seal, address)
        except OSError as error:  # and so what smtplib raises
            # Not to whom, nor the text of the error, in which that stands.
            logger.error("the seal of %s was not sent: %s", seal.day, type(error).__name__)
            break
        save_proof(seal, SealProof.Kind.MAIL, address, now)


def save_proof(seal: LedgerSeal, kind: SealProof.Kind, by: str, at: datetime, token: bytes = b"") -> None:
    SealProof.objects.bulk_create(
        [SealProof(seal=seal, kind=kind, by=by, at=at, token=token)], ignore_conflicts=True
    )


def recent(now: datetime) -> QuerySet[LedgerSeal]:
    return LedgerSeal.objects.filter(made_at__gt=now - TRIED).order_by("day", "chain")


def unstamped(now: datetime) -> QuerySet[LedgerSeal]:
    """Seals that want a time stamp; none where no authority is named."""
    if not settings.TIMESTAMP_AUTHORITY_URL:
        return LedgerSeal.objects.none()
    return recent(now).exclude(proofs__kind=SealProof.Kind.STAMP)


def stamp(seal: str) -> bytes:
    """The authority's token for a seal, in DER, with a signature of its own over this very digest."""
    from rfc3161ng import RemoteTimestamper  # an extra

    authority = RemoteTimestamper(
        settings.TIMESTAMP_AUTHORITY_URL, hashname="sha256", include_tsa_certificate=True, timeout=TIMEOUT
    )
    digest = bytes.fromhex(seal)
    token: bytes = authority(digest=digest)
    authority.certificate = b""  # the one that the token brings
    authority.check(token, digest=digest)
    return token


def unsent(now: datetime) -> Iterator[tuple[LedgerSeal, str]]:
    """Seals, and to whom they are to be sent. Seals of accounts go to nobody: no party has a part in them."""
    if not settings.LEDGER_SEAL_TO:
        return
    agreements = set(Agreement.objects.values_list("pk", flat=True))
    for seal in recent(now).filter(chain__in=agreements):
        sent = set(seal.proofs.filter(kind=SealProof.Kind.MAIL).values_list("by", flat=True))
        for address in sorted(addresses(seal.chain) - sent):
            yield seal, address


def addresses(agreement_id: int) -> set[str]:
    named = set(settings.LEDGER_SEAL_TO)
    if REPRESENTATIVES in named:
        speaking = Mandate.objects.filter(
            agreement=agreement_id, role=Role.REPRESENTATIVE, user__is_active=True
        )
        named = named - {REPRESENTATIVES} | set(speaking.values_list("user__email", flat=True))
    return named


def send(seal: LedgerSeal, address: str) -> None:
    with told_to(User.objects.at(address)):
        send_mail(*written(seal), settings.DEFAULT_FROM_EMAIL, [address])


def written(seal: LedgerSeal) -> tuple[str, str]:
    """The subject and the text of the mail."""
    agreement = Agreement.objects.get(pk=seal.chain)
    names = {"agreement": agreement.short_title, "day": seal.day.isoformat(), "seal": seal.seal}
    text = _(
        "The seal of the ledger of %(agreement)s for %(day)s is\n\n    %(seal)s\n\n"
        "Keep it. Whoever is given the ledger later can show with it that nothing entered until then was changed: the"
        " seal is SHA-256 over the day, a line feed and the hash of the newest entry. It changes every day, whether or"
        " not anything was entered."
    )
    subject = _("Seal of the ledger, %(agreement)s, %(day)s") % names
    return subject, text % names
