"""What the canaries are hidden in, and where they are looked for, grows with the application by itself or turns red."""

import pytest
import time_machine
from django.db import models

from obligations.models import Draft, Proposal, Release, StatementTranslation, Work
from parties.models import ApiToken
from tests.canary.addresses import without_arguments
from tests.canary.filters_asked import without_values
from tests.canary.hidden import BUILDERS, FOLLOW, GROUPS, OPEN, hide, not_for_everybody
from tests.canary.world import build
from tests.make import NOW

pytestmark = pytest.mark.django_db

# Texts that hold nothing that anybody wrote about what is hidden: made by the application, or chosen from a list.
MADE = {
    "Meeting": {"key"},
    "PartyRequest": {"key", "language"},
    "Evidence": {"key", "language", "media_type", "sha256"},
    "Event": {"precision"},
    "Statement": {"key", "import_key", "conduct", "kind", "language"},
}


def test_every_model_that_is_not_for_everybody_has_a_builder() -> None:
    assert not_for_everybody() == {*BUILDERS, *OPEN, ApiToken, Draft, Release, StatementTranslation, Work}


def test_whatever_hangs_on_a_row_with_a_tier_is_known() -> None:
    pointing = {
        field.related_model
        for model in BUILDERS
        for field in model._meta.get_fields()
        if field.one_to_many or field.one_to_one
    }
    assert pointing >= FOLLOW


def test_each_text_of_each_hidden_row_holds_a_canary() -> None:
    with time_machine.travel(NOW, tick=False):
        build()
        hide(GROUPS[0], GROUPS[3])
    for model in set(BUILDERS) - {Proposal}:
        rows = list(model._default_manager.filter(tier__in=["parties", "mediators"]))
        assert rows, model
        for field in model._meta.concrete_fields:
            if not isinstance(field, models.CharField | models.TextField) or field.choices:
                continue
            if field.name not in MADE.get(model.__name__, set()):
                assert any("qz" in getattr(row, field.name) for row in rows), (model.__name__, field.name)


def test_every_route_has_addresses_and_every_filter_has_values() -> None:
    with time_machine.travel(NOW, tick=False):
        build()
        hide(GROUPS[0], GROUPS[3])
    assert without_arguments() == []
    assert without_values() == []
