"""What refers to something is seen by no more people than that, unless somebody says that this is meant."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Model
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agreement.models import Agreement, Event
from agreement.viewers import readers_in
from obligations.commands.errors import Refused
from obligations.models import Commitment, Evidence, PartyRequest, Statement
from obligations.models.party_request import PartyRequestQuerySet
from parties.access import Audience, narrowest
from parties.content import told_to_who_asked
from parties.prepared import run

# What a statement, evidence or a request refers to, or rests on.
Referent = Statement | PartyRequest | Evidence | Event


class Wider(Refused):
    """More people would see it than see what it refers to, and nobody said that this is meant.

    The sentence, under `wider`, says who would learn of what.
    """


def refuse_wider(
    audience: Audience,
    referents: Sequence[Referent],
    agreement: Agreement,
    now: datetime,
    wider: bool,
    made: Model | None = None,
) -> None:
    """Raises Wider where the audience is not within that of each referent at `now`, and `wider` does not say so.

    `made` is what refers to them: a reply to a statement is seen with that alone, and the sentence says so.
    """
    if wider:
        return
    for referent in referents:
        theirs = referent.audience(now)
        if not audience.within(theirs):
            readers = readers_in(agreement)
            sentence = seen_later() if is_seen_with(made, referent) else seen_now()
            with told_to_who_asked():
                words = {
                    "what": referent_in_words(referent),
                    "theirs": readers.of(theirs),
                    "these": readers.of(audience),
                }
            raise Wider({"wider": sentence % words})


def is_seen_with(made: Model | None, referent: Referent) -> bool:
    return isinstance(made, Statement) and made.kind in Statement.REPLIES and isinstance(referent, Statement)


def seen_now() -> str:
    return _(
        # Translators: “theirs” and “these” are people, as “the mediators alone”.
        "It refers to this: %(what)s. Who can read that: %(theirs)s. "
        "Who could read this, and so learn of it: %(these)s. "
        "Say that this is meant, or choose that fewer people may see it."
    )


def seen_later() -> str:
    return _(
        # Translators: “theirs” and “these” are people, as “the mediators alone”.
        "It refers to this: %(what)s. Who can read that: %(theirs)s. "
        "Who could read this as soon as they may read that, and not before: %(these)s. "
        "Say that this is meant, or choose that fewer people may see it."
    )


def inherited(referents: Sequence[Referent], now: datetime) -> Audience | None:
    """Who may see all of them: what something that refers to them starts with. None where nobody is named by it."""
    return narrowest(one.audience(now) for one in referents)


ANY_REQUEST = f"SELECT 1 FROM {PartyRequest._meta.db_table} WHERE commitment_id = %s LIMIT 1"


def requests_replied_to(
    commitment: Commitment, statement: Statement | None, party_id: int | None
) -> list[PartyRequest]:
    """The requests that a claim of the party on the commitment, or its reply to the statement, would be a reply to."""
    if party_id is None:
        return []
    # Of most commitments nobody asks anything: whether a reply is awaited takes ten times as long to say.
    if not run(ANY_REQUEST, [commitment.pk]):
        return []
    return in_full(PartyRequest.objects.of(party_id, commitment, statement))


def requests_awaiting(party_id: int, commitments: Collection[int]) -> list[PartyRequest]:
    """The requests on commitments that wait for a reply of the party, whatever that would be."""
    return in_full(PartyRequest.objects.filter(party=party_id, commitment__in=commitments))


def in_full(asked: PartyRequestQuerySet) -> list[PartyRequest]:
    about = (
        "agreement",
        "party",
        "confidant",
        "commitment__party",
        "commitment__obligation",
        "statement__by",
    )
    return list(asked.awaiting_a_reply().select_related(*about).order_by("asked_at", "pk"))


def referent_in_words(referent: Referent) -> str:
    """Such as "claim of Alpha, 10 Jan 2024"."""
    if isinstance(referent, Event):
        return _("the event “%(title)s”") % {"title": referent.title}
    if isinstance(referent, Evidence):
        return _("the evidence “%(title)s”") % {"title": referent.title}
    if isinstance(referent, PartyRequest):
        words = {"party": referent.party.name, "day": date_format(referent.reply_by)}
        return _("the request to %(party)s for a reply by %(day)s") % words
    words = {"what": referent.get_kind_display(), "day": date_format(referent.effective_on)}
    if referent.by is None:
        return _("%(what)s of the mediators, %(day)s") % words
    return _("%(what)s of %(who)s, %(day)s") % (words | {"who": referent.by.name})
