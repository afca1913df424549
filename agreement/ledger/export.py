"""A chain as lines of JSON, for who wants to verify it without this software; `offline.py` says what they hold."""

import json
from collections.abc import Iterator

from agreement.models import Agreement, ChainHead, ChainLink
from agreement.models.ledger import BEGINNING

FORMAT = 1
CHUNK = 500


def exported(agreement: Agreement) -> Iterator[str]:
    """The lines of an agreement's chain, each with its end, many in a part; whole up to the head as it is at first.

    Read in parts and without a transaction: what stands in a chain stays, so that slow readers hold nothing.
    """
    head = ChainHead.objects.filter(chain=agreement.pk).first()
    last, last_hash = (head.position, head.hash) if head else (0, BEGINNING)
    yield line(
        {
            "ledger": FORMAT,
            "agreement": {"code": agreement.code, "title": agreement.title},
            "chain": agreement.pk,
            "head": {"position": last, "hash": last_hash},
        }
    )
    at = 0
    while at < last:
        rows = ChainLink.objects.filter(chain=agreement.pk, position__gt=at, position__lte=last)
        links = list(
            rows.order_by("position").values_list("position", "previous", "hash", "entry__content")[:CHUNK]
        )
        if not links:
            return  # whoever verifies the file will miss them
        at = links[-1][0] or last
        # Together: each part that is sent takes a web server as long, however large it is.
        yield "".join(
            line({"position": position, "previous": previous, "hash": made, "content": content})
            for position, previous, made, content in links
        )


def line(value: dict[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
