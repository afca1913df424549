"""A webhook of an account, what its program is told, and the work of a worker."""

import json
from datetime import datetime
from typing import Any

from agreement.viewers import viewer_for
from obligations.commands.webhooks import make_webhook
from obligations.delivery.webhooks import gather, send_next
from obligations.models import Webhook
from parties.models import User
from tests import make
from tests.delivery.receiver import Receiver
from tests.make import NOW


def hook(owner: User, url: str, kinds: tuple[str, ...] = ()) -> Webhook:
    return make_webhook(agreement=make.agreement(), url=url, kinds=kinds, actor=viewer_for(owner), now=NOW)


def work(now: datetime = NOW) -> None:
    gather(now)
    for pk in Webhook.objects.values_list("pk", flat=True):
        while send_next(pk, now):
            pass


def told(receiver: type[Receiver]) -> list[dict[str, Any]]:
    return [json.loads(said) for _path, _headers, said in receiver.came]


def ids(receiver: type[Receiver]) -> list[str]:
    return [one["data"]["id"] for one in told(receiver)]
