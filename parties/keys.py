"""Keys that tell nothing: neither how many rows there are, nor which came first."""

import secrets

# Lower case, without the characters that are read for one another.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
LENGTH = 12


def random_key() -> str:
    """Twelve characters, some 59 bits: no two among a hundred million rows are likely to share one."""
    return "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))
