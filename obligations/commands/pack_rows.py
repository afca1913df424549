"""The rows of a pack: which values each model is to have. Parents first, so that children can name them."""

from collections.abc import Iterator
from typing import Any

from agreement.models import (
    Agreement,
    Event,
    Instrument,
    InterpretiveRule,
    Position,
    Provision,
    Trigger,
)
from agreement.packs.model import Deadline, Pack
from obligations.commands.difference import Difference, Values
from obligations.models import Commitment, Gate, Indicator, Obligation
from parties.models import Party


def terms_of(limit: Deadline) -> dict[str, Any]:
    """The terms that a rule takes: what the pack sets, but for the trigger and the expected day."""
    terms = {
        "date": limit.date.isoformat() if limit.date else None,
        "days": limit.days,
        "qualifier": limit.qualifier,
    }
    return {name: value for name, value in terms.items() if value is not None}


class PackRows:
    """Writes a pack's rows and keeps what later ones refer to, by code. `difference` counts what was done."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.difference = Difference()
        self.put = self.difference.put
        self.agreement = self.write_agreement()
        self.parties = self.write_parties()
        self.triggers = self.write_triggers()
        self.instruments = self.write_instruments()
        self.provisions: dict[tuple[str, str], Provision] = {}
        self.write_provisions()
        self.write_rules()
        self.events = self.write_events()
        self.obligations = self.write_obligations()
        self.write_details()
        self.write_touches()
        self.new_commitments = self.write_commitments()

    def write_agreement(self) -> Agreement:
        head, naming = self.pack.agreement, self.pack.naming
        values = {
            "code": head.code,
            "title": head.title,
            "short_title": head.short_title,
            "time_zone": head.time_zone,
            "convention": head.counting,
            "due_soon_days": head.due_soon_days,
            "review_months": head.review_every_months,
            "facts_as_of": head.as_of,
            "footnote": f"{naming.marker} {naming.footnote}" if naming else "",
            "pack_digest": self.pack.digest,
        }
        there = Agreement.objects.filter(code=head.code).select_for_update()
        return self.put(there, ("code",), [values])[(head.code,)]

    def write_parties(self) -> dict[str, Party]:
        actors = self.pack.actors
        there = Party.objects.filter(code__in=[actor.code for actor in actors])
        rows = self.put(there, ("code",), [{"code": a.code, "name": a.name, "mark": a.mark} for a in actors])
        parties = {code: row for (code,), row in rows.items()}
        places = [
            {"agreement_id": self.agreement.pk, "party_id": parties[a.code].pk, "kind": a.role}
            for a in actors
        ]
        self.put(self.agreement.participations.all(), ("party_id",), places)
        return parties

    def write_triggers(self) -> dict[str, Trigger]:
        """Without their dates: giving one is a command of its own."""
        wanted = [
            {"agreement_id": self.agreement.pk, "code": t.code, "label": t.label, "note": t.note}
            for t in self.pack.triggers
        ]
        return {
            code: row for (code,), row in self.put(self.agreement.triggers.all(), ("code",), wanted).items()
        }

    def write_instruments(self) -> dict[str, Instrument]:
        wanted = [
            {
                "agreement_id": self.agreement.pk,
                "code": text.code,
                "kind": text.kind,
                "title": text.title,
                "short_title": text.short_title,
                "adopted_on": text.date,
                "in_effect_from": text.in_effect_from,
                "derived_from": text.derived_from or "",
                "source": text.source,
                "note": text.note,
                "place": place,
            }
            for place, text in enumerate(self.pack.instruments)
        ]
        rows = self.put(self.agreement.instruments.all(), ("code",), wanted)
        texts = {code: row for (code,), row in rows.items()}
        positions = [
            {
                "instrument_id": texts[text.code].pk,
                "party_id": self.parties[position.party].pk,
                "kind": position.position,
                "since": position.date,
                "note": position.note,
            }
            for text in self.pack.instruments
            for position in text.positions
        ]
        there = Position.objects.filter(instrument__agreement=self.agreement).order_by()
        self.put(there, ("instrument_id", "party_id"), positions)
        return texts

    def write_provisions(self) -> None:
        """A generation at a time: a child names its parent, which must be there."""
        depth: dict[tuple[str, str], int] = {}
        for text in self.pack.instruments:
            for provision in text.provisions:
                above = depth[(text.code, provision.parent)] if provision.parent else -1
                depth[(text.code, provision.anchor)] = above + 1
        there = Provision.objects.filter(instrument__agreement=self.agreement).order_by()
        for generation in sorted(set(depth.values())):
            level = {key for key, value in depth.items() if value == generation}
            rows = self.put(there, ("instrument_id", "anchor"), self.provision_values(level))
            codes = {text.pk: code for code, text in self.instruments.items()}
            self.provisions |= {
                (codes[instrument], anchor): row for (instrument, anchor), row in rows.items()
            }

    def provision_values(self, level: set[tuple[str, str]]) -> Iterator[Values]:
        for text in self.pack.instruments:
            for place, provision in enumerate(text.provisions):
                if (text.code, provision.anchor) in level:
                    parent = self.provisions[(text.code, provision.parent)].pk if provision.parent else None
                    yield {
                        "instrument_id": self.instruments[text.code].pk,
                        "anchor": provision.anchor,
                        "label": provision.label,
                        "heading": provision.heading,
                        "parent_id": parent,
                        "place": place,
                    }

    def write_rules(self) -> None:
        wanted = [
            {
                "agreement_id": self.agreement.pk,
                "code": rule.code,
                "provision_id": self.provisions[(rule.instrument, rule.provision)].pk,
                "text": rule.text,
            }
            for rule in self.pack.rules
        ]
        self.put(InterpretiveRule.objects.filter(agreement=self.agreement).order_by(), ("code",), wanted)

    def write_events(self) -> dict[str, Event]:
        wanted = [
            {
                "agreement_id": self.agreement.pk,
                "code": event.code,
                "happened_on": event.date,
                "precision": event.precision,
                "title": event.title,
                "source": event.source,
                "trigger_id": self.triggers[event.trigger].pk if event.trigger else None,
                "touches_all": event.touches_all,
            }
            for event in self.pack.events
        ]
        return {
            code: row for (code,), row in self.put(self.agreement.events.all(), ("code",), wanted).items()
        }

    def write_obligations(self) -> dict[str, Obligation]:
        wanted = [self.obligation_values(place) for place in range(len(self.pack.obligations))]
        there = Obligation.objects.filter(agreement=self.agreement).order_by()
        rows = {code: row for (code,), row in self.put(there, ("code",), wanted).items()}
        borrowed = [
            {
                "code": owed.code,
                "deadline_from_id": rows[owed.deadline_from].pk if owed.deadline_from else None,
            }
            for owed in self.pack.obligations
        ]
        self.put(there.all(), ("code",), borrowed)
        return rows

    def obligation_values(self, place: int) -> Values:
        owed = self.pack.obligations[place]
        limit = owed.deadline
        labels = {group.code: group.label for group in self.pack.groups} | {
            a.code: a.name for a in self.pack.actors
        }
        return {
            "agreement_id": self.agreement.pk,
            "code": owed.code,
            "provision_id": self.provisions[(owed.instrument, owed.provision)].pk,
            "title": owed.title,
            "summary": owed.summary,
            "kind": owed.kind,
            "rule": limit.rule,
            "terms": terms_of(limit),
            "trigger_id": self.triggers[limit.trigger].pk if limit.trigger else None,
            "beneficiaries": [labels[code] for code in owed.beneficiaries],
            "tags": list(owed.tags),
            "confidence": owed.confidence,
            "confidence_note": owed.confidence_note,
            "source": owed.source,
            "place": place,
        }

    def write_details(self) -> None:
        """Indicators and gates, told apart by their place."""
        indicators = [
            {"obligation_id": self.obligations[owed.code].pk, "place": place, "text": text}
            for owed in self.pack.obligations
            for place, text in enumerate(owed.indicators)
        ]
        there = Indicator.objects.filter(obligation__agreement=self.agreement)
        self.put(there, ("obligation_id", "place"), indicators)
        gates = [
            {
                "obligation_id": self.obligations[owed.code].pk,
                "place": place,
                "after_obligation_id": self.obligations[gate.obligation].pk if gate.obligation else None,
                "after_trigger_id": self.triggers[gate.trigger].pk if gate.trigger else None,
                "condition": gate.text,
            }
            for owed in self.pack.obligations
            for place, gate in enumerate(owed.gates)
        ]
        self.put(Gate.objects.filter(obligation__agreement=self.agreement), ("obligation_id", "place"), gates)

    def write_touches(self) -> None:
        wanted = [
            {"event_id": self.events[event.code].pk, "obligation_id": self.obligations[code].pk}
            for event in self.pack.events
            for code in event.touches
        ]
        through = Obligation.touched_by.through.objects.filter(obligation__agreement=self.agreement)
        self.put(through, ("event_id", "obligation_id"), wanted)

    def write_commitments(self) -> set[int]:
        there = Commitment.objects.filter(agreement=self.agreement).order_by()
        known = set(there.values_list("pk", flat=True))
        wanted = [
            {
                "agreement_id": self.agreement.pk,
                "obligation_id": self.obligations[owed.code].pk,
                "party_id": self.parties[share.obligor].pk,
                "share": share.share,
            }
            for owed in self.pack.obligations
            for share in owed.commitments
        ]
        rows = self.put(there, ("obligation_id", "party_id"), wanted)
        named = {row.pk for row in rows.values()}
        gone = there.filter(pk__in=known - named).select_related("obligation", "party")
        self.left = [f"{row.obligation.code} of {row.party.code}" for row in gone]
        return named - known
