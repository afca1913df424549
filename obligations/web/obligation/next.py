"""What whoever looks does next on an obligation: one sentence, and one button where there is something to do."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from obligations.deadlines import Moment, Timeliness
from obligations.models import Obligation, Statement
from obligations.status.requests import RequestState
from obligations.status.status import Standing
from obligations.words.requests import answered_at
from parties.access import Grant, Role, Viewer
from parties.rights import Right, may


@dataclass(frozen=True, slots=True)
class Next:
    words: str
    button: str = ""
    href: str = ""


def next_of(
    owed: Obligation,
    standings: list[Standing],
    waits: dict[int, bool],
    requests: dict[int, list[RequestState]],
    viewer: Viewer,
    moment: Moment,
) -> Next | None:
    """None for who has no mandate in the agreement, and on a page of another day. `waits`: a claim has no finding."""
    grant = viewer.grant(owed.agreement_id)
    if grant is None or not moment.is_present:
        return None
    if grant.role == Role.MEDIATOR:
        return of_mediator(owed, standings, waits)
    if grant.role == Role.REPRESENTATIVE:
        return of_representative(owed, standings, requests, grant)
    if may(viewer, Right.RECORD_OBSERVATION, owed.agreement_id):
        return Next(_("An observation is recorded under “Actions” of the party whose commitment it is."))
    return Next(_("There is nothing for you to do here: you read what was said and found."))


def of_mediator(owed: Obligation, standings: list[Standing], waits: dict[int, bool]) -> Next:
    """A claim without a finding comes first, then what is overdue, then what nothing was found of, then a day."""

    def find(standing: Standing, words: str) -> Next:
        return Next(words, _("Record a finding"), f"{reverse('desk')}?commitment={standing.commitment.pk}")

    for standing in standings:
        if waits.get(standing.commitment.pk) and standing.claim:
            return find(standing, unanswered(standing, standing.claim))
    for standing in standings:
        if standing.timeliness == Timeliness.OVERDUE:
            return find(standing, overdue(standing))
    for standing in standings:
        if standing.finding is None and standing.life == "active" and not awaits_its_start(standing):
            words = _("%(party)s has no finding yet.")
            if owed.has_conduct:
                words = _("%(party)s has no finding on its last period.")
            return find(standing, words % named(standing))
    trigger = owed.trigger
    if trigger and trigger.occurred_on is None:
        at = reverse("trigger-date", args=[owed.agreement.code, trigger.code]) + f"?obligation={owed.code}"
        words = _("The clock waits for an event without a day: %(event)s.") % {"event": trigger.label}
        return Next(words, _("Say when it happened"), at)
    return Next(_("Nothing waits for you here: what was claimed is answered, and nothing is overdue."))


def unanswered(standing: Standing, claim: Statement) -> str:
    said = named(standing) | {"verdict": claim.verdict(), "day": date_format(claim.effective_on)}
    if claim.by_id == standing.commitment.party_id:
        return _("%(party)s says “%(verdict)s” of itself (%(day)s), and no finding answers it.") % said
    said["who"] = claim.by
    return _("%(party)s: %(who)s says “%(verdict)s” (%(day)s), and no finding answers it.") % said


def named(standing: Standing) -> dict[str, object]:
    return {"party": standing.commitment.party}


def awaits_its_start(standing: Standing) -> bool:
    return standing.timeliness == Timeliness.TRIGGER_PENDING


def overdue(standing: Standing) -> str:
    said = named(standing)
    if standing.finding is None:
        return _("%(party)s is overdue, and nothing was found yet. Say how it stands.") % said
    said["day"] = date_format(standing.finding.effective_on)
    return _("%(party)s is overdue, and nothing was found since %(day)s. Say how it stands.") % said


def of_representative(
    owed: Obligation, standings: Iterable[Standing], requests: dict[int, list[RequestState]], grant: Grant
) -> Next:
    """A request comes first; then of the own commitment what became of a claim, that it is overdue, or that nothing was
    said.
    """
    address = [owed.agreement.code, owed.code]
    for asked in (one for rows in requests.values() for one in rows):
        if asked.waits and asked.request.party_id == grant.party_id:
            words = _("The mediators ask you for a reply by %(day)s.") % {
                "day": date_format(asked.request.reply_by)
            }
            button = _("Answer") if asked.request.statement else _("Make a claim")
            return Next(words, button, answered_at(asked.request))
    for standing in standings:
        commitment = standing.commitment
        if commitment.party_id != grant.party_id:
            continue
        said = standing.claim_of(grant.party_id)
        if said and standing.waits(said):
            words = _("Your claim of %(day)s waits for a finding: “%(verdict)s”.")
            return Next(words % {"verdict": said.verdict(), "day": date_format(said.effective_on)})
        if said and (found := standing.below(said)) and standing.is_open(found, said.by_id):
            at = reverse("obligation-contest", args=address) + f"?statement={found.key}"
            return answered_with_less(standing, said, found, at)
        at = reverse("obligation-claim", args=address) + f"?commitment={commitment.pk}"
        if standing.timeliness == Timeliness.OVERDUE:
            return Next(_("Your commitment is overdue. Say how far it is."), _("Make a claim"), at)
        if said is None:
            return Next(_("Your side has said nothing about your commitment yet."), _("Make a claim"), at)
    return Next(_("Nothing waits for you here. You can contest what was said below, or make a claim."))


def answered_with_less(standing: Standing, said: Statement, found: Statement, contest_at: str) -> Next:
    """It is the party's turn to object or to do more, and not to say the same again."""
    if any((one.refers_to_id, one.by_id) == (found.pk, said.by_id) for one in standing.contests):
        words = _("Your contest of the finding of %(day)s waits for the mediators: “%(found)s”.")
        return Next(words % {"day": date_format(found.effective_on), "found": found.verdict()})
    words = _(
        "To your claim “%(claimed)s” of %(day)s the mediators answered: “%(found)s”. You can contest that, or make a"
        " claim again when more is done."
    )
    words %= {"claimed": said.verdict(), "day": date_format(said.effective_on), "found": found.verdict()}
    return Next(words, _("Contest it"), contest_at)
