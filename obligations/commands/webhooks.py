"""Webhooks: made, changed and removed by their owners, and what becomes of what is to leave.

Private as saved views are, and so in no ledger.
"""

import base64
import socket
import threading
import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Any, NoReturn
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreement.models import Agreement, ChainHead, ChainLink
from obligations.commands.errors import KeyTaken, Refused
from obligations.commands.messages import FIRST_PAUSE, LONGEST_PAUSE, WHOLE, Place
from obligations.models import Delivery, Webhook
from parties.access import Viewer
from parties.keys import random_key
from parties.models import User
from parties.once import FIELD, once
from parties.texts import text_errors

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


# Of one account.
MOST = 20
# One that nothing reached for so long is switched off.
GIVEN_UP_AFTER = timedelta(days=3)
OVERLAP = timedelta(hours=24)
TEST = "webhook.test"
# The answer with which a receiver says that it wants nothing any more.
GONE = 410


def secrets_of(webhook: Webhook, now: datetime) -> list[str]:
    """The secrets that sign what is sent, the newest first; no database holds them."""
    salts = [webhook.salt]
    if webhook.former_until is not None and now < webhook.former_until:
        salts.append(webhook.former_salt)
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [secret(webhook.key + salt, str(key)) for salt in salts for key in keys]


def secret(salt: str, key: str) -> str:
    made = salted_hmac("webhook", salt, secret=key, algorithm="sha256").digest()
    return f"whsec_{base64.b64encode(made).decode()}"


def made_before(_stored: object, _arguments: dict[str, Any]) -> NoReturn:
    text = _(
        "This was sent before: the webhook was made, and its secret is shown no second time. "
        "Open it, and make a new secret."
    )
    raise KeyTaken({FIELD: text})


@once(by_key_alone=True, to_json=lambda made: made.pk, from_json=made_before)
def make_webhook(
    *, agreement: Agreement, url: str, kinds: Sequence[str], actor: Viewer, now: datetime
) -> Webhook:
    """Tell an address of all that is committed from now on. Raises PermissionDenied and Refused."""
    if actor.user_id is None or actor.grant(agreement.pk) is None:
        raise PermissionDenied(_("This needs a mandate in the agreement."))
    url = url.strip()
    errors = text_errors((), url=url)
    if not errors and (error := url_error(url)):
        errors["url"] = error
    # Who makes several at a time makes them one after the other.
    User.objects.select_for_update(no_key=True).get(pk=actor.user_id)
    if Webhook.objects.filter(user=actor.user_id).count() >= MOST:
        errors["url"] = ngettext(
            "An account has at most %(n)s webhook: remove one first.",
            "An account has at most %(n)s webhooks: remove one first.",
            MOST,
        ) % {"n": MOST}
    if errors:
        raise Refused(errors)
    head = ChainHead.objects.filter(chain=agreement.pk).values_list("position", flat=True).first()
    return Webhook.objects.create(
        user_id=actor.user_id,
        agreement=agreement,
        url=url,
        kinds=sorted(set(kinds)),
        position=head or 0,
        part=WHOLE,
        made_at=now,
    )


def own(webhook: Webhook, actor: Viewer) -> Webhook:
    """The row, locked. PermissionDenied where it is not the actor's, or gone."""
    found = Webhook.objects.visible_to(actor).filter(pk=webhook.pk).select_for_update(of=("self",)).first()
    if found is None:
        raise PermissionDenied(_("Webhooks are their owner's alone."))
    return found


@transaction.atomic
def set_kinds(
    *,
    webhook: Webhook,
    kinds: Sequence[str],
    actor: Viewer,
    now: datetime,
    check: Callable[[Webhook], None] | None = None,
) -> Webhook:
    """Of which kinds of changes it is told from now on; none: of all. `check` raises where it is not as was read."""
    found = own(webhook, actor)
    if check is not None:
        check(found)
    found.kinds = sorted(set(kinds))
    found.save(update_fields=["kinds"])
    return found


@once(by_key_alone=True)
def rotate_secret(*, webhook: Webhook, actor: Viewer, now: datetime) -> Webhook:
    """Give it a new secret; for a day, both sign."""
    found = own(webhook, actor)
    found.former_salt, found.former_until, found.salt = found.salt, now + OVERLAP, random_key()
    found.save(update_fields=["salt", "former_salt", "former_until"])
    return found


