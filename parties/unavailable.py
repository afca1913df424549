"""What may be away for now, and how that is said: the database, a lock that did not come, the store, a clock."""

import psycopg2
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from parties import clock
from parties.errors import StoreAway

AWAY = (
    OperationalError,
    InterfaceError,
    psycopg2.OperationalError,
    psycopg2.InterfaceError,
    StoreAway,
    clock.ClockDiffers,
)
LOCK_NOT_AVAILABLE = "55P03"
RETRY_AFTER = 10  # seconds


def sentence(error: BaseException) -> str:
    """What is away, for whoever asked."""
    if isinstance(error, StoreAway):
        return _("The store of files does not answer. Try again in a moment.")
    if isinstance(error, clock.ClockDiffers):
        return _("The clock of this server is wrong, and nothing is shown or recorded until it is right.")
    if sqlstate(error) == LOCK_NOT_AVAILABLE:
        return _("Somebody else is writing to the same record just now. Try again in a moment.")
    return _("The database does not answer in time. Try again in a moment.")


def sqlstate(error: BaseException) -> str:
    """The database's own code of the error; empty where it said none."""
    return str(getattr(error.__cause__ or error, "pgcode", None) or "")
