"""The form of a finding on the desk: the claims that it can judge, what it starts from, and what it would do."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agreement.models import SignOff
from obligations.commands.statements import CITED
from obligations.deadlines import Timeliness, day_in
from obligations.forms.audience import choices_for
from obligations.forms.statements import FindingForm, PeriodsForm, spoken, verdicts
from obligations.models import Commitment, Draft, Statement
from obligations.models.statement import Level
from obligations.status.status import Standing
from obligations.web.desk.rows import Review, periods_begun
from obligations.words.method import CONDUCT_MEANS, LEVELS_MEAN
from obligations.words.prospects import effect_of, rule_of
from obligations.words.quoted import newest_key, quoted
from parties.access import Tier, Viewer


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
