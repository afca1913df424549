"""Webhooks: programs are told of each change that their owners may see, after Standard Webhooks.

What is sent says that something changed and where to read it, as the stream does, and holds no text. Each webhook is
told in the order of the commits and at least once: what comes twice has one `webhook-id`.
"""

import http.client
import json
import logging
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Event, Timer
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from standardwebhooks import Webhook as Signing

from agreement.models import ChainHead
from agreement.viewers import viewer_for
from obligations.commands.messages import Place
from obligations.commands.webhooks import (
    TEST,
    move_on,
    next_for,
    note_arrived,
    note_failed,
    secrets_of,
    targets,
)
from obligations.delivery.cursor import BEGINNING, WHOLE, Places, sealed
from obligations.delivery.stream import change_at, read
from obligations.models import Delivery, Webhook
from parties.access import Viewer
from parties.languages import told_to

# Seconds: to connect, and then for all of the exchange.
LIMIT = 10
MOST_READ = 64 * 1024
# Changes that are read at once, and deliveries that may wait for one webhook: the rest stays in the ledger until then.
BATCH, MOST_WAITING = 1_000, 10_000
PATIENCE = timedelta(seconds=45)
logger = logging.getLogger(__name__)


def gather(now: datetime) -> None:
    """Make deliveries of all that was committed since the last time. Safe at any time, side by side."""
    for chain, head in ChainHead.objects.values_list("chain", "position"):
        behind = Webhook.objects.filter(agreement=chain, position__lt=head, off_at=None)
        for pk in behind.values_list("pk", flat=True):
            gather_for(pk, (head, WHOLE), now)


@transaction.atomic
def gather_for(pk: int, head: Place, now: datetime) -> None:
    rows = Webhook.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk)
    own = rows.select_related("user", "agreement").first()
    if own is None:
        return
    viewer, place = viewer_for(own.user), (own.position, own.part)
    if viewer.lacks_second_factor:
        return  # and is told of all of it once there is one
    if viewer.grant(own.agreement_id) is None:
        return move_on(own, [], head, now)
    room = MOST_WAITING - own.deliveries.waiting().count()
    while room > 0:
        places = {own.agreement_id: place}
        found = read(viewer, now, places, agreements=[own.agreement], kinds=own.kinds, limit=BATCH)
        place, room = found.places.get(own.agreement_id, place), room - len(found.changes)
        move_on(own, found.changes, place, now)
        if not found.more:
            break


def deliver(clock: Callable[[], datetime]) -> None:
    """Send what is to leave by now, of each webhook one in turn, as long as there is time."""
    began = clock()
    # What fails takes long: it comes last.
    order = (F("failing_since").asc(nulls_first=True), "pk")
    left = list(Webhook.objects.order_by(*order).values_list("pk", flat=True))
    while left:
        for pk in list(left):
            if clock() - began > PATIENCE:
                return
            if not send_next(pk, clock()):
                left.remove(pk)


@transaction.atomic
def send_next(pk: int, now: datetime) -> bool:
    """Whether there was one to send, which arrived or is told no more. One transaction each."""
    webhook = Webhook.objects.select_related("user", "agreement").filter(pk=pk).first()
    delivery = next_for(webhook, now) if webhook is not None else None
    if webhook is None or delivery is None:
        return False
    viewer = viewer_for(webhook.user)
    if viewer.lacks_second_factor:
        return False
    said = body(webhook, delivery, viewer, now)
    if said is None:
        delivery.delete()  # its owner may not know of it any more
        return True
    code, failed = None, ""
    try:
        code = post(webhook.url, said, signed(webhook, delivery, said, now))
    except (OSError, http.client.HTTPException, ValueError) as error:
        # What it answered may stand in it, whatever that is.
        failed = "".join(one if one.isprintable() else "?" for one in f"{type(error).__name__}: {error}")
    if code is not None and 200 <= code < 300:
        note_arrived(delivery, code, now)
        return True
    logger.warning("Webhook %s did not take %s: %s", webhook.key, delivery.change, code or failed)
    if note_failed(delivery, code, failed, now):
        tell_owner(webhook)
    return False


