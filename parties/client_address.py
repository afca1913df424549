"""From which address a request comes: asked here alone, by whoever counts or logs by address."""

from ipaddress import AddressValueError, IPv6Network, ip_address
from typing import Any

from django.conf import settings
from django.http import HttpRequest

# A network of this size is one customer's; who has one has all its addresses.
NETWORK = 64
UNKNOWN = "0.0.0.0"


def client_address(request: HttpRequest | Any) -> str:
    """The address of the client; of IPv6, its /64 network, in the form of an address.

    Each proxy adds the address that it was asked from at the right of X-Forwarded-For. TRUSTED_PROXIES of them are
    believed, counted from the right; what stands left of that anybody could have written. With 0, or where the header
    has no address there, it is the address of the connection.
    """
    connected = parsed(request.META.get("REMOTE_ADDR", "")) or UNKNOWN
    trusted: int = settings.TRUSTED_PROXIES
    if trusted < 1:
        return connected
    passed_on = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if len(passed_on) < trusted:
        return connected
    return parsed(passed_on[-trusted]) or connected


def parsed(text: str) -> str:
    """An address in the form in which it is counted; empty for what is none. A port is left out."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except (AddressValueError, ValueError):
        return ""
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Network((int(address), NETWORK), strict=False).network_address)
