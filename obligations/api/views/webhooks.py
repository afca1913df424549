"""Webhooks of one's own account: made, changed and tried."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from agreement.models import Agreement
from agreement.viewers import viewer_of
from obligations.api.serializers.input import Body
from obligations.api.serializers.webhooks import (
    DeliveryRow,
    DeliveryRows,
    KindsBody,
    NewWebhookRow,
    WebhookBody,
    WebhookRow,
    WebhookRows,
)
from obligations.api.views.acts import refusals
from obligations.api.views.tokens import NOT_KEPT, OfOneAccount
from obligations.commands.webhooks import make_webhook, remove_webhook, send_test, set_kinds
from obligations.models import Webhook
from parties.access import Viewer

# Deliveries that are shown, of the newest.
SHOWN = 100


def taken(body: type[Body], request: Request) -> dict[str, Any]:
    given = body(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


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
        viewer, said = viewer_of(request), taken(WebhookBody, request)
        said["agreement"] = agreement_of(said["agreement"], viewer)
        with refusals():
            made = make_webhook(actor=viewer, now=timezone.now(), **said)
        return Response(NewWebhookRow(made).data, status=201, headers=NOT_KEPT)


def agreement_of(code: str, viewer: Viewer) -> Agreement:
    held = [grant.agreement_id for grant in viewer.grants]
    if found := Agreement.objects.filter(pk__in=held, code=code).first():
        return found
    raise ValidationError(
        {"agreement": [_("There is no agreement of this code in which you have a mandate.")]}
    )


class OfOneWebhook(OfOneAccount):
    def webhook(self, request: Request, key: str) -> dict[str, Any]:
        """The webhook, who acts and when: what a command takes."""
        viewer = viewer_of(request)
        rows = Webhook.objects.visible_to(viewer).select_related("agreement")
        found = None if "\x00" in key else rows.filter(key=key).first()
        if found is None:
            raise Http404
        return {"webhook": found, "actor": viewer, "now": timezone.now()}


class OneWebhook(OfOneWebhook):
    @extend_schema(
        operation_id="webhooks_partial_update",
        tags=["webhooks"],
        request=KindsBody,
        responses={200: WebhookRow},
    )
    def patch(self, request: Request, key: str) -> Response:
        """Change of which kinds of changes it is told from now on."""
        about = self.webhook(request, key)
        changed = set_kinds(**about, **taken(KindsBody, request))
        return Response(WebhookRow(changed).data)

    @extend_schema(operation_id="webhooks_destroy", tags=["webhooks"], request=None, responses={204: None})
    def delete(self, request: Request, key: str) -> Response:
        """Remove it, with all that waits to be sent."""
        remove_webhook(**self.webhook(request, key))
        return Response(status=204)


class WebhookDeliveries(OfOneWebhook):
    @extend_schema(operation_id="webhooks_deliveries_list", tags=["webhooks"], responses={200: DeliveryRows})
    def get(self, request: Request, key: str) -> Response:
        """The newest 100 messages to it, the newest first, with what was answered. They are kept for 90 days."""
        rows = self.webhook(request, key)["webhook"].deliveries.all()[:SHOWN]
        return Response(DeliveryRows({"results": rows}).data)


class WebhookTests(OfOneWebhook):
    @extend_schema(
        operation_id="webhooks_test_create", tags=["webhooks"], request=None, responses={202: DeliveryRow}
    )
    def post(self, request: Request, key: str) -> Response:
        """Have a message of the type `webhook.test` sent within a minute, once; `deliveries/` tells what came of it."""
        with refusals():
            made = send_test(**self.webhook(request, key))
        return Response(DeliveryRow(made).data, status=202)
