"""Webhooks of one's own account: made, changed and tried."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from agreement.models import Agreement
from agreement.viewers import viewer_of
from obligations.api.base.paging import CURSOR, DEFAULT, MOST, number, places_after
from obligations.api.serializers.common import Code, Column, Row, Shape
from obligations.api.serializers.input import Body, NoBody
from obligations.api.views.acts import Act, Answered, Writing, only_if_as_read, refusals, tagged, validated
from obligations.api.views.tokens import NOT_KEPT, OfOneAccount
from obligations.commands.webhooks import (
    TEST,
    make_webhook,
    remove_webhook,
    replay,
    rotate_secret,
    secrets_of,
    send_test,
    set_kinds,
    switch_on,
)
from obligations.delivery.kinds import Kind
from obligations.delivery.webhooks import log
from obligations.models import Delivery, Webhook
from parties.access import Viewer, agreements_of


def kinds(**options: Any) -> serializers.ListField:
    said = "Kinds of changes that it is told of, as in `/changes/`; empty: all."
    choice = serializers.ChoiceField(choices=Kind.choices)
    return serializers.ListField(child=choice, max_length=len(Kind), help_text=said, **options)


class KindsBody(Body):
    kinds = kinds()


class SinceBody(Body):
    since = serializers.DateTimeField(help_text="What was recorded then or later.")


class WebhookBody(Body):
    agreement = serializers.CharField(help_text="The code of one in which you have a mandate.")
    url = serializers.URLField(help_text="Begins with https:// and leads to the open internet.")
    kinds = kinds(required=False, default=list)


class WebhookRow(Row):
    """A webhook of yours, without its secret."""

    model = Webhook
    key = Column()
    agreement = Code("agreement")
    url = Column()
    kinds = kinds()
    made_at = Column()
    failing_since = Column(help_text="Since when nothing arrived; null: the last delivery did.")
    off_at = Column(
        help_text="Since when nothing is sent any more, after three days in which nothing arrived."
    )


class NewWebhookRow(WebhookRow):
    """A webhook that was made just now."""

    secret = serializers.SerializerMethodField(help_text="What signs each delivery. It is shown this once.")

    def get_secret(self, webhook: Webhook) -> str:
        return secrets_of(webhook, timezone.now())[0]


class WebhookRows(Shape):
    results = WebhookRow(many=True)


class DeliveryRow(Row):
    """A message to a webhook. That `sent_at` and `given_up_at` are null: it waits until `next_at`."""

    model = Delivery
    id = serializers.UUIDField(source="change", help_text="That of the change, sent as `webhook-id`.")
    type = serializers.ChoiceField(source="kind", choices=[*Kind.choices, (TEST, "a test")])
    attempts = Column()
    next_at = Column()
    code = Column(help_text="The status of the last answer; null where none came.")
    failed = Column(help_text="Why none came.")
    sent_at = Column()
    given_up_at = Column()


class DeliveryRows(Shape):
    next = serializers.URLField(allow_null=True, help_text="The next page; null on the last.")
    results = DeliveryRow(many=True)


class Webhooks(OfOneAccount):
    @extend_schema(operation_id="webhooks_list", tags=["webhooks"], responses={200: WebhookRows})
    def get(self, request: Request) -> Response:
        """Your webhooks, without their secrets."""
        rows = Webhook.objects.visible_to(viewer_of(request)).select_related("agreement")
        return Response(WebhookRows({"results": rows}).data)

    @extend_schema(
        operation_id="webhooks_create",
        tags=["webhooks"],
        request=WebhookBody,
        responses={201: NewWebhookRow},
    )
    def post(self, request: Request) -> Response:
        """Have an address told of what is committed in an agreement from now on, as far as you may see it then.

        It is sent a POST for each change, in the order of the commits, signed after Standard Webhooks
        (standardwebhooks.com): `type` is the kind, `data` names what changed and where to read it. `data.cursor` is a
        cursor of `/changes/?agreement=...`. What is not answered with 2xx within 10 seconds is sent again for three
        days, each time later and with the same `webhook-id`; no redirect is followed.
        """
        viewer, said = viewer_of(request), validated(WebhookBody, request)
        said["agreement"] = agreement_of(said["agreement"], viewer)
        with refusals():
            made = make_webhook(actor=viewer, now=timezone.now(), **said)
        return Response(NewWebhookRow(made).data, status=201, headers=NOT_KEPT)


def agreement_of(code: str, viewer: Viewer) -> Agreement:
    if found := Agreement.objects.filter(pk__in=agreements_of(viewer.grants), code=code).first():
        return found
    raise ValidationError(
        {"agreement": [_("There is no agreement of this code in which you have a mandate.")]}
    )


class OfWebhook(Writing):
    """On one of one's own: others' are found by nobody."""

    tag = "webhooks"

    def rows(self) -> QuerySet[Any]:
        return Webhook.objects.visible_to(self.viewer).select_related("agreement")

    def given(self, key: str) -> dict[str, Any]:
        """The webhook, who acts and when: what a command takes."""
        return {"webhook": self.find(self.rows(), key=key), "actor": self.viewer, "now": self.now}


class OneWebhook(OfWebhook):
    @extend_schema(operation_id="webhooks_retrieve", tags=["webhooks"], responses={200: WebhookRow})
    def get(self, request: Request, key: str) -> Response:
        """A webhook of yours, without its secret."""
        return tagged(said_of(self.given(key)["webhook"]))

    @extend_schema(
        operation_id="webhooks_partial_update",
        tags=["webhooks"],
        request=KindsBody,
        responses={200: WebhookRow},
    )
    def patch(self, request: Request, key: str) -> Response:
        """Change of which kinds of changes it is told from now on."""
        check = only_if_as_read(request, said_of)
        changed = set_kinds(**self.given(key), **validated(KindsBody, request), check=check)
        return tagged(said_of(changed))

    @extend_schema(operation_id="webhooks_destroy", tags=["webhooks"], request=None, responses={204: None})
    def delete(self, request: Request, key: str) -> Response:
        """Remove it, with all that waits to be sent."""
        remove_webhook(**self.given(key))
        return Response(status=204)


def said_of(webhook: Webhook) -> Any:
    return WebhookRow(webhook).data


class WebhookDeliveries(OfWebhook):
    understood = frozenset(("limit", "after"))

    @extend_schema(
        operation_id="webhooks_deliveries_list",
        tags=["webhooks"],
        parameters=[
            OpenApiParameter(
                "limit",
                {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT},
                description="Messages on a page.",
            ),
            OpenApiParameter(
                "after",
                {"type": "string", "pattern": f"^{CURSOR}$"},
                description="The place that `next` has.",
            ),
        ],
        responses={200: DeliveryRows},
    )
    def get(self, request: Request, key: str) -> Response:
        """The messages to it, the newest first, with what was answered. They are kept for 90 days."""
        limit, places = number(request, "limit", DEFAULT, least=1, most=MOST), places_after(request)
        rows, following = log(self.given(key)["webhook"], places, limit)
        address = request.build_absolute_uri()
        there = replace_query_param(address, "after", following) if following else None
        return Response(DeliveryRows({"next": there, "results": rows}).data)


class WebhookAct(OfWebhook, Act):
    """What is done with one's own, and is answered with how it stands then."""

    about = "webhook"
    takes: ClassVar[type[Body]] = NoBody
    shows: ClassVar[Answered] = WebhookRow
    status = 200

    def require(self, row: Any) -> None:
        """Its owner may, and nobody else finds it."""


class WebhookTests(WebhookAct):
    """Have a message of the type `webhook.test` sent within a minute, once; `deliveries/` tells what came of it."""

    operation = "webhooks_test_create"
    shows = DeliveryRow
    status = 202
    command = staticmethod(send_test)


class WebhookSecrets(WebhookAct):
    """Give it a new secret, which the answer shows; for a day, messages are signed with both."""

    operation = "webhooks_secret_create"
    shows = NewWebhookRow
    status = 201
    command = staticmethod(rotate_secret)

    def answer(self, shows: Answered, done: Any, status: int) -> Response:
        answer = super().answer(shows, done, status)
        for name, value in NOT_KEPT.items():
            answer[name] = value
        return answer


class WebhookReplays(WebhookAct):
    """Have all sent anew that was recorded since an instant, as far as you may see it now: in its order, and each with
    the id that it had. It is switched on by that.
    """

    operation = "webhooks_replay_create"
    counts_as = "replay"
    takes = SinceBody
    status = 202
    command = staticmethod(replay)


class WebhookSwitches(WebhookAct):
    """Switch it on again, after three days in which nothing arrived; what was given up is sent first of all."""

    operation = "webhooks_on_create"
    command = staticmethod(switch_on)
