"""What is found by its translations: texts of packs by those of their own pack, statements by those that stand beside
them.
"""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchRank, SearchVectorField
from django.db import models
from django.db.models import F, Func, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.db.models.lookups import In

from agreement.models import Agreement, Translation
from obligations.models import Statement, StatementTranslation
from obligations.search.asking import SearchLook, SearchText
from obligations.status.codes import kept_topics
from parties.content import as_written
from parties.languages import is_read_by, read_here


class Words(Func):
    """The column `words` of the row that a field is of. The field is any but a key, which a join may leave out."""

    output_field = SearchVectorField()
    arity = 1

    def as_sql(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, Any]:  # type: ignore[override]
        column: Any = self.source_expressions[0]
        return f"{compiler.quote_name_unless_alias(column.alias)}.words", []


def in_translation(fields: Iterable[str], asked: SearchText, look: SearchLook) -> Q:
    """What of rows reads so in any of the languages of their own pack; `fields` are those that are translated."""
    texts = Translation.objects.filter(agreement__in=look.keys).annotate(words=Words("text"))
    found = texts.filter(words=asked.query).order_by().values(said=in_agreement("source"))
    return reduce(or_, (Q(In(in_agreement(field), found)) for field in fields), Q(pk__in=[]))


class Among(Func):
    """Of several texts those that have what is asked for."""

    template = "ARRAY(SELECT said FROM unnest(%(expressions)s))"
    arg_joiner = ") AS said WHERE search_words(said, 'A') @@ ("

    def __init__(self, texts: list[str], asked: SearchText) -> None:
        several: ArrayField[Any, Any] = ArrayField(models.TextField())
        super().__init__(Value(texts, several), asked.query, output_field=several)


def of_topics(asked: SearchText, look: SearchLook) -> Q:
    """What is of a topic that its own pack calls so, in any of its languages. Two queries."""
    tags = kept_topics(look.agreements)
    called = {
        (one.pk, tag): as_written(one.topic_name(tag))
        for one in look.agreements
        for tag in tags.get(one.pk, ())
    }
    if not called:
        return Q(pk__in=[])
    names = sorted(set(called.values()))
    own = Agreement.objects.filter(pk__in=look.keys).values_list(Among(names, asked), flat=True)
    fits = set(own[:1].get())
    texts = Translation.objects.filter(agreement__in=look.keys, source__in=names)
    said = set(
        texts.annotate(words=Words("text")).filter(words=asked.query).values_list("agreement", "source")
    )
    found = [(of, tag) for (of, tag), name in called.items() if name in fits or (of, name) in said]
    return reduce(or_, (Q(agreement=of, tags__contains=[tag]) for of, tag in found), Q(pk__in=[]))


def in_agreement(field: str) -> Concat:
    """A text with the agreement that says it."""
    return Concat(
        Cast("agreement_id", models.TextField()), Value(" "), field, output_field=models.TextField()
    )


def fitting(statements: Any, asked: SearchText, look: SearchLook) -> QuerySet[Any]:
    """The translations of these statements that have what was asked for, with how well they fit."""
    texts = StatementTranslation.objects.newest(look.moment).filter(statement__in=statements)
    texts = texts.annotate(words=Words("text")).filter(words=asked.query)
    return texts.annotate(rank=SearchRank(F("words"), asked.query))


def ranks(
    statements: QuerySet[Statement], asked: SearchText, look: SearchLook, most: int
) -> dict[int, float]:
    """By the keys of the newest so many that are found by a translation, how well the best of these fits. One query."""
    texts = fitting(statements.order_by().values("pk"), asked, look)
    newest = texts.order_by("-statement__recorded_at", "-statement_id").values_list("statement_id", "rank")
    found: dict[int, float] = {}
    for pk, rank in newest[: most * len(settings.LANGUAGES)]:
        found[pk] = max(rank, found.get(pk, 0.0))
    return dict(list(found.items())[:most])


def found_in(
    statements: Iterable[Statement], asked: SearchText, look: SearchLook
) -> dict[int, StatementTranslation]:
    """By the key of the statement the translation that it is found by, which the reader can read where there is one."""
    here = read_here()
    found: dict[int, StatementTranslation] = {}
    for one in fitting([said.pk for said in statements], asked, look).order_by("recorded_at", "pk"):
        there = found.setdefault(one.statement_id, one)
        if nearness(one.language, here) > nearness(there.language, here):
            found[one.statement_id] = one
    return found


def nearness(language: str, reader: str) -> tuple[bool, bool]:
    return language == reader, is_read_by(language, reader)
