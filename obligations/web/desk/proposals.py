"""What waits for a second mediator: the list, and the page on which one is signed, refused or taken back."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from agreement.viewers import viewer_of
from obligations.models import Proposal
from obligations.models.proposal import ProposalQuerySet
from obligations.web.base.signing import Room, SignView, show_list
from obligations.web.desk.views import for_mediators

ROOM = Room(
    home="desk",
    name=gettext_lazy("Desk"),
    listed_at="proposals",
    shown_at="proposal",
    told=gettext_lazy("Nobody but the mediators of the agreement learns of them."),
    own=gettext_lazy("You proposed this: it waits for another mediator."),
    empty=gettext_lazy(
        "What the policy of an agreement wants two mediators for stands here until one more has signed it. An"
        " administrator sets the policy."
    ),
)


@for_mediators
@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    return show_list(request, Proposal.objects.visible_to(viewer_of(request)).of_the_record(), ROOM)


class ProposalOfTheRecord(SignView):
    room = ROOM

    def seen(self) -> ProposalQuerySet:
        return Proposal.objects.visible_to(self.viewer).of_the_record()
