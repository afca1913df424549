"""The numbers of the dashboard, and who asks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils import translation
from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from agreement.models import Agreement, Participation
from obligations.api.base.filtering import DAYS, chosen_in, refuse_codes_missing, refuse_what_is_not_known
from obligations.api.base.views import Recalled, ViewerMixin
from obligations.api.serializers.common import PartyName, Shape
from obligations.lists.figures import Numbers, numbers_by_party, summed
from obligations.models import Commitment
from obligations.status.filters import FILTERS, Chosen
from obligations.status.freshness import freshness_of, until_it_changes
from obligations.status.moments import AS_OF, KNOWN_AT, days_of, known_of, written
from obligations.status.reading import Listed
from obligations.words.method import Headline, Selection, figures
from parties.access import Role, Tier, readable
from parties.models import ApiToken, Party
from parties.rights import Right, may

ROWS = "Where the rows are that are counted."


class FigureOfPartyRow(Shape):
    """The same of one party, with all that is part of it."""

    party = PartyName()
    number = serializers.IntegerField()
    total = serializers.IntegerField()
    rows = serializers.URLField(help_text=ROWS)
    rows_of_total = serializers.URLField(help_text=ROWS)


class FigureRow(Shape):
    """`number` of `total`, and what is counted: the filters of the list of commitments."""

    name = serializers.CharField(help_text="Stays as it is: `overdue`, or the step of a scale: `level.3`.")
    title = serializers.CharField()
    of = serializers.CharField(help_text="What the total counts, in words.")
    number = serializers.IntegerField()
    total = serializers.IntegerField()
    in_all = serializers.IntegerField(
        allow_null=True,
        help_text="Where the total is of what was assessed: how many there are, assessed or not.",
    )
    counts = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text="What the number counts, as filters with the values that they let through.",
    )
    among = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()), help_text="The same of the total."
    )
    leaves_out = serializers.CharField(help_text="What is left out, and why; of a step, what it means.")
    rows = serializers.URLField(help_text=ROWS)
    rows_of_total = serializers.URLField(help_text=ROWS)
    parties = FigureOfPartyRow(many=True, help_text="Of those that owe something, in alphabetical order.")


class FiguresRow(Shape):
    as_of = serializers.DateField(allow_null=True, help_text="null: today.")
    known_at = serializers.CharField(allow_null=True, help_text="null: all that is on record.")
    results = FigureRow(many=True)


# A figure is made of the others, and told of each party.
OF_ALL = {
    name: FILTERS[name] for name in ("agreement", "instrument", "provision", "obligation", "tag", "life")
}


class ShownTokenRow(Shape):
    key = serializers.CharField()
    name = serializers.CharField()
    scope = serializers.ChoiceField(choices=ApiToken.Scope.choices)
    expiry = serializers.DateTimeField()


class PlaceRow(Shape):
    """What you are in one agreement."""

    agreement = serializers.CharField()
    title = serializers.CharField()
    role = serializers.ChoiceField(
        choices=Role.choices, allow_null=True, help_text="null: without a mandate."
    )
    party = PartyName(allow_null=True, help_text="In whose name you speak; null for most.")
    reads = serializers.MultipleChoiceField(
        choices=Tier.choices, help_text="What you may see; in confidence, with your own party alone."
    )
    may = serializers.MultipleChoiceField(
        choices=[(right.name.lower(), right.meaning) for right in Right],
        help_text="What you may do. A token with the scope `read` does none of it.",
    )


class MeRow(Shape):
    signed_in = serializers.BooleanField()
    email = serializers.EmailField(allow_null=True)
    name = serializers.CharField(allow_null=True)
    token = ShownTokenRow(allow_null=True, help_text="The one that this request shows; null without one.")
    agreements = PlaceRow(many=True, help_text="Those that you may read, by code.")


class Figures(Recalled):
    model = Commitment
    serializer_class = FiguresRow
    filters = OF_ALL
    files = {}
    understood = OF_ALL | DAYS
    looks_ahead = True

    @cached_property
    def given(self) -> dict[str, Chosen]:
        return chosen_in(self.request, self.filters, set(self.days))

    def visible(self) -> QuerySet[Any]:
        return Commitment.objects.visible_to(self.viewer)

    @extend_schema(operation_id="figures", responses=FiguresRow)
    def retrieve(self, request: Request, **where: Any) -> Response:
        """Every number of the dashboard, with what it counts and where its rows are.

        A number is a count with its denominator, and never a score. What you may not see is counted nowhere.
        """
        refuse_codes_missing(self.chosen, self.viewer)
        every, those = figures(), self.parties()
        counted = self.numbers(every)
        rows = [self.row(one, counted[one.name], those) for one in every]
        known = known_of(self.moment)
        days = {AS_OF: self.moment.spoken_on, KNOWN_AT: written(known) if known else None}
        with translation.override("en"):  # figures are the same in every language
            return Response(FiguresRow({**days, "results": rows}).data)

    def numbers(self, every: Sequence[Headline]) -> Mapping[str, dict[int, Numbers]]:
        listed = Listed(self.viewer, self.moment, self.chosen)
        named = ("figures", sorted(self.chosen.items()), self.moment.spoken_on, self.moment.known_at)
        fresh = freshness_of(self.viewer, self.now)
        return until_it_changes(fresh, named, lambda: numbers_by_party(listed, every))

    def parties(self) -> list[tuple[Party, set[int]]]:
        """Those that there are, by name, each with the keys of itself and of all that are part of it."""
        places = (
            Participation.objects.filter(readable(self.viewer))
            .select_related("party")
            .order_by("party__name")
        )
        below, found = defaultdict(set), dict[int, Party]()
        for place in places:
            found[place.party_id] = place.party
            if place.part_of_id:
                below[place.part_of_id].add(place.party_id)
        return [(party, with_all_below(key, below)) for key, party in found.items()]

    def row(
        self, one: Headline, counted: Mapping[int, Numbers], parties: Iterable[tuple[Party, set[int]]]
    ) -> dict[str, Any]:
        number, total, *in_all = summed(counted.values(), 3 if one.in_all is not None else 2)
        told = []
        for party, keys in parties:
            if own := [counted[key] for key in keys if key in counted]:
                its_number, its_total = summed(own)
                there = self.addresses(one, {"party": (party.code,)})
                told.append({"party": party, "number": its_number, "total": its_total, **there})
        return {
            "name": one.name,
            "title": one.title,
            "of": one.of,
            "number": number,
            "total": total,
            "in_all": in_all[0] if in_all else None,
            "counts": one.picked,
            "among": one.among,
            "leaves_out": one.leaves_out,
            **self.addresses(one, {}),
            "parties": told,
        }

    def addresses(self, one: Headline, whose: Selection) -> dict[str, str]:
        to, days = reverse("api:commitments", request=self.request), days_of(self.moment)
        return {
            name: f"{to}?{urlencode({**self.chosen, **selection, **whose, **days}, doseq=True)}".rstrip("?")
            for name, selection in (("rows", one.picked), ("rows_of_total", one.among))
        }


def with_all_below(key: int, below: Mapping[int, set[int]]) -> set[int]:
    found, ahead = {key}, [key]
    while ahead:
        new = below.get(ahead.pop(), set()) - found
        found |= new
        ahead += new
    return found


class Me(ViewerMixin, APIView):
    @extend_schema(operation_id="me", tags=["me"], responses=MeRow)
    def get(self, request: Request) -> Response:
        """Who you are here, and what you may see and do in each agreement; without an account, what all may."""
        refuse_what_is_not_known(request, set(), set())
        token = request.auth if isinstance(request.auth, ApiToken) else None
        parties = Party.objects.in_bulk([grant.party_id for grant in self.viewer.grants if grant.party_id])
        places = []
        for one in Agreement.objects.visible_to(self.viewer).order_by("code"):
            grant = self.viewer.grant(one.pk)
            places.append(
                {
                    "agreement": one.code,
                    "title": one.title,
                    "role": grant.role if grant else None,
                    "party": parties.get(grant.party_id or 0) if grant else None,
                    "reads": [tier for tier in Tier if tier in (grant.reads if grant else {Tier.PUBLIC})],
                    "may": [right.name.lower() for right in Right if may(self.viewer, right, one.pk)],
                }
            )
        user: Any = request.user
        who = (
            {"email": user.email, "name": user.name}
            if user.is_authenticated
            else {"email": None, "name": None}
        )
        return Response(
            MeRow({"signed_in": user.is_authenticated, **who, "token": token, "agreements": places}).data
        )
