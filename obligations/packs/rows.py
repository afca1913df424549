"""The rows of a pack: which values each model is to have. Parents first, so that children can name them."""

from collections.abc import Iterator

from django.db.models import Model, Q

from agreement.models import (
    Agreement,
    Event,
    Instrument,
    InterpretiveRule,
    Participation,
    Position,
    Provision,
    SignOff,
    Trigger,
)
from agreement.packs.model import Pack
from obligations.models import Commitment, Gate, Indicator, Obligation
from obligations.packs import columns
from obligations.packs.columns import values_of
from obligations.packs.difference import Difference, Key, Values
from parties.access import Tier
from parties.models import Party

# To which nothing else that a pack brings refers. A plan, which takes everything back, need not add them.
LEAVES = (Commitment, Gate, Indicator, InterpretiveRule, Position, Obligation.touched_by.through)


class PackRows:
    """Writes a pack's rows and keeps what later ones refer to, by code. `difference` notes what was done.

    `commitments` are those that the pack names, by the keys of obligation and party. For a `plan`, rows to which
    nothing else refers are told and not added.
    """

    def __init__(self, pack: Pack, plan: bool = False) -> None:
        self.pack = pack
        self.difference = Difference(only_told=LEAVES if plan else ())
        self.put = self.difference.put
        self.changes_policy = False
        self.agreement = self.write_agreement()
        self.is_new = (Agreement, self.agreement.pk) in self.difference.fresh
        self.parties = self.write_parties()
        self.participations = self.write_participations()
        self.triggers = self.write_triggers()
        self.instruments = self.write_instruments()
        self.provisions: dict[tuple[str, str], Provision] = {}
        self.positions = self.write_positions()
        self.write_provisions()
        self.rules = self.write_rules()
        self.events = self.write_events()
        self.obligations = self.write_obligations()
        self.indicators = self.write_indicators()
        self.gates = self.write_gates()
        self.touches = self.write_touches()
        self.commitments = self.write_commitments()

    def write_agreement(self) -> Agreement:
        head, naming = self.pack.agreement, self.pack.naming
        values = values_of(head, columns.AGREEMENT) | {
            "review_months": head.review_every.months,
            "footnote": f"{naming.marker} {naming.footnote}" if naming else "",
            "naming": naming.model_dump() if naming else {},
            "groups": [group.model_dump() for group in self.pack.groups],
        }
        there = Agreement.objects.filter(code=head.code).select_for_update()
        # What an administrator changed stands while the packs say the same. Acts of power are no matter of a pack.
        before = there.values_list("pack_sign_off", "sign_off").first()
        self.changes_policy = before is not None and list(head.sign_off) != before[0]
        if before is None or self.changes_policy:
            powers = [SignOff.POWERS.value] if before is None or SignOff.POWERS in before[1] else []
            values |= {"sign_off": sorted([*head.sign_off, *powers]), "pack_sign_off": list(head.sign_off)}
        return self.put(there, ("code",), [values])[(head.code,)]

    def at(self, place: int) -> Values:
        return {"agreement_id": self.agreement.pk, "place": place}

    def write_parties(self) -> dict[str, Party]:
        actors = self.pack.actors
        here = Q(code__in=[actor.code for actor in actors]) | Q(participations__agreement=self.agreement)
        there = Party.objects.filter(pk__in=Party.objects.filter(here).values("pk"))
        rows = self.put(there, ("code",), [values_of(actor, columns.PARTY) for actor in actors])
        return {code: row for (code,), row in rows.items()}

    def write_participations(self) -> list[Participation]:
        wanted = [
            values_of(actor, columns.PARTICIPATION)
            | self.at(place)
            | {"party_id": self.parties[actor.code].pk, "in_pack": True}
            for place, actor in enumerate(self.pack.actors)
        ]
        return list(self.put(self.agreement.participations.order_by(), ("party_id",), wanted).values())

    def write_triggers(self) -> dict[str, Trigger]:
        """Without the day that counts: giving one is an act of its own, `pack_dates`."""
        wanted = [
            values_of(trigger, columns.TRIGGER) | self.at(place) | {"in_pack": True}
            for place, trigger in enumerate(self.pack.triggers)
        ]
        rows = self.put(self.agreement.triggers.order_by(), ("code",), wanted)
        return {code: row for (code,), row in rows.items()}

    def write_instruments(self) -> dict[str, Instrument]:
        wanted = [
            values_of(text, columns.INSTRUMENT) | self.at(place) | {"in_pack": True}
            for place, text in enumerate(self.pack.instruments)
        ]
        rows = self.put(self.agreement.instruments.order_by(), ("code",), wanted)
        return {code: row for (code,), row in rows.items()}

    def write_positions(self) -> list[Position]:
        wanted = [
            values_of(position, columns.POSITION)
            | {
                "instrument_id": self.instruments[text.code].pk,
                "party_id": self.parties[position.party].pk,
            }
            for text in self.pack.instruments
            for position in text.positions
        ]
        there = Position.objects.filter(instrument__agreement=self.agreement).order_by()
        return list(self.put(there, ("instrument_id", "party_id"), wanted).values())

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
                    yield values_of(provision, columns.PROVISION) | {
                        "instrument_id": self.instruments[text.code].pk,
                        "parent_id": parent,
                        "place": place,
                        "in_pack": True,
                    }

    def write_rules(self) -> list[InterpretiveRule]:
        wanted = [
            values_of(rule, columns.RULE)
            | self.at(place)
            | {"provision_id": self.provisions[(rule.instrument, rule.provision)].pk}
            for place, rule in enumerate(self.pack.rules)
        ]
        there = InterpretiveRule.objects.filter(agreement=self.agreement).order_by()
        return list(self.put(there, ("code",), wanted).values())

    def write_events(self) -> dict[str, Event]:
        wanted = [
            values_of(event, columns.EVENT)
            | self.at(place)
            | {
                "trigger_id": self.triggers[event.trigger].pk if event.trigger else None,
                "touches_all": event.touches_all,
                "in_pack": True,
            }
            for place, event in enumerate(self.pack.events)
        ]
        # By the format a pack's events are public; who may see one that is there is changed by a release alone.
        rows = self.put(self.agreement.events.order_by(), ("code",), wanted, {"tier": Tier.PUBLIC})
        return {code: row for (code,), row in rows.items()}

    def write_obligations(self) -> dict[str, Obligation]:
        """In two goes: an obligation may name one that stands later."""
        labels = {group.code: group.label for group in self.pack.groups}
        labels |= {actor.code: actor.name for actor in self.pack.actors}
        wanted = [self.obligation_values(place, labels) for place in range(len(self.pack.obligations))]
        there = Obligation.objects.filter(agreement=self.agreement).order_by()
        rows = {code: row for (code,), row in self.put(there, ("code",), wanted).items()}

        def key_of(code: str | None) -> int | None:
            return rows[code].pk if code else None

        self.difference.change(
            (
                rows[owed.code],
                {
                    "deadline_from_id": key_of(owed.deadline_from),
                    "after_obligation_id": key_of(owed.deadline.after),
                },
            )
            for owed in self.pack.obligations
        )
        return rows

    def obligation_values(self, place: int, labels: dict[str, str]) -> Values:
        owed = self.pack.obligations[place]
        limit = owed.deadline
        values = values_of(owed, columns.OBLIGATION) | values_of(limit, columns.DEADLINE) | self.at(place)
        return values | {
            "provision_id": self.provisions[(owed.instrument, owed.provision)].pk,
            "terms": limit.terms(),
            "trigger_id": self.triggers[limit.trigger].pk if limit.trigger else None,
            "beneficiaries": [labels[code] for code in owed.beneficiaries],
            "review_months": owed.review_every_months,
            "in_pack": True,
        }

    def write_indicators(self) -> list[Indicator]:
        """Told apart by their place, like gates."""
        wanted = [
            {"obligation_id": self.obligations[owed.code].pk, "place": place, "text": text}
            for owed in self.pack.obligations
            for place, text in enumerate(owed.indicators)
        ]
        there = Indicator.objects.filter(obligation__agreement=self.agreement).order_by()
        return list(self.put(there, ("obligation_id", "place"), wanted).values())

    def write_gates(self) -> list[Gate]:
        wanted = [
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
        there = Gate.objects.filter(obligation__agreement=self.agreement).order_by()
        return list(self.put(there, ("obligation_id", "place"), wanted).values())

    def write_touches(self) -> list[Model]:
        wanted = [
            {"event_id": self.events[event.code].pk, "obligation_id": self.obligations[code].pk}
            for event in self.pack.events
            for code in event.obligations
        ]
        there = Obligation.touched_by.through.objects.filter(obligation__agreement=self.agreement)
        return list(self.put(there, ("event_id", "obligation_id"), wanted).values())

    def write_commitments(self) -> dict[Key, Commitment]:
        wanted = [
            {
                "agreement_id": self.agreement.pk,
                "obligation_id": self.obligations[owed.code].pk,
                "party_id": self.parties[share.obligor].pk,
                "share": share.share,
                "place": place,
                "in_pack": True,
            }
            for owed in self.pack.obligations
            for place, share in enumerate(owed.commitments)
        ]
        there = Commitment.objects.filter(agreement=self.agreement).order_by()
        return self.put(there, ("obligation_id", "party_id"), wanted)
