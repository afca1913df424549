"""What a mail says of changes, a line each: no more than its recipient may read where a mail may lie."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreement.models import Event
from obligations.deadlines import day_in, present
from obligations.delivery.concerned import Why
from obligations.delivery.kinds import Kind
from obligations.delivery.stream import Change
from obligations.models import Commitment, Evidence, Obligation, PartyRequest, Statement
from obligations.status.recall import Translations, translations_of
from obligations.status.requests import with_all
from obligations.status.tiers import REFERENTS, with_subjects
from obligations.words.beside import beside
from obligations.words.languages import within
from obligations.words.proposals import statement_in_words
from obligations.words.requests import answered_at, asked, taken_back
from parties.access import Role, Tier, Viewer
from parties.rights import Right, may

# What somebody is told of only in their own role is read by nobody else.
OF_ONE_ROLE = (Tier.IN_CONFIDENCE, Tier.MEDIATORS)
# Of these the mediators alone know.
OF_MEDIATORS = (Kind.BREACH_ACKNOWLEDGED, Kind.PROPOSAL)
# All that is said of these where it may lie open.
SECRET = gettext_lazy("There is something to read in confidence")
# A change, and why its reader is told of it.
Told = tuple[Change, list[Why]]


@dataclass(frozen=True, slots=True)
class Line:
    """One change in a mail. `tier` is empty for what is public; `short` says it in a subject, `why` why one is told.

    `html` is the text with what somebody wrote marked as of its language, `translation` what its reader reads of that
    where they cannot read it itself, `translation_html` the same marked.
    """

    title: str
    text: str
    url: str
    tier: str
    short: str = ""
    why: str = ""
    html: str = ""
    translation: str = ""
    translation_html: str = ""


def in_confidence(tier: Tier) -> Line:
    """All that a mail or a calendar says of what not all of its recipient's role may know."""
    return Line(str(SECRET), "", root() + reverse("own-work"), str(tier.label))


def label_of(tier: Tier) -> str:
    """As it stands at the top of a mail; empty where everybody may know."""
    return "" if tier == Tier.PUBLIC else str(tier.label)


def own_tier(viewer: Viewer, agreement_id: int) -> Tier:
    """Of what the viewer sees otherwise than everybody: what it is to who sees it so."""
    return Tier.MEDIATORS if viewer.has_role(Role.MEDIATOR, agreement_id) else Tier.IN_CONFIDENCE


def tier_of(row: Any, viewer: Viewer, now: datetime) -> Tier:
    """How far a row may be told of: no further than what it is seen with alone."""
    own, *others = (Tier(one.tier_at(now)) for one in with_subjects(row))
    if own in OF_ONE_ROLE:
        return own
    if any(tier in OF_ONE_ROLE for tier in others):
        return own_tier(viewer, row.agreement_id)
    return next((tier for tier in (own, *others) if tier != Tier.PUBLIC), Tier.PUBLIC)


def root() -> str:
    """The server's address, without a slash at its end."""
    return settings.SITE_ADDRESS.rstrip("/")


def reply_path(request: PartyRequest, viewer: Viewer) -> str:
    """Where the viewer replies to what their party is asked; empty where they do not, or it is asked no more."""
    grant = viewer.grant(request.agreement_id)
    is_asked = grant is not None and grant.party_id == request.party_id
    about = request.statement
    if not is_asked or hasattr(request, "taken_back") or (about and about.withdrawn_at):
        return ""
    return answered_at(request) if may(viewer, Right.MAKE_CLAIM, request.agreement_id) else ""


def in_words(why: Sequence[Why]) -> str:
    return " ".join(str(one.label) for one in why)


