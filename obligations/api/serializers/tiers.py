"""Who may see what is written: told in each body, and never taken for granted."""

from collections.abc import Iterable
from typing import Any, NoReturn

from django.utils.translation import gettext as _
from rest_framework import serializers

from agreement.viewers import readers_in
from parties.access import Tier
from parties.tier_words import IN_ANY_AGREEMENT


class TierField(serializers.ChoiceField):
    """A tier, without a default. Where it is missing or none of them, the error says what each of them means."""

    def __init__(self, tiers: Iterable[Tier] = Tier, about: str = "", **options: Any) -> None:
        self.tiers = tuple(tiers)
        explained = f"Who can read it; there is no default. {IN_ANY_AGREEMENT.explained(self.tiers)}. {about}"
        super().__init__(
            choices=[(tier.value, tier.label) for tier in self.tiers], help_text=explained.strip(), **options
        )

    def fail(self, key: str, **kwargs: Any) -> NoReturn:
        readers = readers_in(self.context["agreement"])
        sentence = _("Say who may see it: there is no default. Choose one of these. %(tiers)s.")
        words = {"tiers": readers.explained(self.tiers)}
        raise serializers.ValidationError(sentence % words, code=key)


class WiderField(serializers.BooleanField):
    """The deliberate second act: that more people may see it than see what it refers to."""

    def __init__(self, refers_to: str, **options: Any) -> None:
        super().__init__(
            required=False,
            help_text=f"True where more people are meant to see it than see {refers_to}. Left out, that is 400, and "
            "the answer says who would learn of what.",
            **options,
        )
