"""How far somebody has read, as a text that tells nobody anything: encrypted, and another one each time.

It holds a place in the ledger of each agreement. A number in the open would tell how much was entered that the reader
may not see; and a text that stays the same as long as nothing is entered, that something was.
"""

import struct

from cryptography.fernet import InvalidToken

from parties.keys import cipher

# In the chain of an agreement, by its key: the position of an entry, and what was read of it. All of it: `WHOLE`.
Place = tuple[int, int]
Places = dict[int, Place]
WHOLE = 2**31 - 1
BEGINNING: Place = (0, WHOLE)
ONE = struct.Struct(">QQI")
USE = "cursor of changes"


class WrongCursor(ValueError):
    """A text that was not given out as a cursor, or not by this server."""


def sealed(places: Places) -> str:
    packed = b"".join(ONE.pack(chain, *place) for chain, place in sorted(places.items()))
    return cipher(USE).encrypt(packed).decode().rstrip("=")


def opened(cursor: str) -> Places:
    """Raises WrongCursor."""
    try:
        packed = cipher(USE).decrypt(cursor + "=" * (-len(cursor) % 4))
        return {chain: (position, index) for chain, position, index in ONE.iter_unpack(packed)}
    except (InvalidToken, struct.error, ValueError) as error:
        raise WrongCursor from error
