"""Several periods assessed at once: the rows that are chosen, the one form for them, and what it does."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from obligations.commands.errors import Refused
from obligations.commands.findings import SomeRefused, assess_periods
from obligations.forms.audience import choices_for
from obligations.forms.statements import PeriodsForm
from obligations.models import Period, Proposal, Statement
from obligations.status.queues import waiting
from obligations.status.status import Standing, in_order_of_parties
from obligations.web.base.act import ActView
from obligations.web.desk.pane import loaded_of, numbers, still_to_choose, without_row
from obligations.web.desk.rows import Review, reviews
from obligations.words.method import CONDUCT_MEANS
from parties.access import Viewer

# More at once than a page of the list has is no act of one reason.
MOST = 50


@dataclass(frozen=True, slots=True)
class Chosen:
    """A row that was chosen. `claims` wait on it; `problem` is why it cannot be assessed with the others, or empty."""

    standing: Standing
    review: Review | None
    claims: int
    problem: str


def chosen_of(query: QueryDict, viewer: Viewer, now: datetime) -> list[Chosen]:
    """The rows that an address picks, in the order of the text."""
    loaded = loaded_of(numbers(query.getlist("picked"))[:MOST], viewer, now)
    standings = in_order_of_parties(loaded.values())
    standings.sort(key=lambda one: one.commitment.obligation.place)
    to_review = reviews([one.commitment for one in standings], viewer, now)
    contested = set(
        Statement.objects.filter(commitment__in=list(loaded))
        .contested_claims()
        .values_list("commitment", flat=True)
    )
    first = standings[0].commitment.agreement_id if standings else None
    return [
        Chosen(one, review, waiting_claims(one, review), problem_of(one, review, contested, first))
        for one in standings
        for review in [to_review.get(one.commitment.pk)]
    ]


def waiting_claims(standing: Standing, review: Review | None) -> int:
    """How many claims on the period a finding on its last day answers."""
    if review is None:
        return 0
    return sum(review.period.holds(claim.effective_on) for claim in standing.claims)


def problem_of(standing: Standing, review: Review | None, contested: set[int], agreement: int | None) -> str:
    if review is None:
        return _("No period of it waits for a finding.")
    if standing.commitment.agreement_id != agreement:
        return _("It is of another agreement: assess it by itself.")
    if standing.commitment.pk in contested:
        return _(
            "A claim on it is contested: that wants a finding of its own, which says which claim it judges."
        )
    return ""


def periods_pane(
    query: QueryDict,
    viewer: Viewer,
    now: datetime,
    chosen: list[Chosen] | None = None,
    form: PeriodsForm | None = None,
) -> dict[str, Any]:
    """The context of the pane."""
    chosen = chosen_of(query, viewer, now) if chosen is None else chosen
    form = form or (form_of(chosen, viewer, now) if chosen else None)
    can_be = [one for one in chosen if not one.problem]
    return {
        "query": without_row(query),
        "address_path": reverse("desk"),
        "periods_address": address_of("desk-periods", query, chosen),
        "without": address_of("desk", query, can_be),
        "can_be": len(can_be),
        "problems_in_rows": len(chosen) - len(can_be),
        "chosen_rows": chosen,
        "form": form,
        "meanings": {str(value): words for value, words in CONDUCT_MEANS.items()},
        "missing": still_to_choose(form) if form else [],
        "effects": effects(can_be, waiting(viewer, now).asked(query).counts()["periods"]),
    }


def address_of(name: str, query: QueryDict, chosen: list[Chosen]) -> str:
    address = QueryDict(without_row(query), mutable=True)
    address.setlist("picked", [str(one.standing.commitment.pk) for one in chosen])
    return f"{reverse(name)}?{address.urlencode()}"


def form_of(chosen: list[Chosen], viewer: Viewer, now: datetime, *sent: Any) -> PeriodsForm:
    agreement = chosen[0].standing.commitment.agreement
    grant = viewer.grant(agreement.pk)
    assert grant is not None  # the desk shows what the viewer mediates
    return PeriodsForm(*sent, choices=replace(choices_for(agreement, grant, now), begins_with=""))


def effects(chosen: list[Chosen], of: int) -> list[str]:
    """What recording does, as sentences."""
    n, claims = len(chosen), sum(one.claims for one in chosen)
    told = [
        ngettext(
            "It records %(n)s finding, on the last period of its row.",
            "It records %(n)s findings, one on the last period of each row; each can be contested by itself.",
            n,
        )
    ]
    if claims:
        told.append(ngettext("It answers %(claims)s claim.", "It answers %(claims)s claims.", claims))
    told.append(
        ngettext(
            "Of %(waiting)s rows that wait, %(left)s is left.",
            "Of %(waiting)s rows that wait, %(left)s are left.",
            of - n,
        )
    )
    words = {"n": n, "claims": claims, "waiting": of, "left": of - n}
    return [one % words for one in told]


class Assess(ActView):
    """Record one finding on each period that the form names; or show it again, with what cannot be at its row."""

    form_class = PeriodsForm

    def prepare(self) -> None:
        """The form names the periods that it showed as open: no other one is assessed in the place of one."""
        keys = [key for key in self.request.POST.getlist("period") if "\x00" not in key]
        self.named = dict(Period.objects.filter(key__in=keys).values_list("commitment", "key"))
        self.chosen = [
            replace(one, problem=_("It was assessed meanwhile.")) if self.is_gone(one) else one
            for one in chosen_of(self.request.GET, self.viewer, self.now)
        ]

    def is_gone(self, one: Chosen) -> bool:
        named = self.named.get(one.standing.commitment.pk)
        return named is not None and (one.review is None or one.review.period.key != named)

    def instead(self) -> HttpResponse | None:
        if self.request.method == "POST" and self.chosen and self.named:
            return None
        return redirect(f"{reverse('desk')}?{self.request.GET.urlencode()}")

    def form(self, *sent: Any) -> PeriodsForm:
        return form_of(self.chosen, self.viewer, self.now, self.request.POST)

    def run(self, **said: Any) -> list[Statement | Proposal]:
        named = [one for one in self.chosen if one.standing.commitment.pk in self.named]
        if wrong := {one.standing.commitment.pk: one.problem for one in named if one.problem}:
            raise SomeRefused(wrong)
        keys = [one.review.period.pk for one in named if one.review]
        rows = Period.objects.filter(pk__in=keys).select_related(
            "commitment__agreement", "commitment__obligation"
        )
        return assess_periods(periods=list(rows), actor=self.viewer, now=self.now, **said)

    def sent(self, form: Any) -> HttpResponse | None:
        try:
            made = self.run(**self.said(form))
        except SomeRefused as refused:
            self.chosen = [
                replace(one, problem=refused.rows.get(one.standing.commitment.pk, one.problem))
                for one in self.chosen
            ]
            form.add_error(None, refused.errors["picked"])
            return None
        except Refused as refused:
            form.refuse(refused)
            return None
        return self.go_on(made, self.confirmation(made))

    def confirmation(self, made: Any) -> str:
        found = [one for one in made if isinstance(one, Statement)]
        told = ngettext("%(n)s finding is recorded.", "%(n)s findings are recorded.", len(found))
        if proposed := len(made) - len(found):
            told += " " + ngettext(
                "%(m)s finding is proposed: another mediator has to sign it.",
                "%(m)s findings are proposed: another mediator has to sign them.",
                proposed,
            )
        return told % {"n": len(found), "m": proposed}

    def next_page(self, made: Any) -> str:
        query = QueryDict(without_row(self.request.GET), mutable=True)
        query.setlist("recorded", [one.key for one in made if isinstance(one, Statement)])
        return f"{reverse('desk')}?{query.urlencode()}"
