"""A text in every place that a pack has for one, so that none is shown without being looked at."""

from typing import Final

from django.apps import apps
from django.db.models import F, Value
from django.db.models.functions import Concat

from agreement.models import Agreement, InterpretiveRule, Position, Provision, Trigger
from obligations.models import Gate, Indicator, Obligation
from parties.content import PackChar, PackProse
from parties.models import Party

# Longer than the labels of pictures.
WORDS: Final = "words that a pack has for what it speaks of"
# With a day as packs write it, which pages write as their language does.
WITH_A_DAY: Final = {Trigger: "note", Obligation: "confidence_note"}


def say_all(of: Agreement) -> None:
    """In the rows that there are; `of` has some of each kind."""
    places = Provision.objects.filter(instrument__agreement=of).select_related("instrument")
    owed = Obligation.objects.filter(agreement=of)
    for party in Party.objects.filter(participations__agreement=of):
        Position.objects.create(instrument=places[0].instrument, party=party, kind="signed")
    for place in places:
        InterpretiveRule.objects.create(agreement=of, provision=place, code=f"RR-{place.pk}", text=WORDS)
    for one in owed:
        Indicator.objects.create(obligation=one, place=1)
    codes = list(places.values_list("instrument__code", flat=True))
    gate = {"obligation": owed.get(code="MET"), "place": 2, "condition": WORDS, "instruments": codes}
    Gate.objects.create(**gate)
    owed.update(
        beneficiaries=[WORDS],
        means_of_verification=[WORDS],
        target={"baseline": "1", "value": "5", "unit": WORDS},
        title=Concat(F("title"), Value(f", {WORDS}")),
    )
    Agreement.objects.filter(pk=of.pk).update(topics=[{"code": "papers", "label": f"papers, {WORDS}"}])
    for model, column in WITH_A_DAY.items():
        model._default_manager.update(**{column: f"{WORDS}, since 2023-03-19"})
    for model in (model for model in apps.get_models() if model is not Gate):
        for column in (
            one.name for one in model._meta.concrete_fields if isinstance(one, PackChar | PackProse)
        ):
            model._default_manager.filter(**{column: ""}).update(
                **{column: f"{model.__name__} {column}, {WORDS}"}
            )
