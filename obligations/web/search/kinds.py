"""The kinds of rows that are looked through: which of them the viewer may see, and what is told of each.

The words of a row are its column `words`, which no model has; a migration of `agreement`, 0008_words, says why.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Expression, Func, Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement, Event
from obligations.deadlines import Moment
from obligations.models import Evidence, Obligation, Statement
from obligations.status import recall
from obligations.status.moments import query_of
from parties.access import Viewer


class SearchKind(models.TextChoices):
    """In the order of the page."""

    OBLIGATION = "obligation", _("obligation")
    STATEMENT = "statement", _("statement")
    EVENT = "event", _("event")
    EVIDENCE = "evidence", _("evidence")


MANY = {
    SearchKind.OBLIGATION: _("obligations"),
    SearchKind.STATEMENT: _("statements"),
    SearchKind.EVENT: _("events"),
    SearchKind.EVIDENCE: _("evidence"),
}


class Words(Func):
    """The column `words` of the row that a field is of. The field is any but a key, which a join may leave out."""

    output_field = SearchVectorField()
    arity = 1

    def as_sql(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, Any]:  # type: ignore[override]
        column: Any = self.source_expressions[0]
        return f"{compiler.quote_name_unless_alias(column.alias)}.words", []


@dataclass(frozen=True)
class SearchLook:
    """Who looks, at which moment, in which agreements; these the viewer may read."""

    viewer: Viewer
    moment: Moment
    agreements: tuple[Agreement, ...]

    @property
    def keys(self) -> list[int]:
        return [one.pk for one in self.agreements]


@dataclass(frozen=True)
class Source:
    """`rows` are those that the viewer may see; `words` is what they are found by, `codes` the columns that may be what
    was asked for itself, `newest` the order of what is looked at first, and `texts` what a row has to show.
    """

    rows: Callable[[SearchLook], QuerySet[Any]]
    words: Expression
    codes: tuple[str, ...]
    newest: tuple[str, ...]
    texts: Callable[[Any], Mapping[str, str]]
    url: Callable[[Any, Moment], str]
    load: Callable[[QuerySet[Any], SearchLook], Iterable[Any]]


def obligations(look: SearchLook) -> QuerySet[Obligation]:
    rows = Obligation.objects.visible_to(look.viewer).filter(agreement__in=look.keys)
    return recall.obligations_of(rows, look.moment)


def statements(look: SearchLook) -> QuerySet[Statement]:
    return Statement.objects.seen_by(look.viewer, look.moment).filter(agreement__in=look.keys)


def events(look: SearchLook) -> QuerySet[Event]:
    rows = Event.objects.visible_to(look.viewer, look.moment.now).filter(agreement__in=look.keys)
    return recall.events_of(rows, look.moment)


def evidence(look: SearchLook) -> QuerySet[Evidence]:
    return Evidence.objects.seen_by(look.viewer, look.moment).filter(agreement__in=look.keys)


def with_text(rows: QuerySet[Obligation], _look: SearchLook) -> QuerySet[Obligation]:
    return rows.select_related("agreement", "provision__instrument")


def with_commitment(rows: QuerySet[Statement], _look: SearchLook) -> QuerySet[Statement]:
    return rows.select_related(
        "agreement", "by", "confidant", "commitment__party", "commitment__obligation__provision__instrument"
    )


def with_obligation(rows: QuerySet[Evidence], _look: SearchLook) -> QuerySet[Evidence]:
    return rows.select_related("agreement", "by", "confidant", "obligation")


def with_touched(rows: QuerySet[Event], look: SearchLook) -> QuerySet[Event]:
    touched = obligations(look).order_by("place", "pk")
    return rows.select_related("agreement", "confidant").prefetch_related(
        Prefetch("obligations", queryset=touched, to_attr="touched")
    )


def page_of(owed: Obligation, moment: Moment) -> str:
    return reverse("obligation", args=[owed.agreement.code, owed.code]) + query_of(moment)


def place_of(said: Statement, moment: Moment) -> str:
    page = reverse("obligation", args=[said.agreement.code, said.commitment.obligation.code])
    return f"{page}{query_of(moment)}#statement-{said.key}"


def shelf_of(item: Evidence, moment: Moment) -> str:
    page = reverse("obligation", args=[item.agreement.code, item.obligation.code])
    return f"{page}{query_of(moment)}#evidence-{item.key}"


def list_of(event: Event, _moment: Moment) -> str:
    return reverse("agreement", args=[event.agreement.code]) + "#events"


SOURCES: dict[SearchKind, Source] = {
    SearchKind.OBLIGATION: Source(
        obligations,
        # Both, so that a word of the article and one of the obligation together find it.
        Func(
            Words("code"),
            Words("provision__anchor"),
            arg_joiner=" || ",
            template="(%(expressions)s)",
            output_field=SearchVectorField(),
        ),
        ("code", "provision__anchor"),
        ("agreement_id", "place", "pk"),
        lambda row: {
            "code": row.code,
            "title": row.title,
            "text": row.summary,
            "provision": f"{row.provision.label} {row.provision.heading}",
            "source": row.source,
        },
        page_of,
        with_text,
    ),
    SearchKind.STATEMENT: Source(
        statements,
        Words("reason"),
        (),
        ("-recorded_at", "-pk"),
        lambda row: {"text": row.reason, "source": row.source},
        place_of,
        with_commitment,
    ),
    SearchKind.EVENT: Source(
        events,
        Words("title"),
        ("code",),
        ("-happened_on", "agreement_id", "code"),
        lambda row: {"title": row.title, "code": row.code, "source": row.source},
        list_of,
        with_touched,
    ),
    SearchKind.EVIDENCE: Source(
        evidence,
        Words("title"),
        (),
        ("-uploaded_at", "key"),
        lambda row: {
            "title": row.title,
            "text": row.quote,
            "source": " ".join(filter(None, (row.origin, row.file_name, row.url))),
        },
        shelf_of,
        with_obligation,
    ),
}
