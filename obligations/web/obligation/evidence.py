"""Evidence on an obligation: how its page shows it, the pages on which it is handed in, and the way to a file."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from agreement.viewers import viewer_of
from obligations.commands.evidence import add_file, add_link, attach, side_of
from obligations.deadlines import Moment, present
from obligations.files.download import answer_with
from obligations.forms.audience import choices_for
from obligations.forms.base import CommandForm
from obligations.forms.evidence import AttachForm, FileForm, LinkForm
from obligations.models import Attachment, Evidence, Indicator, Obligation, Statement
from obligations.web.obligation.base import ObligationAct, find
from obligations.words.quoted import quoted
from parties.access import Viewer
from parties.alphabets import newest_first
from parties.rights import Right, may


class EvidenceAct(ObligationAct):
    right = Right.ADD_EVIDENCE

    def own_statements(self) -> list[Statement]:
        """Those of the own side, newest first: a party's, or the mediators' findings."""
        seen = Statement.objects.visible_to(self.viewer, self.now)
        own = seen.filter(commitment__obligation=self.owed, by=side_of(self.grant))
        rows = own.select_related("agreement", "commitment__party", "by", "confidant")
        return newest_first(rows, attrgetter("effective_on", "recorded_at"), attrgetter("commitment.party"))

    def next_page(self, made: Any) -> str:
        evidence = made if isinstance(made, Evidence) else made.evidence
        return f"{super().next_page(made)}#evidence-{evidence.key}"


class AddEvidence(EvidenceAct):
    """Hand in evidence: `?replaces=` as a newer version, `?statement=` for a statement of the own side."""

    template = "obligations/add_evidence.html"
    kind: Evidence.Kind
    done = gettext_lazy("The evidence is on record.")

    def prepare(self) -> None:
        super().prepare()
        key = self.request.GET.get("replaces", "")
        self.older = None
        if key and "\x00" not in key:
            self.older = named_evidence(self.owed, self.viewer, key, by=side_of(self.grant))
        self.statements = self.own_statements()
        self.named = self.request.POST.get("statement", self.request.GET.get("statement", ""))
        self.statement = next(
            (statement for statement in self.statements if statement.key == self.named), None
        )

    def form_arguments(self) -> dict[str, Any]:
        referents = [one for one in (self.statement, self.older) if one]
        return {
            "initial": {"statement": self.named},
            "obligation": self.owed,
            "now": self.now,
            "choices": choices_for(self.owed.agreement, self.grant, self.now, referents),
            "statements": self.statements,
            "older": self.older,
        }

    def said(self, form: CommandForm) -> dict[str, Any]:
        return form.said() | {"obligation": self.owed}

    def context(self, form: CommandForm) -> dict[str, Any]:
        shown = quoted([self.statement], self.viewer, self.now)[0] if self.statement else None
        return super().context(form) | {"kind": self.kind, "older": self.older, "quoted": shown}


class AddFile(AddEvidence):
    kind, form_class, command = Evidence.Kind.FILE, FileForm, staticmethod(add_file)


class AddLink(AddEvidence):
    kind, form_class, command = Evidence.Kind.LINK, LinkForm, staticmethod(add_link)


class Attach(EvidenceAct):
    """Attach evidence that is there to a statement of the own side."""

    template, form_class, command = "obligations/attach_evidence.html", AttachForm, staticmethod(attach)
    done = gettext_lazy("The statement now rests on this evidence.")

    def prepare(self) -> None:
        super().prepare()
        self.subject = named_evidence(self.owed, self.viewer, self.kwargs["key"])

    def form_arguments(self) -> dict[str, Any]:
        return {"statements": self.own_statements()}

    def said(self, form: CommandForm) -> dict[str, Any]:
        return form.said() | {"evidence": self.subject}

    def context(self, form: CommandForm) -> dict[str, Any]:
        return super().context(form) | {"evidence": self.subject}


@require_safe
def file(request: HttpRequest, agreement: str, code: str, key: str) -> FileResponse:
    """The file itself, for who may see the evidence; 404 for anybody else, as for a key that never was."""
    viewer = viewer_of(request)
    return answer_with(named_evidence(find(viewer, agreement, code), viewer, key, kind=Evidence.Kind.FILE))


def named_evidence(owed: Obligation, viewer: Viewer, key: str, **fields: Any) -> Evidence:
    seen = Evidence.objects.seen_by(viewer, present(timezone.now())).select_related("obligation__agreement")
    found: Evidence = get_object_or_404(seen, obligation=owed, key=key, **fields)
    return found


@dataclass(frozen=True, slots=True)
class EvidenceVersions:
    """Evidence with its older versions, of those that the viewer may see. `own`: the viewer may add another."""

    newest: Evidence
    older: tuple[Evidence, ...]
    statements: tuple[Statement, ...]
    own: bool


@dataclass(frozen=True, slots=True)
class Supported:
    """An agreed indicator with the evidence that supports it."""

    text: str
    evidence: tuple[Evidence, ...]


def context_of(
    owed: Obligation,
    indicators: Iterable[Indicator],
    statements: Iterable[Statement],
    viewer: Viewer,
    moment: Moment,
) -> dict[str, Any]:
    """What the obligation's page shows; `statements` are those that the viewer may see. Two queries."""
    rows = list(
        Evidence.objects.seen_by(viewer, moment)
        .filter(obligation=owed)
        .select_related("by", "confidant")
        .newest_first()
    )
    by_evidence, by_statement = attachments_of(rows, list(statements), moment)
    chains: dict[int, list[Evidence]] = defaultdict(list)
    for row in rows:
        chains[row.first_id or row.pk].append(row)
    may_add = moment.is_present and may(viewer, Right.ADD_EVIDENCE, owed.agreement_id)
    grant = viewer.grant(owed.agreement_id)
    shown = [
        EvidenceVersions(
            newest=chain[0],
            older=tuple(chain[1:]),
            statements=tuple(by_evidence[chain[0].pk]),
            own=may_add and grant is not None and chain[0].by_id == side_of(grant),
        )
        for chain in chains.values()
    ]
    return {
        "evidence": shown,
        "may_add_evidence": may_add,
        "attached": dict(by_statement),
        "indicators": [
            Supported(indicator.text, tuple(s.newest for s in shown if indicator.text in s.newest.supports))
            for indicator in indicators
        ],
    }


def attachments_of(
    evidence: Sequence[Evidence], statements: Sequence[Statement], moment: Moment
) -> tuple[dict[int, list[Statement]], dict[int, list[Evidence]]]:
    """Statements by evidence and evidence by statement, where both can be seen, as of the moment."""
    seen, said = {item.pk: item for item in evidence}, {statement.pk: statement for statement in statements}
    by_evidence: dict[int, list[Statement]] = defaultdict(list)
    by_statement: dict[int, list[Evidence]] = defaultdict(list)
    links = Attachment.objects.filter(evidence__in=seen, statement__in=said)
    if moment.known_at:
        links = links.filter(attached_at__lt=moment.known_at)
    for statement_id, evidence_id in links.values_list("statement", "evidence"):
        by_evidence[evidence_id].append(said[statement_id])
        by_statement[statement_id].append(seen[evidence_id])
    return by_evidence, by_statement
