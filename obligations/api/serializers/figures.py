"""Figures, and who asks."""

from rest_framework import serializers

from obligations.api.serializers.common import PartyName, Shape
from obligations.status.filters import FILTERS
from parties.access import Role, Tier
from parties.models import ApiToken
from parties.rights import Right

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
