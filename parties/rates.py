"""How often somebody may ask: counted for all processes together, and told in the answer.

A policy allows `quota` requests in each `window` of so many seconds, to each token, else account, else address. Answers
bear `RateLimit-Policy` and `RateLimit` as in the IETF's draft-ietf-httpapi-ratelimit-headers-10, and a refusal
`Retry-After`.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from ipaddress import AddressValueError, IPv6Network, ip_address
from math import ceil
from typing import Any, TypeVar, cast

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from parties.errors import RETRY_AFTER
from parties.models import ApiToken

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


SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


@dataclass(frozen=True, slots=True)
class Policy:
    name: str
    quota: int
    window: int


@dataclass(frozen=True, slots=True)
class Usage:
    """What is left of a policy for one who asks: `remaining` requests, for `reset` more seconds."""

    policy: Policy
    remaining: int
    reset: int
    is_over: bool


def policy_of(name: str) -> Policy | None:
    """The policy of the settings with that name; None where it is switched off."""
    rate: str = settings.RATES[name]
    if not rate:
        return None
    quota, _slash, per = rate.partition("/")
    return Policy(name, int(quota), SECONDS[per])


def who(request: Any) -> str:
    """Whose requests are counted together."""
    token = getattr(request, "auth", None)
    if isinstance(token, ApiToken):
        return f"token:{token.key}"
    if request.user.is_authenticated:
        return f"account:{request.user.pk}"
    return address(request)


def address(request: Any) -> str:
    return f"address:{client_address(request)}"


def count(policy: Policy, whose: str) -> Usage:
    """Count one request."""
    now = time.time()
    window = int(now // policy.window)
    key = f"rate:{policy.name}:{whose}:{window}"
    asked = 1 if cache.add(key, 1, timeout=policy.window + 1) else counted_again(key)
    reset = max(1, ceil((window + 1) * policy.window - now))
    return Usage(policy, max(0, policy.quota - asked), reset, asked > policy.quota)


def counted_again(key: str) -> int:
    try:
        return int(cache.incr(key))
    except ValueError:  # it ended, or the cache went away, between the two questions
        return 1


def use(request: Any, name: str, whose: str) -> Usage | None:
    """Count a request against a policy, once, and remember for its answer. `request` may be Django's or the API's."""
    policy, plain = policy_of(name), getattr(request, "_request", request)
    if policy is None or getattr(plain, "in_background", False):  # counted when it was asked for
        return None
    rates: list[Usage] = getattr(plain, "rates", [])
    if known := next((usage for usage in rates if usage.policy.name == name), None):
        return known
    usage = count(policy, whose)
    plain.rates = [*rates, usage]
    return usage


class RateHeaders:
    """Middleware. An answer whose request was counted says what is left; a refusal for now, when to ask again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        rates: list[Usage] = getattr(request, "rates", [])
        if rates:
            policies = (
                f'"{usage.policy.name}";q={usage.policy.quota};w={usage.policy.window}' for usage in rates
            )
            response["RateLimit-Policy"] = ", ".join(policies)
            response["RateLimit"] = ", ".join(
                f'"{usage.policy.name}";r={usage.remaining};t={usage.reset}' for usage in rates
            )
            if any(usage.is_over for usage in rates):
                response["Retry-After"] = str(max(usage.reset for usage in rates if usage.is_over))
        if response.status_code == 503:
            response.headers.setdefault("Retry-After", str(RETRY_AFTER))
        return response


def limited(name: str, *methods: str) -> Callable[[View], View]:
    """A page that is counted by a policy, with what the API counts by it: of `methods` alone, where some are named."""

    def limit(view: View) -> View:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            is_counted = not methods or request.method in methods
            usage = use(request, name, who(request)) if is_counted else None
            if usage is not None and usage.is_over:
                return render(request, "429.html", {"seconds": usage.reset}, status=429)
            return view(request, *args, **kwargs)

        return cast(View, counted)

    return limit


# A page that asks much of the server.
costly = limited("costly")
