"""The mapping of a pack's keys to columns names keys and columns that there are."""

import pytest
from django.db.models import Model

from agreement import models as rows
from agreement.packs import model as packs
from agreement.packs.fields import Entry
from obligations.models import Obligation
from obligations.packs import columns
from parties.models import Party

TABLES = [
    (columns.AGREEMENT, packs.Agreement, rows.Agreement),
    (columns.PARTY, packs.Actor, Party),
    (columns.PARTICIPATION, packs.Actor, rows.Participation),
    (columns.CALENDAR, packs.Calendar, rows.Calendar),
    (columns.HOLIDAY, packs.CalendarDay, rows.Holiday),
    (columns.TRIGGER, packs.Trigger, rows.Trigger),
    (columns.INSTRUMENT, packs.Instrument, rows.Instrument),
    (columns.POSITION, packs.Position, rows.Position),
    (columns.PROVISION, packs.Provision, rows.Provision),
    (columns.RULE, packs.Rule, rows.InterpretiveRule),
    (columns.EVENT, packs.Event, rows.Event),
    (columns.OBLIGATION, packs.Obligation, Obligation),
    (columns.DEADLINE, packs.Deadline, Obligation),
]


@pytest.mark.parametrize(("table", "entry", "row"), TABLES)
def test_keys_and_columns_are_there(table: columns.Columns, entry: type[Entry], row: type[Model]) -> None:
    assert table.keys() <= entry.model_fields.keys()
    assert set(table.values()) <= {field.name for field in row._meta.get_fields()}
