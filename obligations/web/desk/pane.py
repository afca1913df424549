"""The pane beside the list: the form of a finding, what it starts from and would do; or what was recorded just now."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agreement.models import SignOff
from obligations.commands.desk import OF_ONE_ROW
from obligations.commands.statements import CITED
from obligations.deadlines import Timeliness, day_in, present
from obligations.forms.audience import choices_for
from obligations.forms.statements import FindingForm, PeriodsForm, spoken, verdicts
from obligations.models import Attachment, Commitment, Draft, Evidence, Proposal, Statement
from obligations.models.statement import Level
from obligations.status.breaches import breaches_of
from obligations.status.status import Standing, with_standing
from obligations.web.base.care import looked_after
from obligations.web.desk.rows import Review, periods_begun, reviews
from obligations.words.method import CONDUCT_MEANS, LEVELS_MEAN
from obligations.words.prospects import effect_of, rule_of
from obligations.words.quoted import newest_key, quoted
from parties.access import Role, Tier, Viewer


def claims_to_judge(commitment: Commitment, viewer: Viewer, now: datetime, named: str) -> list[Statement]:
    """Claims and observations on the commitment that no finding follows, contested claims too, the newest first.

    And the one with the key `named`, where it was not withdrawn: a form that is sent twice names one that waits no
    more. Its first sending says so, and not that there is no such claim.
    """
    in_force = Statement.objects.visible_to(viewer, now).in_force().filter(kind__in=CITED)
    waiting = Statement.objects.filter(commitment=commitment).awaiting_a_finding(viewer, now, CITED)
    contested = Statement.objects.filter(commitment=commitment).contested_claims()
    wanted = Q(pk__in=waiting.values("pk")) | Q(pk__in=contested.values("pk"))
    if named and "\x00" not in named:
        wanted |= Q(key=named)
    rows = in_force.filter(wanted, commitment=commitment)
    return list(rows.select_related("agreement", "by", "confidant").newest_first())


def first_of(claims: Sequence[Statement], review: Review | None, named: str = "") -> Statement | None:
    """What the form starts from: the one that is named, else the newest claim.

    Where a period waits for its review, that is one on the period: a claim on another does not answer the review.
    """
    claims = [claim for claim in claims if claim.kind == Statement.Kind.CLAIM or claim.key == named]
    if review is not None:
        claims = [claim for claim in claims if review.period.holds(claim.effective_on)]
    return next((claim for claim in claims if claim.key == named), next(iter(claims), None))


def started_from(claim: Statement) -> dict[str, Any]:
    """Its day, and so its period, and that it is judged; who may see the finding the choices say."""
    return {"cites": claim.key, "effective_on": claim.effective_on}


def new_form(
    standing: Standing,
    query: QueryDict,
    viewer: Viewer,
    now: datetime,
    to_review: dict[int, Review],
    draft: Draft | None,
) -> FindingForm:
    """It starts from the claim that waits; where none does, from what its row is about."""
    commitment = standing.commitment
    review, kept_draft = to_review.get(commitment.pk), dict(draft.content) if draft else {}
    named = query.get("claim", "") or str(kept_draft.get("cites", ""))
    claims = claims_to_judge(commitment, viewer, now, named)
    claim = first_of(claims, review, named)
    initial = {
        "seen": newest_key(standing.statements),
        **(started_from(claim) if claim else about(standing, review, now)),
        **kept_draft,
    }
    return FindingForm(initial=initial, **arguments(commitment, viewer, now, claims, claim))


def sent_form(
    data: QueryDict, commitment: Commitment, viewer: Viewer, now: datetime, files: Any = None
) -> FindingForm:
    """The form as it was sent: what it refers to is the claim that it names."""
    claims = claims_to_judge(commitment, viewer, now, data.get("cites", ""))
    claim = next((one for one in claims if one.key == data.get("cites")), None)
    return FindingForm(data, files, **arguments(commitment, viewer, now, claims, claim))


def arguments(
    commitment: Commitment, viewer: Viewer, now: datetime, claims: list[Statement], claim: Statement | None
) -> dict[str, Any]:
    grant = viewer.grant(commitment.agreement_id)
    assert grant is not None  # the desk shows what the viewer mediates
    return {
        "commitment": commitment,
        "now": now,
        # Nothing is preset, not even the readers of what is answered: a publication cannot be taken back.
        "choices": replace(
            choices_for(commitment.agreement, grant, now, [claim] if claim else []), begins_with=""
        ),
        "periods": periods_begun(commitment, now),
        "claims": claims,
    }


def judged_on(form: FindingForm | None, query: QueryDict, viewer: Viewer, now: datetime) -> dict[str, Any]:
    """The claim that the form judges, as it is shown beside it, and the others that wait with their addresses."""
    if form is None or not form.claims:
        return {"judged": None, "others": []}
    named = form["cites"].value() or ""
    shown = quoted(form.claims.values(), viewer, now)
    others = [
        (one, address_of(query, one.statement))
        for one in shown
        if one.statement.key != named and one.statement.kind == Statement.Kind.CLAIM
    ]
    return {"judged": next((one for one in shown if one.statement.key == named), None), "others": others}


def address_of(query: QueryDict, claim: Statement) -> str:
    """The address at which the form starts from that claim."""
    named = query.copy()
    named["commitment"], named["claim"] = str(claim.commitment_id), claim.key
    named.pop("recorded", None)
    return f"{reverse('desk')}?{named.urlencode()}"


def about(standing: Standing, review: Review | None, now: datetime) -> dict[str, Any]:
    """What the row is about: the period whose review waits, with its last day; or today, and what was missed."""
    if review is not None:
        return {"period": review.period.key, "effective_on": review.period.ends_on}
    today = day_in(now, standing.commitment.agreement.zone)
    if standing.awaited and standing.timeliness == Timeliness.OVERDUE:
        return {"effective_on": today, "period": standing.awaited.period.key}
    return {"effective_on": today}


def meanings(commitment: Commitment) -> dict[str, Any]:
    """What each choice of the form says, by its value."""
    means = CONDUCT_MEANS if commitment.obligation.has_conduct else LEVELS_MEAN
    return {str(value): words for value, words in means.items()}


def still_to_choose(form: FindingForm | PeriodsForm) -> list[str]:
    """The labels of what the form wants and does not say yet."""
    wanted = ("verdict", "effective_on", "reason", "tier")
    return [str(form.fields[name].label) for name in wanted if name in form.fields and not form[name].value()]


def effects(standing: Standing, form: FindingForm) -> list[str]:
    """What recording this does, as far as the form says what is found; else what findings on it do."""
    verdict, on = str(form["verdict"].value() or ""), as_day(form["effective_on"].value())
    if on is None or verdict not in dict(verdicts(standing.commitment)):
        return [rule_of(standing)]
    period = form.periods.get(str(form["period"].value() or "")) if "period" in form.fields else None
    said = spoken(verdict)
    told = [changed(standing, verdict, on), effect_of(standing, on, said.get("level"), period)]
    claim = form.claims.get(str(form["cites"].value() or "")) if "cites" in form.fields else None
    if claim is not None and claim.by:
        words = _("It answers what %(party)s said of %(day)s.")
        told.append(words % {"party": claim.by.name, "day": date_format(claim.effective_on)})
    if (tier := str(form["tier"].value() or "")) in form.choices.among:
        told.append(_("It can be read by %(readers)s.") % {"readers": form.choices.readers_of(tier)})
    policy = standing.commitment.agreement.sign_off
    if (SignOff.PUBLICATIONS in policy and tier == Tier.PUBLIC) or (
        SignOff.COMPLETE_FINDINGS in policy and said.get("level") == Level.COMPLETE
    ):
        told.append(_("It is proposed first, and recorded when another mediator has signed it."))
    return told


def changed(standing: Standing, verdict: str, on: date) -> str:
    """What was found until now, and what is from then on."""
    word = str(dict(verdicts(standing.commitment))[verdict])
    day = date_format(on)
    before = standing.finding
    if before is None:
        return _("It is the first finding: %(now)s since %(day)s.") % {"now": word, "day": day}
    words = {"before": before.verdict(), "now": word, "day": day}
    if before.verdict() == word:
        return _("It stays at %(now)s, now found for %(day)s.") % words
    return _("It changes from %(before)s to %(now)s since %(day)s.") % words


def as_day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value or ""))
    except ValueError:
        return None


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
        "proposed": commitment.proposals.visible_to(viewer)
        .unsettled()
        .filter(command=Proposal.Command.RECORD_FINDING)
        .select_related("agreement", "proposed_by"),
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
