"""The rows of a pack: which values each model is to have. Parents first, so that children can name them."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from typing import Any

from django.db.models import Model, Q

from agreement.models import (
    Agreement,
    Event,
    Instrument,
    InterpretiveRule,
    Position,
    Provision,
    SignOff,
    Translation,
    Trigger,
)
from agreement.packs.fields import Entry
from agreement.packs.model import Pack, footnote
from agreement.packs.model import Provision as PackProvision
from obligations.models import Commitment, Gate, Indicator, Obligation
from obligations.packs import mapping
from obligations.packs.difference import Difference, Key, Values
from obligations.packs.mapping import Mapped, columns_of, rows_in
from parties.access import Tier
from parties.models import Party

TOUCHES = Obligation.touched_by.through
TOUCHED = Event.provisions.through
ALSO_UNDER = Obligation.also_under.through
# To which nothing else that a pack brings refers. A plan, which takes everything back, need not add them.
LEAVES = (Commitment, Gate, Indicator, InterpretiveRule, Position, Translation, TOUCHES, TOUCHED, ALSO_UNDER)


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
        self.by_code: dict[type[Model], dict[str, Any]] = defaultdict(dict)
        self.agreement = self.write_agreement()
        self.is_new = (Agreement, self.agreement.pk) in self.difference.fresh
        self.parties: dict[str, Party] = self.write_parties()
        self.write(
            mapping.PARTICIPATION,
            pack.actors,
            lambda actor: {"party_id": self.parties[actor.code].pk},
            ("party_id",),
        )
        # Without the day that counts: giving one is an act of its own, `date_triggers`.
        self.triggers: dict[str, Trigger] = self.write(mapping.TRIGGER, pack.triggers)
        self.instruments: dict[str, Instrument] = self.write(mapping.INSTRUMENT, pack.instruments)
        self.write_parts(
            mapping.POSITION, "instrument_id", pack.instruments, "positions", "party_id", "since"
        )
        self.provisions: dict[tuple[str, str], Provision] = {}
        self.write_provisions()
        self.write(mapping.RULE, pack.rules, self.of_provision)
        # By the format a pack's events are public; who may see one that is there is changed by a release alone.
        self.events: dict[str, Event] = self.write(
            mapping.EVENT,
            pack.events,
            lambda event: {"touches_all": event.touches_all},
            at_first={"tier": Tier.PUBLIC},
        )
        self.obligations: dict[str, Obligation] = self.write_obligations()
        self.write_other_provisions()
        self.write_indicators()
        self.write_parts(mapping.GATE, "obligation_id", pack.obligations, "gates", "place")
        self.write_touches()
        self.commitments = self.write_commitments()
        self.write_translations()

    def commitments_among(self, keys: Collection[tuple[type[Model], Any]]) -> list[Commitment]:
        """Those commitments of the pack that are among these rows of a difference."""
        return [row for row in self.commitments.values() if (Commitment, row.pk) in keys]

    def key_of(self, model: type[Model], code: str) -> int:
        key: int = self.by_code[model][code].pk
        return key

    def at(self, model: type[Model], place: int) -> Values:
        """Where a row stands, as far as its model says so."""
        values = {"agreement_id": self.agreement.pk, "place": place, "in_pack": True}
        return {column: value for column, value in values.items() if column in columns_of(model)}

    def write(
        self,
        mapped: Mapped,
        entries: Sequence[Entry],
        others: Callable[[Any], Values] = lambda entry: {},
        keys: tuple[str, ...] = ("code",),
        at_first: Values | None = None,
    ) -> dict[Any, Any]:
        """Write the entries of a list, each with its `others`; the rows by the code, or the other key."""
        wanted = (
            mapped.values_of(entry, self.key_of) | self.at(mapped.model, place) | others(entry)
            for place, entry in enumerate(entries)
        )
        rows = self.put(rows_in(mapped.model, self.agreement), keys, wanted, at_first)
        self.by_code[mapped.model] = {key: row for (key,), row in rows.items()}
        return self.by_code[mapped.model]

    def write_parts(self, mapped: Mapped, whole: str, entries: Sequence[Any], name: str, *key: str) -> None:
        """Write what stands in the list `name` of entries; `whole` is the column for these, `key` tells parts apart."""
        wholes = self.by_code[mapped.model._meta.get_field(whole.removesuffix("_id")).related_model]  # type: ignore[index]
        wanted = [
            mapped.values_of(part, self.key_of)
            | self.at(mapped.model, place)
            | {whole: wholes[entry.code].pk}
            for entry in entries
            for place, part in enumerate(getattr(entry, name))
        ]
        self.put(rows_in(mapped.model, self.agreement), (whole, *key), wanted)

    def write_agreement(self) -> Agreement:
        head, naming = self.pack.agreement, self.pack.naming
        values = mapping.AGREEMENT.values_of(head) | {
            "footnote": footnote(naming.marker, naming.footnote) if naming else "",
            "naming": naming.model_dump() if naming else {},
            "groups": [group.model_dump() for group in self.pack.groups],
            "topics": [topic.model_dump() for topic in self.pack.topics],
            "languages": [
                one.model_dump(include={"language", "state", "by"}) for one in self.pack.translations
            ],
        }
        there = Agreement.objects.filter(code=head.code).select_for_update()
        # What an administrator changed stands while the packs say the same. Acts of power are no matter of a pack.
        before = there.values_list("pack_sign_off", "sign_off").first()
        self.changes_policy = before is not None and list(head.sign_off) != before[0]
        if before is None or self.changes_policy:
            powers = [SignOff.POWERS.value] if before is None or SignOff.POWERS in before[1] else []
            values |= {"sign_off": sorted([*head.sign_off, *powers]), "pack_sign_off": list(head.sign_off)}
        return self.put(there, ("code",), [values])[(head.code,)]

    def write_parties(self) -> dict[str, Party]:
        """Its own, whatever other agreements call who has the same code."""
        here = Q(of=self.agreement.code) | Q(participations__agreement=self.agreement)
        there = Party.objects.filter(pk__in=Party.objects.filter(here).values("pk"))
        wanted = [mapping.PARTY.values_of(actor) for actor in self.pack.actors]
        rows = self.put(there, ("code",), wanted, {"of": self.agreement.code})
        self.by_code[Party] = {code: row for (code,), row in rows.items()}
        return self.by_code[Party]

    def of_provision(self, entry: Any) -> Values:
        return {"provision_id": self.provisions[(entry.instrument, entry.provision)].pk}

    def write_provisions(self) -> None:
        """A generation at a time: a child names its parent, which must be there."""
        generations: dict[int, list[tuple[str, int, PackProvision]]] = defaultdict(list)
        depth: dict[tuple[str, str | None], int] = {}
        for text in self.pack.instruments:
            for place, provision in enumerate(text.provisions):
                above = depth.get((text.code, provision.parent), -1)
                depth[(text.code, provision.anchor)] = above + 1
                generations[above + 1].append((text.code, place, provision))
        there = rows_in(Provision, self.agreement)
        codes = {text.pk: code for code, text in self.instruments.items()}
        for _depth, generation in sorted(generations.items()):
            rows = self.put(there, ("instrument_id", "anchor"), map(self.provision_values, generation))
            self.provisions |= {(codes[text], anchor): row for (text, anchor), row in rows.items()}

    def provision_values(self, placed: tuple[str, int, PackProvision]) -> Values:
        code, place, provision = placed
        return (
            mapping.PROVISION.values_of(provision)
            | self.at(Provision, place)
            | {
                "instrument_id": self.instruments[code].pk,
                "parent_id": self.provisions[(code, provision.parent)].pk if provision.parent else None,
            }
        )

    def write_obligations(self) -> dict[str, Obligation]:
        """In two goes: an obligation may name one that stands later."""
        labels = {group.code: group.label for group in self.pack.groups}
        labels |= {actor.code: actor.name for actor in self.pack.actors}

        def others(owed: Any) -> Values:
            return (
                self.of_provision(owed)
                | mapping.DEADLINE.values_of(owed.deadline, self.key_of)
                | {
                    "terms": owed.deadline.terms(),
                    "beneficiaries": [labels[code] for code in owed.beneficiaries],
                }
            )

        rows = self.write(mapping.OBLIGATION, self.pack.obligations, others)
        self.difference.change(
            (
                rows[owed.code],
                dict(mapping.OBLIGATION.keys_of_references(owed, self.key_of, within=True))
                | dict(mapping.DEADLINE.keys_of_references(owed.deadline, self.key_of, within=True)),
            )
            for owed in self.pack.obligations
        )
        return rows

    def write_other_provisions(self) -> None:
        wanted = [
            {"obligation_id": self.obligations[owed.code].pk, **self.of_provision(place)}
            for owed in self.pack.obligations
            for place in owed.also_under
        ]
        self.put(rows_in(ALSO_UNDER, self.agreement), ("obligation_id", "provision_id"), wanted)

    def write_indicators(self) -> None:
        """Told apart by their place, like gates."""
        wanted = [
            {"obligation_id": self.obligations[owed.code].pk, "place": place, "text": text}
            for owed in self.pack.obligations
            for place, text in enumerate(owed.indicators)
        ]
        self.put(rows_in(Indicator, self.agreement), ("obligation_id", "place"), wanted)

    def write_touches(self) -> None:
        wanted = [
            {"event_id": self.events[event.code].pk, "obligation_id": self.obligations[code].pk}
            for event in self.pack.events
            for code in event.obligations
        ]
        self.put(rows_in(TOUCHES, self.agreement), ("event_id", "obligation_id"), wanted)
        touched = [
            {"event_id": self.events[event.code].pk, **self.of_provision(place)}
            for event in self.pack.events
            for place in event.provisions
        ]
        self.put(rows_in(TOUCHED, self.agreement), ("event_id", "provision_id"), touched)

    def write_commitments(self) -> dict[Key, Commitment]:
        wanted = [
            self.at(Commitment, place)
            | {
                "obligation_id": self.obligations[owed.code].pk,
                "party_id": self.parties[part.obligor].pk,
                "share": part.share,
            }
            for owed in self.pack.obligations
            for place, part in enumerate(owed.commitments)
        ]
        return self.put(rows_in(Commitment, self.agreement), ("obligation_id", "party_id"), wanted)

    def write_translations(self) -> None:
        wanted = [
            {"agreement_id": self.agreement.pk, "language": one.language, "source": source}
            | {"form": form, "text": text}
            for one in self.pack.translations
            for (source, form), text in one.rows().items()
        ]
        self.put(rows_in(Translation, self.agreement), ("language", "source", "form"), wanted)
