"""What is on the page of a party: what others said about it, what it said and handed in, and what became of these."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from obligations.deadlines import day_in, present
from obligations.lists.places import AN_INSTANT, DAY, TEXT
from obligations.models import Commitment, Draft, Evidence, Release, Statement
from obligations.models.party_request import REPLIES
from obligations.models.statement import StatementQuerySet
from obligations.status.assessed import answers
from obligations.status.recall import translations_of
from obligations.status.to_answer import (
    about_own,
    of_own,
    requests_waiting,
    statements_waiting,
    to_object_to,
    without_own_reply,
)
from obligations.web.base.table import Order
from obligations.words.beside import Beside, beside
from parties.access import Tier, Viewer
from parties.rights import Right, may

Kind = Statement.Kind
FOUND = (Kind.FINDING, Kind.OBSERVATION)


@dataclass(frozen=True, slots=True)
class RepliedStatement:
    """A statement; `replies` are answers and contests of it, `found` is the first finding since that speaks to it.

    `by_us` says whether it is the viewer's own side's; `public_on` is the day since when everybody reads it, where
    that was asked for. `texts` are the translations beside it.
    """

    statement: Statement
    by_us: bool
    replies: tuple[Statement, ...]
    own_reply: Statement | None
    found: Statement | None
    public_on: date | None
    texts: Beside

    @property
    def is_open(self) -> bool:
        """Whether the own side may still say something to it that it has not said."""
        return not self.by_us and self.own_reply is None


def with_outcomes(statements: Iterable[Statement], viewer: Viewer, now: datetime) -> list[RepliedStatement]:
    """What became of each, in their order, as far as the viewer sees it."""
    rows = list(statements)
    replies, found = replies_to(rows, viewer, now), findings_on(rows, viewer, now)
    translations = translations_of(rows, present(now))
    own = {(grant.agreement_id, grant.party_id) for grant in viewer.grants}
    said = []
    for row in rows:
        there = replies.get(row.pk, [])
        ours = next((one for one in there if (one.agreement_id, one.by_id) in own), None)
        later = [] if row.kind == Kind.FINDING else found.get(row.commitment_id, [])
        since = next((one for one in later if answers(one, row)), None)
        opened: datetime | None = getattr(row, "public_since", None)
        public_on = day_in(opened, row.agreement.zone) if opened else None
        by_us, texts = (row.agreement_id, row.by_id) in own, beside(row, translations.get(row.pk, ()))
        said.append(RepliedStatement(row, by_us, tuple(there), ours, since, public_on, texts))
    return said


def replies_to(rows: Sequence[Statement], viewer: Viewer, now: datetime) -> dict[int, list[Statement]]:
    seen = Statement.objects.visible_to(viewer, now).in_force().filter(kind__in=REPLIES)
    found: dict[int, list[Statement]] = defaultdict(list)
    for one in seen.filter(refers_to__in=[row.pk for row in rows]).select_related("by").in_order():
        found[one.refers_to_id or 0].append(one)
    return found


def findings_on(rows: Sequence[Statement], viewer: Viewer, now: datetime) -> dict[int, list[Statement]]:
    keys = {row.commitment_id for row in rows}
    seen = Statement.objects.findings_visible_to(viewer, now).in_force().filter(commitment__in=keys)
    found: dict[int, list[Statement]] = defaultdict(list)
    for one in seen.order_by("recorded_at", "id"):
        found[one.commitment_id].append(one)
    return found


def loaded(statements: StatementQuerySet) -> StatementQuerySet:
    """Statements with all that a line of them shows."""
    about = ("commitment__agreement", "commitment__obligation", "commitment__party")
    return statements.select_related("agreement", "by", "confidant", *about)


def unanswered(viewer: Viewer, now: datetime) -> StatementQuerySet:
    return loaded(statements_waiting(viewer, now))


def findings_on_own(viewer: Viewer, now: datetime) -> StatementQuerySet:
    """What was found of the own side's commitments, and observed."""
    return about_own(viewer, now).filter(kind__in=FOUND)


def findings_without_reply(viewer: Viewer, now: datetime) -> StatementQuerySet:
    return loaded(without_own_reply(findings_on_own(viewer, now), viewer))


def settled_claims(viewer: Viewer, now: datetime) -> StatementQuerySet:
    """Those that do not wait for an answer, of their own or as the mediators ask for one."""
    waiting = statements_waiting(viewer, now).values("pk")
    asked = requests_waiting(viewer, now).filter(statement=OuterRef("pk"))
    rest = to_object_to(viewer, now).filter(~Exists(asked), kind=Kind.CLAIM).exclude(pk__in=waiting)
    return loaded(rest)


def own_statements(viewer: Viewer, now: datetime) -> StatementQuerySet:
    own = Statement.objects.visible_to(viewer, now).in_force().filter(of_own(viewer, "by"))
    return loaded(own.filter(kind__in=(Kind.CLAIM, Kind.CONTEST)))


