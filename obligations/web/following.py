"""What one follows: the one form by which one follows it or no more, and the page of all of it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agreement.models import Agreement, Mandate
from agreement.viewers import viewer_of
from obligations.commands.care import follow
from obligations.commands.desk import follow_view
from obligations.commands.errors import Refused
from obligations.models import Assignment, Following, SavedView
from obligations.status.care import FollowedKind, followings, key_of, subject_named, views_followed
from obligations.web.base.care import Subject, view_to_follow
from obligations.web.base.selection import label_in_full
from parties.access import Viewer
from parties.rights import Right, require


@login_required
@require_POST
def follow_it(request: HttpRequest, agreement: str = "") -> HttpResponse:
    """What the form names with `of` and `key`: of an agreement, or an own view. One comes back to where one was."""
    viewer, key = viewer_of(request), request.POST.get("key", "").replace("\x00", "")
    acting: Any = {"actor": viewer, "now": timezone.now(), "follows": request.POST.get("follows") == "yes"}
    if not agreement:
        follow_view(view=get_object_or_404(SavedView, user=viewer.user_id, key=key), **acting)
    else:
        whole = get_object_or_404(Agreement.objects.visible_to(viewer), code=agreement)
        require(viewer, Right.FOLLOW, whole.pk)
        try:
            follow(
                **subject_named(request.POST.get("of", FollowedKind.AGREEMENT), key, whole, viewer), **acting
            )
        except Refused as refused:
            messages.info(request, " ".join(refused.errors.values()))
    back = request.POST.get("next", "")
    is_here = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return redirect(back if is_here else reverse("own-following"))


@login_required
@require_safe
def own_following(request: HttpRequest) -> HttpResponse:
    """All that one follows; and what one is told of without having chosen it, and why."""
    viewer = viewer_of(request)
    mandates = (
        Mandate.objects.filter(user=viewer.user_id)
        .select_related("agreement", "party")
        .order_by("agreement__title")
    )
    owned = Assignment.objects.visible_to(viewer).current().filter(owner=viewer.user_id)
    context = {
        "followed": followed_by(viewer),
        "mandates": mandates,
        # Whose footnotes the page has to carry.
        "agreements": [one.agreement for one in mandates],
        "owned": owned.select_related("agreement", "obligation").order_by("obligation__code"),
    }
    return render(request, "account/following.html", context)


def followed_by(viewer: Viewer) -> list[tuple[Subject, str]]:
    """All that the viewer follows, each with its address: by agreement, and then the saved views."""
    found = [subject_of(one) for one in followings(viewer)]
    return found + [
        (view_to_follow(one), reverse("desk-view", args=[one.key])) for one in views_followed(viewer)
    ]


def subject_of(one: Following) -> tuple[Subject, str]:
    whole, listed = one.agreement, f"{reverse('commitments')}?agreement={one.agreement.code}"
    if obligation := one.obligation:
        name, page = f"{obligation.code} {obligation.title}", [whole.code, obligation.code]
        return Subject(FollowedKind.OBLIGATION, obligation.code, name, True, whole.code), reverse(
            "obligation", args=page
        )
    if provision := one.provision:
        name, key = label_in_full(provision), key_of(provision)
        return Subject(FollowedKind.PROVISION, key, name, True, whole.code), f"{listed}&provision={key}"
    if party := one.party:
        name = _("%(party)s, in %(agreement)s") % {"party": party.name, "agreement": whole.short_title}
        return Subject(FollowedKind.PARTY, party.code, name, True, whole.code), f"{listed}&party={party.code}"
    name = whole.short_title or whole.title
    return Subject(FollowedKind.AGREEMENT, whole.code, name, True, whole.code), reverse(
        "agreement", args=[whole.code]
    )


urlpatterns = [
    path("follow/", follow_it, name="follow-view"),
    path("follow/<code:agreement>/", follow_it, name="follow"),
    path("account/following/", own_following, name="own-following"),
]
