"""A pack and minutes as a document: the page and the PDF show the same blocks."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from obligations.changes.window import Change, ChangeKind
from obligations.deadlines import day_in
from obligations.models import Obligation, PartyRequest, Statement
from obligations.status.moments import page_of
from obligations.status.status import Standing
from obligations.web.meetings.pack import Pack
from obligations.web.meetings.texts import Texts, alike, by_obligation, same_lateness
from obligations.words import paper
from obligations.words.assessed import assessed
from obligations.words.method import HEADLINES, OVERDUE
from obligations.words.numbers import amount
from obligations.words.paper import Block, Run, Words, filled
from parties.alphabets import by_name
from parties.models import Party

# What is told of one thing on paper; the whole stands on its page.
MOST_CHANGES, MOST_ROWS, MOST_CONTESTS = 80, 250, 40
SAID = {
    Statement.Kind.CLAIM: gettext_lazy("%(by)s says %(verdict)s for %(owed)s: %(reason)s"),
    Statement.Kind.FINDING: gettext_lazy("Found %(verdict)s for %(owed)s: %(reason)s"),
    Statement.Kind.OBSERVATION: gettext_lazy("%(by)s observed %(verdict)s for %(owed)s: %(reason)s"),
    Statement.Kind.CONTEST: gettext_lazy("%(by)s contests what was said of %(owed)s: %(reason)s"),
    Statement.Kind.ANSWER: gettext_lazy("%(by)s answered on %(owed)s: %(reason)s"),
    Statement.Kind.WITHDRAWAL: gettext_lazy("%(by)s took back what was said of %(owed)s: %(reason)s"),
}
BREACHES = {
    ChangeKind.BREACH_OPENED: gettext_lazy("Became overdue: %(owed)s"),
    ChangeKind.BREACH_CLOSED: gettext_lazy("No longer overdue, %(outcome)s: %(owed)s"),
    ChangeKind.BREACH_VOIDED: gettext_lazy("Was not overdue after all: %(owed)s"),
}


def day(on: date | None) -> str:
    return date_format(on) if on else ""


def small(text: str) -> Run:
    return {"text": text, "style": "small"}


def n_of(pair: tuple[int, ...]) -> str:
    return _("%(n)s of %(all)s") % {"n": amount(pair[0]), "all": amount(pair[1])}


class PackBlocks:
    """Makes the blocks of a pack, and numbers its sections and sources."""

    def __init__(self, pack: Pack) -> None:
        self.pack, self.groups = pack, alike(pack.changed)
        changed = [one.statement for group in self.groups[:MOST_CHANGES] for one in group if one.statement]
        self.texts = Texts([*changed, *pack.contests[:MOST_CONTESTS]], pack.moment, pack.zone)

    def blocks(self) -> list[Block]:
        sections = [
            (self.title_of_changes(), self.changes()),
            (_("Overdue"), self.overdue()),
            (_("Contests"), self.contests()),
        ]
        of_items: dict[int, int] = {}
        for item in self.pack.meeting.agenda.all():
            if item.has_rows:
                sections.append((item.words, self.standing(self.pack.rows(item))))
                of_items[item.pk] = len(sections)
        if self.pack.requests:
            sections.append((_("Asked of parties"), self.requests()))
        made = [*self.agenda(of_items), paper.heading(_("In numbers")), self.numbers()]
        for number, (title, blocks) in enumerate(sections, start=1):
            made += [paper.heading(f"{number}. {title}"), *blocks]
        return [*made, *self.texts.blocks()]

    def title_of_changes(self) -> str:
        words = {"day": day(self.pack.since)}
        if self.pack.last:
            return _("What changed since the last meeting, %(day)s") % words
        return _("What changed since %(day)s") % words

    def agenda(self, of_items: dict[int, int]) -> Iterator[Block]:
        yield paper.heading(_("Agenda"))
        lines: list[Words] = []
        for item in self.pack.meeting.agenda.all():
            where = of_items.get(item.pk)
            told = [small(_("section %(number)s") % {"number": where})] if where else []
            lines.append([item.words, " ", *told] if told else item.words)
        lines = lines or [_("What changed, what is overdue, contests")]
        yield paper.items(lines, numbered=True)

    # Numbers

    def numbers(self) -> Block:
        parties, numbers = self.pack.parties, self.pack.numbers
        names = [filled("%(title)s %(of)s", title=str(one.title), of=small(str(one.of))) for one in HEADLINES]
        if len(parties) == 2:
            left, right = parties
            rows: list[list[Words]] = [
                [self.of(one.name, left), name, self.of(one.name, right)]
                for one, name in zip(HEADLINES, names, strict=True)
            ]
            return paper.mirrored(left, _("Commitments"), right, rows)
        shown = parties if len(parties) < 5 else []
        head: list[Words] = [_("Commitments"), _("All"), *([paper.party(one)] for one in shown)]
        rows = [
            [name, n_of(numbers[one.name][0]), *(self.of(one.name, party) for party in shown)]
            for one, name in zip(HEADLINES, names, strict=True)
        ]
        return paper.table(head, rows, widths=[2, *([1] * (len(head) - 1))])

    def of(self, name: str, party: Party) -> str:
        return n_of(self.pack.numbers[name][1].get(party.pk, (0, 0)))

    # What changed

    def changes(self) -> Iterator[Block]:
        groups = self.groups
        if not groups:
            yield paper.text(_("Nothing was recorded since, and no clock ran out."))
            return
        if len(groups) > MOST_CHANGES:
            words = {"shown": MOST_CHANGES, "all": amount(len(groups))}
            yield paper.text(
                ngettext(
                    "The newest %(shown)s of %(all)s change; all stand on the page of changes.",
                    "The newest %(shown)s of %(all)s changes; all stand on the page of changes.",
                    len(groups),
                )
                % words
            )
        rows: list[list[Words]] = [
            [[small(day(day_in(group[0].at, self.pack.zone)))], self.change(group)]
            for group in groups[:MOST_CHANGES]
        ]
        yield paper.table([_("Recorded"), _("What changed")], rows, widths=[0, 1])

    def change(self, group: Sequence[Change]) -> list[str | Run]:
        one = group[0]
        parties = by_name([each.commitment.party for each in group if each.commitment])
        owed = listed(small(party.name) for party in parties)
        code = self.code(one.commitment.obligation) if one.commitment else ""
        if said := [each.statement for each in group if each.statement]:
            return [code, " ", *self.said(said, owed)]
        if one.dated:
            words = {"trigger": one.dated.trigger.label, "day": day(one.on)}
            has_day, has_none = (
                _("%(trigger)s: its date is now %(day)s"),
                _("%(trigger)s: it has no date now"),
            )
            return filled(has_day if one.on else has_none, **words)
        if one.holiday:
            words = {
                "day": day(one.holiday.day),
                "name": one.holiday.name,
                "calendar": one.holiday.calendar.name,
            }
            off, on = (
                _("%(day)s, %(name)s, is a day off: %(calendar)s"),
                _("%(day)s is no day off: %(calendar)s"),
            )
            return filled(off if one.holiday.is_holiday else on, **words)
        if one.due:
            words = {"before": day(one.due.before) or _("no day"), "after": day(one.due.after) or _("no day")}
            return [
                code,
                " ",
                *filled(_("Due date moved, %(owed)s: %(before)s → %(after)s"), owed=owed, **words),
            ]
        if one.reading:
            kind, reason = capfirst(one.reading.get_kind_display()), self.texts.short(one.reading.reason)
            told = _("Reading, %(owed)s: %(kind)s. %(reason)s")
            return [code, " ", *filled(told, owed=owed, kind=kind, reason=reason)]
        return [code, " ", *filled(str(BREACHES[one.kind]), owed=owed, outcome=one.outcome)]

    def said(self, alike: Sequence[Statement], owed: list[str | Run]) -> list[str | Run]:
        said, more = alike[0], list[str | Run]()
        verdict = paper.verdict(said) if said.has_verdict else ""
        by = said.by.name if said.by else _("The mediators")
        if said.effective_on != day_in(said.recorded_at, self.pack.zone):
            more = [" ", small(_("It speaks of %(day)s.") % {"day": day(said.effective_on)})]
        reason = self.texts.said(*alike, more=more)
        return filled(str(SAID[Statement.Kind(said.kind)]), by=by, verdict=verdict, owed=owed, reason=reason)

    def code(self, of: Obligation) -> Run:
        return {"text": of.code, "style": "bold", "href": page_of(self.pack.agreement, of, self.pack.moment)}

    # How it stands

    def overdue(self) -> Iterator[Block]:
        n, of = self.pack.numbers[OVERDUE][0]
        words = {"n": amount(n), "all": amount(of), "day": day(self.pack.day)}
        told = ngettext(
            "%(n)s commitment of %(all)s with a date was overdue on %(day)s.",
            "%(n)s commitments of %(all)s with a date were overdue on %(day)s.",
            n,
        )
        yield paper.text(told % words)
        rows: list[list[Words]] = [
            [
                self.named(of[0].commitment.obligation),
                listed(paper.party(one.commitment.party) for one in of),
                day(of[0].deadline.due_on),
                self.found(of[0]),
                [{"text": amount(of[0].days_late or 0), "style": "late"}],
            ]
            for of in same_lateness(self.pack.rows(None))[:MOST_ROWS]
        ]
        head = [_("Obligation"), _("Owed by"), _("Due"), _("Last finding"), _("Days late")]
        if rows:
            yield paper.table(head, rows, ["left", "left", "left", "left", "right"], [3, 2, 0, 2, 0])

    def standing(self, standings: Sequence[Standing]) -> Iterator[Block]:
        """Party by party: both in mirrored columns, and whoever else owes something below."""
        parties = self.pack.parties
        owed = by_obligation(standings)
        if not owed:
            yield paper.text(_("No commitment is picked by this point of the agenda."))
        if len(owed) > MOST_ROWS:
            words = {"shown": MOST_ROWS, "all": amount(len(owed))}
            yield paper.text(
                ngettext(
                    "The first %(shown)s of %(all)s obligation, in the order of the text.",
                    "The first %(shown)s of %(all)s obligations, in the order of the text.",
                    len(owed),
                )
                % words
            )
            owed = owed[:MOST_ROWS]
        if len(parties) != 2:
            yield from self.others(owed)
            return
        left, right = parties
        rows, rest = [], []
        for obligation, of in owed:
            by_party = {one.commitment.party_id: one for one in of}
            ours = [by_party.pop(one.pk, None) for one in parties]
            if any(ours):
                cells = [self.found(one, in_column=True, flip=at == 0) for at, one in enumerate(ours)]
                rows.append([cells[0], self.named(obligation), cells[1]])
            if by_party:
                rest.append((obligation, list(by_party.values())))
        if rows:
            yield paper.mirrored(left, _("Obligation"), right, rows)
        if rest:
            if rows:
                yield paper.heading(_("Others"), 3)
            yield from self.others(rest)

    def others(self, owed: Iterable[tuple[Obligation, Sequence[Standing]]]) -> Iterator[Block]:
        rows: list[list[Words]] = [
            [self.named(obligation), [paper.party(one.commitment.party)], self.found(one)]
            for obligation, of in owed
            for one in of
        ]
        if rows:
            yield paper.table([_("Obligation"), _("Owed by"), _("Found")], rows, widths=[3, 2, 3])

    def named(self, of: Obligation) -> list[str | Run]:
        return [self.code(of), f" {of.title}"]

    def found(self, of: Standing | None, in_column: bool = False, flip: bool = False) -> list[str | Run]:
        """What was found with its day and source; in a party's own column also how late it is, and for None that it
        does not bind the party. With `flip` the mark comes last.
        """
        if of is None:
            return [small(_("not bound"))]
        verdict = paper.verdict(of.finding, flip)
        if of.finding is None:
            found: list[str | Run] = [verdict]
        else:
            when = small(assessed(of.assessed) or day(of.finding.effective_on))
            dated: list[str | Run] = [when, *self.texts.note(of.finding)]
            found = [*dated, " ", verdict] if flip else [verdict, " ", *dated]
        if in_column and of.overdue_since and of.days_late:
            words = {"n": amount(of.days_late)}
            told = ngettext("%(n)s day late", "%(n)s days late", of.days_late) % words
            found += ["\n", {"text": told, "style": "late"}]
        return found

    # What the sides say

    def contests(self) -> Iterator[Block]:
        found = self.pack.contests
        if not found:
            yield paper.text(_("No contest is in force."))
            return
        if len(found) > MOST_CONTESTS:
            words = {"shown": MOST_CONTESTS, "all": amount(len(found))}
            text = ngettext(
                "The newest %(shown)s of %(all)s contest.",
                "The newest %(shown)s of %(all)s contests.",
                len(found),
            )
            yield paper.text(text % words)
        rows: list[list[Words]] = [
            [
                [self.code(one.commitment.obligation), " ", small(one.commitment.party.name)],
                self.subject(one.refers_to),
                [*by(one), f", {day(one.effective_on)}: ", *self.texts.said(one)],
            ]
            for one in found[:MOST_CONTESTS]
        ]
        yield paper.table([_("Obligation"), _("Said"), _("Contested")], rows, widths=[2, 3, 5])

    def subject(self, of: Statement | None) -> list[str | Run]:
        assert of is not None
        verdict: list[str | Run] = [paper.verdict(of), ", "] if of.has_verdict else []
        return [*by(of), ": ", *verdict, day(of.effective_on), *self.texts.note(of)]

    def requests(self) -> Iterator[Block]:
        yield request_table([one.request for one in self.pack.requests], self.code, self.texts)


def request_table(requests: Iterable[PartyRequest], code: Callable[[Obligation], Run], texts: Texts) -> Block:
    rows: list[list[Words]] = [
        [
            [paper.party(one.party)],
            [code(one.commitment.obligation), " ", small(one.commitment.party.name)],
            texts.spoken(one.words, one.language),
            day(one.reply_by),
        ]
        for one in requests
    ]
    head = [_("Asked"), _("Obligation"), _("What was asked"), _("Reply by")]
    return paper.table(head, rows, widths=[2, 1, 5, 0])


def listed(runs: Iterable[Run]) -> list[str | Run]:
    """Runs of text with a comma between them."""
    found: list[str | Run] = []
    for run in runs:
        found += [", ", run] if found else [run]
    return found


def by(said: Statement) -> list[str | Run]:
    return [paper.party(said.by)] if said.by else [_("The mediators")]