def lines_of(told: Sequence[Told], viewer: Viewer, now: datetime) -> list[Line]:
    """What was asked and is taken back in the same message is told as taken back alone."""
    back = {change.key for change, _why in told if change.is_back and change.kind == Kind.REQUEST}
    told = [(one, why) for one, why in told if one.is_back or one.key not in back]
    changes = [change for change, _why in told]
    codes = {one.obligation for one in changes if one.obligation}
    code = changes[0].agreement if changes else ""
    about = Obligation.objects.filter(agreement__code=code, code__in=codes)
    titles = {one.code: one.title for one in about.only("agreement", "code", "title")}
    owed = Commitment.objects.filter(pk__in={one.commitment for one in changes}).select_related("party")
    parties = {one.pk: one.party.name for one in owed}
    rows = tiered(changes, viewer, now)
    texts = translations_of([row for row in rows.values() if isinstance(row, Statement)], present(now))
    lines = [line_of(one, titles, parties, rows.get(one.key), viewer, now) for one in changes]
    # Of what is in confidence a mail says nothing but that it is there.
    secret = {str(tier.label) for tier in OF_ONE_ROLE}
    return [
        line
        if line.tier in secret
        else replace(line, why=in_words(why), **translation_of(rows.get(change.key), texts))
        for line, (change, why) in zip(lines, told, strict=True)
    ]


def translation_of(row: Any, texts: Translations) -> dict[str, str]:
    first = beside(row, texts.get(row.pk, ())).first if isinstance(row, Statement) else None
    if first is None:
        return {}
    told = _("A mediator's translation: %(words)s") % {"words": first.text}
    return {"translation": told, "translation_html": within(told, first.text, first.language)}


def tiered(changes: Sequence[Change], viewer: Viewer, now: datetime) -> dict[str, Any]:
    """By their keys, the rows with a tier that the changes are of. Four queries."""
    keys, code = [one.key for one in changes], changes[0].agreement if changes else ""
    statements = Statement.objects.visible_to(viewer, now).select_related(
        "commitment__obligation", "by", REFERENTS
    )
    requests = with_all(PartyRequest.objects.visible_to(viewer, now)).select_related("taken_back")
    by_key = (statements, requests, Evidence.objects.visible_to(viewer, now))
    found: dict[str, Any] = {row.key: row for rows in by_key for row in rows.filter(key__in=keys)}
    events = Event.objects.visible_to(viewer, now).filter(agreement__code=code, code__in=keys)
    return {row.code: row for row in events} | found


def line_of(
    change: Change, titles: dict[str, str], parties: dict[int, str], row: Any, viewer: Viewer, now: datetime
) -> Line:
    """`row` is what it is of, where that has a tier."""
    code = change.obligation or ""
    tier = (
        Tier.MEDIATORS if change.kind in OF_MEDIATORS else tier_of(row, viewer, now) if row else change.tier
    )
    if tier in OF_ONE_ROLE:
        return in_confidence(tier)
    is_said = isinstance(row, Statement)
    named = str(row.get_kind_display() if is_said else change.label)
    what, path, words = capfirst(said_by(row) if is_said else named), "", row.reason if is_said else ""
    if isinstance(row, PartyRequest):
        words, path = row.words, reply_path(row, viewer)
        what = asked(row, day_in(now, row.agreement.zone), words)
        if hasattr(row, "taken_back"):
            what, words = taken_back(row), ""
    about = f"{code} {titles.get(code, '')}".strip()
    party = parties.get(change.commitment or 0, "")
    owed = _("owed by %(party)s") % {"party": party} if party else ""
    text = ". ".join(filter(None, [capfirst(owed), what if about else ""]))
    short = ", ".join(filter(None, [code, named, owed]))
    html = within(text, words, row.language) if words and about else text
    return Line(about or what, text, root() + (path or change.page), label_of(tier), short, html=html)


def said_by(statement: Statement) -> str:
    """With the party whose word it is, where it is a party's."""
    words = statement_in_words(statement)
    if statement.by is None:
        return words
    return _("%(party)s says: %(words)s") % {"party": statement.by.name, "words": words}
