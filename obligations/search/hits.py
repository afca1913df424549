"""What is found: the kinds of rows that are looked through, the rows of each, and what of each is shown.

The words of a row are its column `words`, which no model has; a migration of `agreement`, 0008_words, says why.

What orders a row is in the row itself, so that no other row, and so no hidden one, moves it: whether its code is what
was asked for, then how well its words fit, then how new it is. Where very many fit, the newest are looked at and no
others, and that is told: nobody reads a thousand, and to order a million takes seconds.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib.postgres.search import SearchRank, SearchVectorField
from django.db import models
from django.db.models import Case, Expression, F, Func, Prefetch, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agreement.models import Event
from obligations.deadlines import Moment
from obligations.models import Evidence, Obligation, Statement
from obligations.search.asking import SearchLook, SearchText
from obligations.search.marking import Excerpt, excerpts
from obligations.search.statuses import PartyStatus, statuses_of
from obligations.search.translated import Words, found_in, in_translation, of_topics, ranks
from obligations.status import recall
from obligations.status.moments import page_of
from obligations.status.provisions import within


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


class Source:
    """One kind of rows, as they are looked through and shown.

    `words` is what they are found by, `codes` the columns that may be what was asked for itself, `translated` those
    that are found by their translations too, `newest` the order of what is looked at first, `related` what is loaded
    with the rows that are shown, and `provision` leads to theirs.
    """

    words: Expression = Words("title")
    codes: tuple[str, ...] = ()
    translated: tuple[str, ...] = ()
    newest: tuple[str, ...]
    related: tuple[str, ...]
    provision: str

    def rows(self, look: SearchLook) -> QuerySet[Any]:
        """Those that the viewer may see."""
        raise NotImplementedError

    def loaded(self, rows: QuerySet[Any], look: SearchLook) -> QuerySet[Any]:
        return rows.select_related(*self.related)

    def of_provision(self, name: str) -> Q:
        return within(self.provision)(None, name)

    def texts(self, row: Any) -> Mapping[str, str]:
        """What of a row is shown, with what was asked for marked in it."""
        raise NotImplementedError

    def url(self, row: Any, moment: Moment) -> str:
        raise NotImplementedError

    def about(self, row: Any) -> int | None:
        """The key of the obligation that it is or is about."""
        return None

    def also(self, asked: SearchText, look: SearchLook) -> Q:
        """What of the rows is found by what is no text of theirs; its words have no rank."""
        return in_translation(self.translated, asked, look)

    def by_translation(
        self, rows: QuerySet[Any], asked: SearchText, look: SearchLook, most: int
    ) -> dict[int, float]:
        """Keys of rows that are found by what stands beside them in another language, with how well that fits."""
        return {}


class Obligations(Source):
    # Both, so that a word of the article and one of the obligation together find it.
    words = Func(
        Words("code"),
        Words("provision__anchor"),
        arg_joiner=" || ",
        template="(%(expressions)s)",
        output_field=SearchVectorField(),
    )
    codes = ("code", "provision__anchor")
    translated = ("title", "summary", "provision__heading")
    newest = ("agreement_id", "place", "pk")
    related = ("agreement", "provision__instrument")
    provision = "provision"

    def rows(self, look: SearchLook) -> QuerySet[Obligation]:
        rows = Obligation.objects.visible_to(look.viewer).filter(agreement__in=look.keys)
        return recall.obligations_of(rows, look.moment)

    def also(self, asked: SearchText, look: SearchLook) -> Q:
        return super().also(asked, look) | of_topics(asked, look)

    def texts(self, row: Obligation) -> Mapping[str, str]:
        provision = f"{row.provision.label} {row.provision.heading}"
        own = {"code": row.code, "title": str(row.title), "text": str(row.summary)}
        topics = ", ".join(str(row.agreement.topic_name(tag)) for tag in row.tags)
        return {**own, "provision": provision, "topics": topics, "source": row.source}

    def url(self, row: Obligation, moment: Moment) -> str:
        return page_of(row.agreement, row, moment)

    def about(self, row: Obligation) -> int:
        return row.pk


class Statements(Source):
    words = Words("reason")
    newest = ("-recorded_at", "-pk")
    related = (
        "agreement",
        "by",
        "confidant",
        "commitment__party",
        "commitment__obligation__provision__instrument",
    )
    provision = "commitment__obligation__provision"

    def rows(self, look: SearchLook) -> QuerySet[Statement]:
        return Statement.objects.seen_by(look.viewer, look.moment).filter(agreement__in=look.keys)

    def by_translation(
        self, rows: QuerySet[Any], asked: SearchText, look: SearchLook, most: int
    ) -> dict[int, float]:
        return ranks(rows, asked, look, most)

    def texts(self, row: Statement) -> Mapping[str, str]:
        return {"text": row.reason, "source": row.source}

    def url(self, row: Statement, moment: Moment) -> str:
        return page_of(row.agreement, row.commitment.obligation, moment, f"statement-{row.key}")

    def about(self, row: Statement) -> int:
        return row.commitment.obligation_id


class Events(Source):
    codes = ("code",)
    translated = ("title",)
    newest = ("-happened_on", "agreement_id", "code")
    related = ("agreement", "confidant")
    provision = "obligations__provision"

    def rows(self, look: SearchLook) -> QuerySet[Event]:
        rows = Event.objects.visible_to(look.viewer, look.moment.now).filter(agreement__in=look.keys)
        return recall.events_of(rows, look.moment)

    def of_provision(self, name: str) -> Q:
        return super().of_provision(name) | Q(touches_all=True)

    def loaded(self, rows: QuerySet[Any], look: SearchLook) -> QuerySet[Any]:
        touched = Obligations().rows(look).order_by("place", "pk")
        touching = Prefetch("obligations", queryset=touched, to_attr="touched")
        return super().loaded(rows, look).prefetch_related(touching)

    def texts(self, row: Event) -> Mapping[str, str]:
        return {"title": str(row.title), "code": row.code, "source": row.source}

    def url(self, row: Event, moment: Moment) -> str:
        return reverse("agreement", args=[row.agreement.code]) + "#events"


class EvidenceRows(Source):
    newest = ("-uploaded_at", "key")
    related = ("agreement", "by", "confidant", "obligation")
    provision = "obligation__provision"

    def rows(self, look: SearchLook) -> QuerySet[Evidence]:
        return Evidence.objects.seen_by(look.viewer, look.moment).filter(agreement__in=look.keys)

    def texts(self, row: Evidence) -> Mapping[str, str]:
        source = " ".join(filter(None, (row.origin, row.file_name, row.url)))
        return {"title": row.title, "text": row.quote, "source": source}

    def url(self, row: Evidence, moment: Moment) -> str:
        return page_of(row.agreement, row.obligation, moment, f"evidence-{row.key}")

    def about(self, row: Evidence) -> int:
        return row.obligation_id


SOURCES: dict[SearchKind, Source] = {
    SearchKind.OBLIGATION: Obligations(),
    SearchKind.STATEMENT: Statements(),
    SearchKind.EVENT: Events(),
    SearchKind.EVIDENCE: EvidenceRows(),
}


MOST = 1000


class HitPlace(NamedTuple):
    """Orders hits, the smallest first: what has not the code asked for is later, `fit` is the negative of its rank, and
    `at` its place among the newest of its kind.
    """

    is_other: int
    fit: float
    kind: int
    at: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that fits, with its place among all kinds."""

    kind: SearchKind
    pk: int
    place: HitPlace


