"""The pane beside the list: the form of the commitment that the address names, or what was recorded just now."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from obligations.commands.desk import OF_ONE_ROW
from obligations.deadlines import present
from obligations.forms.statements import FindingForm
from obligations.models import Attachment, Commitment, Draft, Evidence, Statement
from obligations.status.breaches import breaches_of
from obligations.status.status import Standing, with_standing
from obligations.web.base.care import looked_after
from obligations.web.desk.finding import effects, judged_on, meanings, new_form, still_to_choose
from obligations.web.desk.rows import reviews
from obligations.words.quoted import quoted
from parties.access import Role, Viewer

OF_THE_PANE = ("recorded", *OF_ONE_ROW)


def without_row(query: QueryDict) -> str:
    """The address without the row that is chosen: where the desk goes on after a finding."""
    rest = query.copy()
    for name in OF_THE_PANE:
        if name not in ("after", "view"):
            rest.pop(name, None)
    return rest.urlencode()


def asked_for(query: QueryDict) -> list[int]:
    """The key of the commitment that the address names, if it names one."""
    return numbers([query.get("commitment", "")])[:1]


def numbers(given: Iterable[str]) -> list[int]:
    return [int(key) for key in given if key.isascii() and key.isdigit() and len(key) <= 18]


def loaded_of(keys: Iterable[int], viewer: Viewer, now: datetime) -> dict[int, Standing]:
    """How commitments of agreements that the viewer mediates stand, by key."""
    mediated = viewer.agreements_as(Role.MEDIATOR)
    theirs = Commitment.objects.filter(pk__in=set(keys), agreement__in=mediated)
    return {one.commitment.pk: one for one in with_standing(theirs, viewer, now)}


def pane(
    query: QueryDict,
    viewer: Viewer,
    now: datetime,
    chosen: Standing | None,
    form: FindingForm | None = None,
) -> dict[str, Any]:
    """The context of the pane. `form` is one that was refused, and is shown again."""
    shared = {
        "query": without_row(query),
        "address_path": reverse("desk"),
        "chosen": chosen and chosen.commitment,
    }
    if chosen is None:
        return shared | {"recorded": recorded_now(query, viewer, now)}
    commitment, draft = chosen.commitment, None
    if form is None:
        own = Draft.objects.of(viewer).filter(kind=Draft.Kind.FINDING, commitment=commitment)
        # Elsewhere the row is about a claim or a date, and not about the period that waits.
        is_review = query.get("queue") == "periods"
        to_review = reviews([commitment], viewer, now) if is_review else {}
        form = new_form(chosen, query, viewer, now, to_review, draft := own.first())
    in_force = quoted([chosen.finding], viewer, now)[0] if chosen.finding else None
    return shared | {
        "standing": chosen,
        "form": form,
        "draft": draft,
        "in_force": in_force,
        "said": len(chosen.statements),
        "meanings": meanings(commitment),
        "indicators": commitment.obligation.indicators.all(),
        "effects": effects(chosen, form),
        "missing": still_to_choose(form),
        **judged_on(form, query, viewer, now),
        **looked_after(commitment.obligation, breaches_of([commitment], viewer, present(now)), viewer),
        "desk": f"{without_row(query)}&commitment={commitment.pk}".lstrip("&"),
    }


def recorded_now(query: QueryDict, viewer: Viewer, now: datetime) -> list[tuple[Statement, list[Evidence]]]:
    """The findings that the address says were recorded just now, as far as they are the viewer's own and in force; each
    with the files that it rests on.
    """
    keys = [key for key in query.getlist("recorded") if "\x00" not in key]
    if not keys:
        return []
    own = Statement.objects.visible_to(viewer, now).in_force().findings().filter(recorded_by=viewer.user_id)
    rows = own.filter(key__in=keys).select_related("agreement", "commitment__obligation", "commitment__party")
    found = list(rows.order_by("pk"))
    seen = Evidence.objects.visible_to(viewer, now)
    rests = Attachment.objects.filter(statement__in=found, evidence__in=seen).select_related("evidence")
    return [(one, [on.evidence for on in rests if on.statement_id == one.pk]) for one in found]