def body(webhook: Webhook, delivery: Delivery, viewer: Viewer, now: datetime) -> str | None:
    """What is sent, of what the owner may see now; None where that is nothing."""
    if viewer.grant(webhook.agreement_id) is None:
        return None
    named = {"id": str(delivery.change), "agreement": webhook.agreement.code}
    if delivery.kind == TEST or delivery.position is None or delivery.part is None:
        return json.dumps({"type": TEST, "timestamp": delivery.made_at.isoformat(), "data": named})
    place = (delivery.position, delivery.part)
    change = change_at(webhook.agreement_id, place, delivery.kind, viewer, now)
    if change is None:
        return None
    root = settings.SITE_ADDRESS.rstrip("/")
    data = named | {
        "key": change.key,
        "obligation": change.obligation,
        "commitment": change.commitment,
        "url": root + change.page,
        "api_url": root + change.api,
        "cursor": sealed({change.chain: place}),
    }
    return json.dumps({"type": change.kind, "timestamp": change.recorded_at.isoformat(), "data": data})


def signed(webhook: Webhook, delivery: Delivery, said: str, now: datetime) -> dict[str, str]:
    """The headers, with a signature by each secret that is good."""
    at, name = now.astimezone(UTC), str(delivery.change)
    signatures = [Signing(secret).sign(name, at, said) for secret in secrets_of(webhook, now)]
    return {
        "Content-Type": "application/json",
        "User-Agent": "normalization-tracker",
        "webhook-id": name,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def post(url: str, said: str, headers: dict[str, str]) -> int:
    """The code of the answer; no redirect is followed. Raises OSError, HTTPException and ValueError."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port)
    # It connects to an address that was checked, and looks none up itself.
    connection.sock = connected(url)
    late = Event()
    ending = Timer(LIMIT, end, [connection.sock, late])
    ending.daemon = True
    ending.start()
    try:
        if parts.scheme == "https":
            connection.sock.do_handshake()
        where = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", where, said.encode(), {"Host": parts.netloc, **headers})
        answer = connection.getresponse()
        read_out(answer)
        if late.is_set():  # what came by then looks whole to the library
            raise TimeoutError
        return answer.status
    finally:
        ending.cancel()
        connection.close()


def read_out(answer: http.client.HTTPResponse) -> None:
    """Its body, as far as MOST_READ: in parts, since at once the library takes as much as the receiver says."""
    left = MOST_READ
    while left > 0 and (part := answer.read1(left)):
        left -= len(part)
    if left > 0 and answer.length:
        raise http.client.IncompleteRead(b"", answer.length)


def connected(url: str) -> Any:
    """A socket to the first of the target's addresses that takes one."""
    parts, problem = urlsplit(url), OSError(_("The name is not found."))
    found = targets(url)[:2]
    for family, address in found:
        made = socket.socket(family, socket.SOCK_STREAM)
        made.settimeout(LIMIT / len(found))
        try:
            made.connect(address)
        except OSError as error:
            made.close()
            problem = error
            continue
        made.settimeout(LIMIT)
        if parts.scheme != "https":
            return made
        tls = ssl.create_default_context()
        return tls.wrap_socket(made, server_hostname=parts.hostname, do_handshake_on_connect=False)
    raise problem


def end(connection: socket.socket, late: Event) -> None:
    """Of who answers too slowly, however many bytes come meanwhile."""
    late.set()
    with suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_RDWR)


def log(webhook: Webhook, after: Places, most: int) -> tuple[list[Delivery], str]:
    """What was sent or is to be, the newest first, after a place where there is one; and the cursor to go on from,
    empty where nothing follows. Numbers in the open would tell of others' webhooks.
    """
    rows = webhook.deliveries.all()
    if after:
        rows = rows.filter(pk__lt=after.get(webhook.pk, BEGINNING)[0])
    found = list(rows[: most + 1])
    return found[:most], sealed({webhook.pk: (found[most - 1].pk, 0)}) if len(found) > most else ""


def tell_owner(webhook: Webhook) -> None:
    with told_to(webhook.user):
        subject, text = switched_off(webhook)
    try:
        send_mail(subject, text, None, [webhook.user.email])
    except Exception:  # providers have errors of their own, and it is switched off all the same
        logger.warning("The owner of webhook %s could not be told", webhook.key)


def switched_off(webhook: Webhook) -> tuple[str, str]:
    """The subject and the text of the mail that says so."""
    root = settings.SITE_ADDRESS.rstrip("/")
    text = _(
        "Nothing has arrived at %(url)s for three days, or its server said that it wants nothing any more. Nothing is"
        " sent there until you switch it on again; then all that has changed meanwhile is: %(page)s"
    ) % {"url": webhook.url, "page": root + reverse("own-webhook", args=[webhook.key])}
    return _("A webhook is switched off"), text
