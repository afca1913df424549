"""The ledger of an agreement, for its mediators."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from agreement.models import Agreement, ChainLink
from agreement.viewers import viewer_of
from obligations.api.base.access import MayRead
from obligations.api.base.problems import InvalidQuery
from obligations.api.base.views import Resource
from obligations.api.filters import LEDGER
from obligations.api.serializers.common import Code, Column, Row
from obligations.status.codes import not_there
from obligations.status.ledger import asked_of, entries, mediated
from parties.rights import Right, may

OBJECT = {"type": "object", "additionalProperties": {}}


@extend_schema_field(OBJECT)
class Facts(serializers.JSONField):
    """Names and values; which ones, follows from the command."""


class LedgerRow(Row):
    model = ChainLink
    position = serializers.IntegerField(min_value=1)
    at = serializers.DateTimeField(source="entry.at")
    actor = serializers.EmailField(
        source="entry.actor.email", allow_null=True, help_text="Null for the system."
    )
    on_behalf_of = Code("entry.on_behalf_of", allow_null=True, help_text="The party of a representative.")
    command = serializers.CharField(source="entry.command")
    subject = serializers.CharField(source="entry.subject")
    before = Facts(source="entry.before")
    after = Facts(source="entry.after")
    reason = serializers.CharField(source="entry.reason")
    request_id = serializers.CharField(source="entry.request_id")
    content = serializers.CharField(
        source="entry.content",
        help_text="All of it as canonical JSON (RFC 8785): the text that the hash is taken over.",
    )
    previous = Column()
    hash = Column()


class ReadsALedger(BasePermission):
    message = _("The ledger is for mediators. Your account has no such mandate.")

    def has_permission(self, request: Request, view: APIView) -> bool:
        return may(viewer_of(request), Right.READ_LEDGER)


class Ledger(Resource):
    """What was entered, in the order of the chain."""

    is_costly = True
    needs_account = True
    model = ChainLink
    serializer_class = LedgerRow
    filters = LEDGER
    order = ("position",)
    permission_classes = [MayRead, ReadsALedger]

    @cached_property
    def agreement(self) -> Agreement:
        """The agreement asked for, or the first. InvalidQuery for one that the viewer does not mediate."""
        code = self.request.query_params.get("agreement", "")
        found = {one.code: one for one in mediated(self.viewer)}
        if code and code not in found:
            raise InvalidQuery({"agreement": [not_there(code, list(found))]})
        return found[code] if code else next(iter(found.values()))

    def visible(self) -> QuerySet[Any]:
        asked = asked_of(self.request.query_params.dict(), self.agreement)
        if asked.problems:
            raise InvalidQuery({name: [said] for name, said in asked.problems.items()})
        return entries(self.agreement, asked)

    def agreements(self) -> Iterable[Agreement]:
        return [self.agreement]

    @extend_schema(operation_id="ledger_list")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """Oldest first. Each entry's hash is SHA-256 over that of the one before, its position and its content.

        For mediators of the agreement, and for nobody else.
        """
        return super().list(request, *args, **kwargs)
