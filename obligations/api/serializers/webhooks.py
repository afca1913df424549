"""Webhooks, and what was sent to them."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from obligations.api.serializers.common import Code, Column, Row, Shape
from obligations.api.serializers.input import Body
from obligations.commands.webhooks import TEST, secrets_of
from obligations.delivery.kinds import Kind
from obligations.models import Delivery, Webhook


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