@dataclass(frozen=True, slots=True)
class Hits:
    """Those of one kind in their order; `there_are_more`: only the newest were looked at."""

    kind: SearchKind
    rows: tuple[Hit, ...]
    there_are_more: bool

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A row with what is shown of it; `is_withdrawn`: a statement that was taken back by the moment of knowledge.

    `statuses` are those of the commitments that it is about: of a statement one, of an event none. `translation` is
    there where a statement is found by one.
    """

    kind: SearchKind
    row: Any
    url: str
    shown: dict[str, Excerpt]
    is_withdrawn: bool
    statuses: tuple[PartyStatus, ...]
    translation: "ShownTranslation | None" = None


@dataclass(frozen=True, slots=True)
class ShownTranslation:
    """What a statement says in another language, which was asked for."""

    language: str
    excerpt: Excerpt


def hits_of(kind: SearchKind, asked: SearchText, look: SearchLook, most: int = MOST) -> Hits:
    """One query; of statements another one for what stands beside them, of obligations two for their topics."""
    source = SOURCES[kind]
    is_it = Q()
    for code in source.codes:
        is_it |= Q(**{f"{code}__iexact": asked.text})
    exact = Case(When(is_it, then=Value(0)), default=Value(1)) if source.codes else Value(1)
    rows = source.rows(look)
    if look.provision:
        # By their keys: an event touches several obligations, and is found once.
        there = rows.model._default_manager.filter(source.of_provision(look.provision))
        rows = rows.filter(pk__in=there.order_by().values("pk"))
    rows, beside, also = rows.annotate(words=source.words), dict[int, float](), Q(pk__in=[])
    for way in asked.apart:
        # What stands beside a row finds none whose own words are unwanted.
        free = Q() if way.unwanted is None else ~Q(words=way.unwanted)
        fit = source.by_translation(rows.filter(free), way, look, most + 1)
        beside |= fit
        also |= free & (source.also(way, look) | Q(pk__in=list(fit)))
    newest = (
        rows.filter(Q(words=asked.query) | also)
        .annotate(exact=exact, rank=SearchRank(F("words"), asked.query))
        .order_by(*source.newest)
    )
    found = list(newest.values_list("pk", "exact", "rank")[: most + 1])
    order = list(SearchKind).index(kind)
    placed = [
        Hit(kind, pk, HitPlace(is_exact, -max(rank, beside.get(pk, 0.0)), order, at))
        for at, (pk, is_exact, rank) in enumerate(found[:most])
    ]
    return Hits(kind, tuple(sorted(placed, key=lambda hit: hit.place)), len(found) > most)


def shown_hits(hits: Iterable[Hit], asked: SearchText, look: SearchLook) -> list[ShownHit]:
    """The rows of these, in the same order: a query or two a kind, one for translations of statements, and three for
    statuses and what is marked.
    """
    hits = list(hits)
    rows: dict[tuple[SearchKind, int], Any] = {}
    for kind in dict.fromkeys(hit.kind for hit in hits):
        source = SOURCES[kind]
        wanted = source.rows(look).filter(pk__in=[hit.pk for hit in hits if hit.kind == kind])
        rows |= {(kind, row.pk): row for row in source.loaded(wanted, look)}
    there = [(hit.kind, rows[hit.kind, hit.pk]) for hit in hits if (hit.kind, hit.pk) in rows]
    texts = [SOURCES[kind].texts(row) for kind, row in there]
    about = [SOURCES[kind].about(row) for kind, row in there]
    statuses = statuses_of(filter(None, about), look.viewer, look.moment)
    said = [row for kind, row in there if kind == SearchKind.STATEMENT]
    translations = found_in(said, asked, look) if said else {}
    every = [text for of_row in texts for text in of_row.values()]
    marked = iter(excerpts([*every, *(one.text for one in translations.values())], asked))
    shown = [{name: next(marked) for name in of_row} for of_row in texts]
    beside = {pk: ShownTranslation(one.language, next(marked)) for pk, one in translations.items()}
    return [
        ShownHit(
            kind,
            row,
            SOURCES[kind].url(row, look.moment),
            of_row,
            kind == SearchKind.STATEMENT and not row.in_force(look.moment.known_at),
            tuple(status for status in statuses.get(owed, ()) if is_meant(kind, row, status)),
            beside.get(row.pk) if kind == SearchKind.STATEMENT else None,
        )
        for (kind, row), of_row, owed in zip(there, shown, about, strict=True)
    ]


def is_meant(kind: SearchKind, row: Any, status: PartyStatus) -> bool:
    """A statement speaks of one commitment of its obligation."""
    return kind != SearchKind.STATEMENT or status.commitment == row.commitment_id


def all_hits(kinds: Sequence[SearchKind], asked: SearchText, look: SearchLook) -> list[Hits]:
    return [hits_of(kind, asked, look) for kind in kinds]
