"""The mapping of a pack's keys to columns names keys and columns that there are."""

import pytest

from obligations.packs import mapping
from obligations.packs.mapping import Mapped

TABLES = [value for value in vars(mapping).values() if isinstance(value, Mapped)]


@pytest.mark.parametrize("mapped", TABLES)
def test_keys_and_columns_are_there(mapped: Mapped) -> None:
    assert (mapped.columns | mapped.references).keys() <= mapped.entry.model_fields.keys()
    columns = {field.name for field in mapped.model._meta.get_fields()}
    assert {*mapped.columns.values(), *mapped.references.values()} <= columns


def test_every_table_is_looked_at() -> None:
    assert len(TABLES) == 14
