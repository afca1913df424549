"""Keys that tell nothing, and what this server alone can read again."""

import base64
import hashlib
import secrets
from functools import cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings

# Lower case, without the characters that are read for one another.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
LENGTH = 12


def random_key() -> str:
    """Twelve characters, some 59 bits: no two among a hundred million rows are likely to share one."""
    return "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))


# What this server alone can read again is encrypted with a key that is made of SECRET_KEY, another one for each use.
# What was encrypted under a former SECRET_KEY is read while that is in SECRET_KEY_FALLBACKS.
def cipher(use: str) -> MultiFernet:
    return _made_of((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS), use)


@cache
def _made_of(secrets: tuple[str, ...], use: str) -> MultiFernet:
    keys = [hashlib.sha256(f"{use}\0{secret}".encode()).digest() for secret in secrets]
    return MultiFernet(Fernet(base64.urlsafe_b64encode(key)) for key in keys)