def published(viewer: Viewer, now: datetime) -> StatementQuerySet:
    """What everybody can read of the own side's commitments that others said, with the instant since when."""
    opened = Release.objects.filter(statement=OuterRef("pk"), to_tier=Tier.PUBLIC).order_by("-recorded_at")
    since = Coalesce("publish_at", Subquery(opened.values("recorded_at")[:1]), "recorded_at")
    is_public = Q(tier=Tier.PUBLIC) | Q(publish_at__lte=now)
    rows = about_own(viewer, now).filter(is_public, kind__in=Statement.VERDICTS)
    return loaded(rows.annotate(public_since=since))


def evidence(viewer: Viewer, now: datetime) -> QuerySet[Evidence]:
    own = Evidence.objects.visible_to(viewer, now).filter(of_own(viewer, "by"), replaced_by__isnull=True)
    return own.select_related("agreement", "obligation", "confidant")


def drafts(viewer: Viewer, now: datetime) -> QuerySet[Draft]:
    about = [
        f"{path}__{end}"
        for path in ("commitment", "statement__commitment")
        for end in ("obligation", "party")
    ]
    return Draft.objects.of(viewer).select_related("agreement", *about)


@dataclass(frozen=True, slots=True)
class Section:
    """A list of the page: its first rows stand there, and all of them at its own address, `?show=` with its code.

    The newest are first, by `order`. `shown` gives what its template shows of a page of rows.
    """

    code: str
    title: Promise
    rows: Callable[[Viewer, datetime], QuerySet[Any]]
    empty: Promise
    template: str = "party/said.html"
    shown: Callable[[Any, Viewer, datetime], list[Any]] = with_outcomes
    order: Order = (("recorded_at", AN_INSTANT), ("effective_on", DAY), ("key", TEXT))


def as_they_are(rows: Iterable[Any], viewer: Viewer, now: datetime) -> list[Any]:
    return list(rows)


def with_addresses(rows: Iterable[Draft], viewer: Viewer, now: datetime) -> list[tuple[Draft, str]]:
    """Drafts, each with the page where it is gone on with."""
    return [(one, address_of(one, viewer)) for one in rows]


def address_of(draft: Draft, viewer: Viewer) -> str:
    agreement, said = draft.agreement.code, draft.statement
    if draft.kind == Draft.Kind.BULK:
        return reverse("bulk-sheet", args=[agreement, draft.key])
    if draft.kind == Draft.Kind.FINDING:
        return f"{reverse('desk')}?commitment={draft.commitment_id}"
    if said is not None:
        name = "answer" if draft.kind == Draft.Kind.ANSWER else "contest"
        return act(name, agreement, said, has_page=may(viewer, Right.MAKE_CLAIM))
    assert draft.commitment is not None
    return claim_at(agreement, draft.commitment)


def act(name: str, agreement: str, statement: Statement, has_page: bool = True) -> str:
    """Where something is said to a statement, and then the page of the party is shown to whoever has one; `name`:
    "answer", "contest".
    """
    code = statement.commitment.obligation.code
    at = f"{reverse(f'obligation-{name}', args=[agreement, code])}?statement={statement.key}"
    return f"{at}&from=party" if has_page else at


def claim_at(agreement: str, commitment: Commitment) -> str:
    at = reverse("obligation-claim", args=[agreement, commitment.obligation.code])
    return f"{at}?commitment={commitment.pk}&from=party"


SECTIONS: dict[str, Section] = {
    one.code: one
    for one in (
        Section(
            "answer",
            _("Said about you, and not answered"),
            unanswered,
            _("Every claim about you is answered, or the mediators found on it since."),
        ),
        Section(
            "found",
            _("Findings on you that you have not replied to"),
            findings_without_reply,
            _("Every finding on your commitments has a reply of yours, or none was made yet."),
        ),
        Section(
            "claims",
            _("Claims about you that were answered or judged"),
            settled_claims,
            _("No claim about you was answered or judged yet."),
        ),
        Section(
            "said",
            _("What you said, and what became of it"),
            own_statements,
            _("You made no claim and contested nothing yet. A claim is made on the page of an obligation."),
        ),
        Section(
            "published",
            _("Published about you"),
            published,
            _("Nothing about your commitments is public yet."),
            "party/published.html",
            order=(("public_since", AN_INSTANT), ("key", TEXT)),
        ),
        Section(
            "evidence",
            _("Evidence you handed in"),
            evidence,
            _("You handed nothing in yet. Files and links are added on the page of an obligation."),
            "party/evidence.html",
            as_they_are,
            (("uploaded_at", AN_INSTANT), ("key", TEXT)),
        ),
        Section(
            "drafts",
            _("Your drafts"),
            drafts,
            _(
                "You have no draft. Claims, contests and answers can be saved before they are sent; only you see them."
            ),
            "party/draft_rows.html",
            with_addresses,
            (("saved_at", AN_INSTANT), ("key", TEXT)),
        ),
    )
}