@once(by_key_alone=True)
def send_test(*, webhook: Webhook, actor: Viewer, now: datetime) -> Delivery:
    """Have something sent that tells of no change: within a minute, once, also where it is switched off."""
    found = own(webhook, actor)
    found.deliveries.waiting().filter(kind=TEST).delete()
    return found.deliveries.create(change=uuid.uuid4(), kind=TEST, made_at=now, next_at=now)


@once(by_key_alone=True)
def switch_on(*, webhook: Webhook, actor: Viewer, now: datetime) -> Webhook:
    """Send again, first of all what was given up."""
    found = own(webhook, actor)
    found.off_at = found.failing_since = None
    found.save(update_fields=["off_at", "failing_since"])
    unsent = found.deliveries.filter(sent_at=None).exclude(kind=TEST)
    unsent.update(given_up_at=None, next_at=now, attempts=0)
    return found


@once(by_key_alone=True)
def replay(*, webhook: Webhook, since: datetime, actor: Viewer, now: datetime) -> Webhook:
    """Send all anew whose recording began then or later, and what was committed after the first of it.

    Each with the id that it had.
    """
    found = switch_on(webhook=webhook, actor=actor, now=now)
    later = ChainLink.objects.filter(chain=found.agreement_id, entry__at__gte=since, position__isnull=False)
    first = later.order_by("position").values_list("position", flat=True).first()
    if first is not None and first <= found.position:
        found.deliveries.waiting().filter(position__gte=first).delete()
        found.position, found.part = first - 1, WHOLE
        found.save(update_fields=["position", "part"])
    return found


@transaction.atomic
def remove_webhook(*, webhook: Webhook, actor: Viewer, now: datetime) -> None:
    """With all that waits to be sent, and its log."""
    own(webhook, actor).delete()


def move_on(webhook: Webhook, changes: Iterable[Any], until: Place, now: datetime) -> None:
    """Make deliveries of changes (`delivery.stream.Change`), up to a place. In the transaction that locked it."""
    Delivery.objects.bulk_create(
        Delivery(
            webhook=webhook,
            change=one.id,
            kind=one.kind,
            position=one.place[0],
            part=one.place[1],
            made_at=now,
            next_at=now,
        )
        for one in changes
    )
    webhook.position, webhook.part = until
    webhook.save(update_fields=["position", "part"])


def next_for(webhook: Webhook, now: datetime) -> Delivery | None:
    """What is to leave for it by now, locked. A test, else the oldest, so that all arrives in its order: what comes
    later waits until that has arrived. In a transaction.
    """
    waiting = webhook.deliveries.waiting()
    if webhook.off_at is not None:
        waiting = waiting.filter(kind=TEST)
    head = waiting.first()
    if head is None or head.next_at > now:
        return None
    return waiting.filter(pk=head.pk).select_for_update(skip_locked=True, of=("self",)).first()


def note_arrived(delivery: Delivery, code: int, now: datetime) -> None:
    delivery.attempts += 1
    delivery.code, delivery.failed, delivery.sent_at = code, "", now
    delivery.save(update_fields=["attempts", "code", "failed", "sent_at"])
    if delivery.kind != TEST:
        Webhook.objects.filter(pk=delivery.webhook_id, off_at=None).update(failing_since=None)


def note_failed(delivery: Delivery, code: int | None, why: str, now: datetime) -> bool:
    """It is tried again, each time later. Whether the webhook is switched off for that: after three days in which
    nothing arrived, or at once where its receiver wants nothing any more. A test is not tried again.
    """
    webhook = Webhook.objects.select_for_update().get(pk=delivery.webhook_id)
    pause = min(FIRST_PAUSE * 2 ** min(delivery.attempts, 20), LONGEST_PAUSE)
    delivery.attempts += 1
    delivery.code, delivery.failed, delivery.next_at = code, why[:200], now + pause
    off = False
    if delivery.kind != TEST:
        webhook.failing_since = webhook.failing_since or now
        off = code == GONE or now - webhook.failing_since > GIVEN_UP_AFTER
        webhook.off_at = now if off else None
        webhook.save(update_fields=["failing_since", "off_at"])
    delivery.given_up_at = now if off or delivery.kind == TEST else None
    delivery.save(update_fields=["attempts", "code", "failed", "next_at", "given_up_at"])
    return off
