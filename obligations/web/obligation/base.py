"""An obligation as an address names it, and what acts on it have in common."""

from typing import Any, ClassVar

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from obligations.models import Commitment, Obligation, Statement
from obligations.web.base.act import ActView
from obligations.web.base.selection import key_in
from parties.access import Grant, Viewer
from parties.rights import Right, require


def find(viewer: Viewer, agreement: str, code: str) -> Obligation:
    """The obligation; 404 where it is not there for the viewer."""
    visible = Obligation.objects.visible_to(viewer).select_related(
        "agreement",
        "provision__instrument",
        "provision__parent",
        "trigger",
        "deadline_from",
        "same_event_as",
        "after_obligation",
    )
    return get_object_or_404(visible, agreement__code=agreement, code=code)


class ObligationAct(ActView):
    """An act on an obligation: 404 where that is not there for the viewer, 403 without `right` in its agreement."""

    right: ClassVar[Right]
    owed: Obligation
    grant: Grant

    def prepare(self) -> None:
        self.owed = find(self.viewer, self.kwargs["agreement"], self.kwargs["code"])
        self.grant = require(self.viewer, self.right, self.owed.agreement_id)

    def context(self, form: Any) -> dict[str, Any]:
        return {"agreement": self.owed.agreement, "obligation": self.owed}

    def confirmation(self, made: Any) -> str:
        return str(self.done) % {"code": self.owed.code}

    def next_page(self, made: Any) -> str:
        """Back to the list of a representative, where one came from there."""
        if self.request.GET.get("from") == "party":
            return reverse("party")
        return reverse("obligation", args=[self.owed.agreement.code, self.owed.code])

    def statement_named(self) -> Statement:
        """`?statement=`, if the viewer may see it; a hidden one is not there."""
        rows = Statement.objects.visible_to(self.viewer, self.now).filter(commitment__obligation=self.owed)
        rows = rows.select_related("agreement", "commitment__party", "by", "confidant")
        return get_object_or_404(rows, key=key_in(self.request.GET, "statement"))

    def commitment_named(self) -> Commitment:
        """`?commitment=`, by its number."""
        given = self.request.GET.get("commitment", "")
        if not (given.isascii() and given.isdigit() and len(given) < 19):
            raise Http404
        rows = Commitment.objects.visible_to(self.viewer).filter(obligation=self.owed)
        return get_object_or_404(rows.select_related("agreement", "obligation__trigger", "party"), pk=given)
