"""What a command says where something cannot be."""

from collections.abc import Mapping


class Refused(ValueError):
    """Input that cannot be: `errors` has a sentence for each field that is wrong. Nothing was written."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {message}" for field, message in errors.items()))
        self.errors = dict(errors)


class StoreAway(Exception):
    """The store of evidence did not give a file that a row names; its text says why, for the log."""
