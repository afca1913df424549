"""What one's own account follows: listed, begun and ended."""

import uuid
from collections.abc import Iterator
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from agreement.models import Agreement
from agreement.viewers import viewer_of
from obligations.api.serializers.common import Shape
from obligations.api.serializers.input import Body
from obligations.api.views.acts import refusals, validated
from obligations.api.views.tokens import OfOneAccount
from obligations.commands.care import follow
from obligations.commands.desk import follow_view
from obligations.models import Following, SavedView
from obligations.status.care import FollowedKind, followings, key_of, subject_named, views_followed
from parties.access import Viewer
from parties.rights import Right, require

NAMESPACE = uuid.UUID("0d2f8c3e-2b0c-4a43-8d3c-5c1a0a4f0f27")


KEY = (
    "The code of the obligation or the party, the instrument and anchor of the provision with a slash between them, "
    "the key of the view; empty for an agreement."
)


class FollowedBody(Body):
    of = serializers.ChoiceField(choices=FollowedKind.choices)
    agreement = serializers.CharField(required=False, help_text="Its code; left out of a view.")
    key = serializers.CharField(required=False, allow_blank=True, default="", max_length=200, help_text=KEY)


class FollowedRow(Shape):
    """Something that you follow: of what changes on it you are told by mail."""

    id = serializers.UUIDField(help_text="The same each time that you follow it.")
    of = serializers.ChoiceField(choices=FollowedKind.choices)
    agreement = serializers.CharField(allow_null=True, help_text="Its code; null of a view.")
    key = serializers.CharField(help_text=KEY)
    name = serializers.CharField()


class FollowedRows(Shape):
    results = FollowedRow(many=True)


def row_of(
    of: FollowedKind, agreement: str | None, key: str, name: str, about: dict[str, Any]
) -> dict[str, Any]:
    """`about` is what the commands take."""
    named = uuid.uuid5(NAMESPACE, repr((of.value, agreement, key)))
    return {"id": named, "of": of.value, "agreement": agreement, "key": key, "name": name, "about": about}


def followed(viewer: Viewer) -> Iterator[dict[str, Any]]:
    for one in followings(viewer):
        yield subject_of(one)
    for view in views_followed(viewer):
        yield row_of(FollowedKind.VIEW, None, view.key, view.name, {"view": view})


def subject_of(one: Following) -> dict[str, Any]:
    whole = one.agreement
    if obligation := one.obligation:
        return row_of(
            FollowedKind.OBLIGATION, whole.code, obligation.code, obligation.title, {"obligation": obligation}
        )
    if provision := one.provision:
        key = key_of(provision)
        return row_of(FollowedKind.PROVISION, whole.code, key, provision.label, {"provision": provision})
    if party := one.party:
        return row_of(
            FollowedKind.PARTY, whole.code, party.code, party.name, {"agreement": whole, "party": party}
        )
    return row_of(
        FollowedKind.AGREEMENT, whole.code, "", whole.short_title or whole.title, {"agreement": whole}
    )


class Followed(OfOneAccount):
    @extend_schema(operation_id="following_list", tags=["following"], responses={200: FollowedRows})
    def get(self, request: Request) -> Response:
        """All that you follow."""
        return Response(FollowedRows({"results": list(followed(viewer_of(request)))}).data)

    @extend_schema(
        operation_id="following_create",
        tags=["following"],
        request=FollowedBody,
        responses={201: FollowedRow},
    )
    def post(self, request: Request) -> Response:
        """Be told by mail, as far as you may see it, of what changes on an obligation, on an article and all below it,
        on what a party owes, in an agreement, or on what a saved view has in it.
        """
        viewer, said = viewer_of(request), validated(FollowedBody, request)
        of, key = said["of"], said["key"]
        acting: Any = {"follows": True, "actor": viewer, "now": timezone.now()}
        if of == FollowedKind.VIEW:
            view = get_object_or_404(SavedView, user=viewer.user_id, key=key)
            follow_view(view=view, **acting)
            made = row_of(FollowedKind.VIEW, None, view.key, view.name, {})
        else:
            if not (code := said.get("agreement")):
                raise ValidationError({"agreement": [_("Say in which agreement.")]})
            whole = get_object_or_404(Agreement.objects.visible_to(viewer), code=code)
            require(viewer, Right.FOLLOW, whole.pk)
            with refusals():
                made = subject_of(follow(**subject_named(of, key, whole, viewer), **acting))
        address = reverse("api:followed", args=[made["id"]])
        return Response(FollowedRow(made).data, status=201, headers={"Location": address})


class OneFollowed(OfOneAccount):
    @extend_schema(operation_id="following_destroy", tags=["following"], request=None, responses={204: None})
    def delete(self, request: Request, key: uuid.UUID) -> Response:
        """Follow it no more."""
        viewer = viewer_of(request)
        about = next((one["about"] for one in followed(viewer) if one["id"] == key), None)
        if about is None:
            raise Http404
        command: Any = follow_view if "view" in about else follow
        with refusals():
            command(**about, follows=False, actor=viewer, now=timezone.now())
        return Response(status=204)
