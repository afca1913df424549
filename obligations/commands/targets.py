"""Where a webhook may lead: to the open internet, and never into a network of the server's own."""

import socket
import threading
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

# Networks that lead into others (NAT64, 6to4 and its relays, sites), and a server of metadata that looks public.
INTO_OTHERS = ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "192.88.99.0/24", "fec0::/10")
NEVER = [ip_network(one) for one in (*INTO_OTHERS, "168.63.129.16/32")]
# Seconds for a name.
LOOK_UP = 3.0
# An address as sockets take it, with its family.
Target = tuple[int, Any]


class Unsafe(OSError):
    """The target is an address inside of a network."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet."""
    ip = ip_address(address.partition("%")[0])
    if not isinstance(ip, IPv4Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    inside = ip.is_multicast or ip.is_reserved or ip.is_link_local or ip.is_loopback or ip.is_unspecified
    return ip.is_global and not inside and not any(ip in one for one in NEVER)


def looked_up(name: str, port: int) -> list[Any]:
    """As the system's resolver says, which takes as long as it likes: it is given up after LOOK_UP. Raises OSError."""
    said: list[Any] = []

    def ask() -> None:
        try:
            said.append(socket.getaddrinfo(name, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            said.append(error)

    asking = threading.Thread(target=ask, name="look-up", daemon=True)
    asking.start()
    asking.join(LOOK_UP)
    if not said:
        raise TimeoutError(_("The name in this address was not found in time: try again later."))
    if isinstance(said[0], Exception):
        raise OSError(str(said[0])) from said[0]
    return list(said[0])


def targets(url: str) -> list[Target]:
    """What the name in an address stands for, each of it checked: whoever connects does so to these, and looks up no
    second time. Raises OSError, of which `Unsafe`.
    """
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = looked_up(str(parts.hostname), port)
    if not settings.WEBHOOKS_INSIDE and not all(is_public(str(one[4][0])) for one in found):
        raise Unsafe(_("The address leads into a network that is not public."))
    return [(one[0], one[4]) for one in found]


def url_error(url: str) -> str:
    """Why nothing can be sent there; empty where it can be tried."""
    schemes = ("https", "http") if settings.WEBHOOKS_INSIDE else ("https",)
    try:
        parts = urlsplit(url)
        fits = parts.scheme in schemes and parts.hostname and "@" not in parts.netloc and not parts.fragment
        if not fits or not url.isascii() or not url.isprintable() or " " in url or parts.port == 0:
            raise ValueError
    except ValueError:
        return _("Give a whole address that begins with https://, without a name and password in it.")
    try:
        targets(url)
    except (Unsafe, TimeoutError) as said:
        return str(said)
    except OSError:
        return _("The name in this address is not found: look whether it is written right.")
    return ""
