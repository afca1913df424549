"""The stream of changes: what was committed in the agreements that a viewer may see, each once, in its order.

A change has the place that its entry has in the chain of its agreement, and the chain gives places at the commit, one
after the other under a lock: whoever reads on after a place misses nothing, however many write meanwhile, and meets
nothing twice. What a viewer is told of a change is what they may see now: what is hidden from them takes no place that
they could count. What is released later is met again at its release.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import F, TextField, Value
from django.urls import reverse

from agreement.models import Agreement, ChainHead
from obligations.commands import turns
from obligations.delivery.cursor import BEGINNING, WHOLE, Place, Places
from obligations.delivery.kinds import (
    OF_A_PACK,
    PACK,
    RELEASED,
    RELEASES,
    ROWS,
    STATES,
    TOLD_APART,
    TURNED,
    WITHDRAWAL,
    Kind,
    Source,
)
from obligations.models import Statement
from obligations.status.reading import MEDIATORS_BIT, PARTIES_BIT, PUBLIC_BIT, bits_of, rows_of
from parties.access import Grant, Role, Tier, Viewer
from parties.models import Party

NAMESPACE = uuid.UUID("5b6f5d0e-6a1b-4c57-9a44-6a5c4f3a6f10")
# Entries that are read at once: more each time, where nothing of them is for the viewer; and of breaches that turned,
# of which one entry can name thousands, no further entry than after so many.
FEWEST, MOST, MOST_TURNS = 200, 20_000, 2_000


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed, without a word of it: what it says is at its addresses, for those who may see it.

    `key` names what changed: of a trigger, an event, a gate (its obligation) and a pack (its agreement) the code, else
    its random key. `obligation` is a code, and `commitment` the number of one; None where it is about neither.
    `recorded_at` is when its recording began; the order is that of the commits. `id` is the same whenever and by
    whomever it is read. `chain`, `place` and `actor` (the key of who did it, None for a worker) never leave the server,
    nor does `tier`: of a breach that turned, who knows of it at least as its reader does. `is_back` says that what is
    told of was taken back by it.
    """

    kind: Kind
    agreement: str
    key: str
    obligation: str | None
    commitment: int | None
    recorded_at: datetime
    source: Source
    chain: int
    place: Place
    actor: int | None
    tier: Tier = Tier.PUBLIC
    is_back: bool = False

    @property
    def label(self) -> str:
        """What happened; of what can be taken back, which of the two."""
        done, back = TOLD_APART.get(self.kind, (Kind(self.kind).label, ""))
        return str(back if self.is_back else done)

    @property
    def id(self) -> str:
        named = (self.agreement, self.kind.value, self.key, self.recorded_at.isoformat())
        return str(uuid.uuid5(NAMESPACE, repr(named)))

    @property
    def api(self) -> str:
        """The address in the API; worked out where it is asked for alone, which takes long for thousands."""
        of = self.source
        return reverse(of.api, args=[self.agreement, self.key] if of.in_agreement else [self.key])

    @property
    def page(self) -> str:
        """The address of the page that shows it: of its obligation, else of its agreement."""
        if self.obligation:
            return reverse("obligation", args=[self.agreement, self.obligation])
        return reverse("agreement", args=[self.agreement])


@dataclass(frozen=True, slots=True)
class ReadChanges:
    """Changes, oldest first in each agreement; the places to go on from; whether there are more at present."""

    changes: list[Change]
    places: Places
    more: bool


@dataclass(frozen=True, slots=True)
class Named:
    """What an entry names that may be told of, at its place in it: a row of a source.

    Of a breach that turned it is the commitment, with the `key` of the breach and the statement that was the `cause`.
    """

    place: Place
    at: datetime
    actor: int | None
    source: Source
    pk: int
    key: str = ""
    cause: int | None = None
    tier: Tier = Tier.PUBLIC


# What entries name, at places that no visibility shifts: rows, then states, then the breaches that turned for the
# viewer. An entry that names nothing is there as well, so that it is known to be read. What is of the entry is taken
# out of its JSON once, not for each of the thousands that it may name.
ENTRIES = """
WITH counted AS MATERIALIZED (
    SELECT l.chain AS agreement_id, l.position, e.at, e.actor_id, e.command, e.after, e.content,
        CASE WHEN e.command = %s THEN jsonb_array_length(e.after -> 'turns') ELSE 0 END AS turns
    FROM agreement_chainlink l JOIN agreement_ledgerentry e ON e.id = l.entry_id
    WHERE l.chain = %s AND l.position >= %s ORDER BY l.position LIMIT %s
), entries AS MATERIALIZED (
    SELECT *, e.after ->> 'tier' AS tier, e.after ->> 'confidant' AS confidant
    FROM (SELECT *, sum(turns) OVER (ORDER BY position) - turns AS before FROM counted) e WHERE before < %s
)
SELECT e.position, e.at, e.actor_id, e.command, e.tier, e.confidant,
    n.place, n.sort, n.label, n.ref::bigint, n.cause::bigint, n.mask
FROM entries e LEFT JOIN LATERAL (
    SELECT r.place, 'row' AS sort, r.one ->> 0 AS label, r.one ->> 1 AS ref, NULL AS cause, NULL::bigint AS mask
    FROM jsonb_array_elements(e.content::jsonb -> 'rows') WITH ORDINALITY AS r(one, place)
    WHERE r.one ->> 0 = ANY(%s)
    UNION ALL
    SELECT 1000000 + s.place, 'state', s.one ->> 0, s.one ->> 1, NULL, NULL
    FROM jsonb_array_elements(e.content::jsonb -> 'states') WITH ORDINALITY AS s(one, place)
    WHERE e.command = ANY(%s) AND s.one ->> 2 IS NOT NULL
    UNION ALL
    SELECT 2000000 + t.place, t.one ->> 0, t.one ->> 1, t.one ->> 2, t.one ->> 4, (t.one ->> 3)::bigint
    FROM jsonb_array_elements(e.after -> 'turns') WITH ORDINALITY AS t(one, place)
    WHERE e.command = %s AND ((t.one ->> 3)::bigint & ({bits})) <> 0
) n ON true ORDER BY e.position, n.place
"""


def read(
    viewer: Viewer,
    now: datetime,
    places: Mapping[int, Place],
    *,
    agreements: Collection[Agreement] | None = None,
    kinds: Collection[str] = (),
    limit: int = 100,
) -> ReadChanges:
    """At most `limit` changes after the places, of one agreement after the other; of all kinds where none are named.

    `agreements` are all that the viewer may see where they are not given, and of these alone is read on: the places of
    others stay. Where a place is missing, an agreement is read from its beginning. Nothing new: two queries.
    """
    seen = Agreement.objects.visible_to(viewer)
    if agreements is not None:
        seen = seen.filter(pk__in=[one.pk for one in agreements])
    codes = dict(seen.values_list("pk", "code"))
    heads = dict(ChainHead.objects.filter(chain__in=codes).values_list("chain", "position"))
    found: list[Change] = []
    read_to = dict(places)
    for chain in sorted(heads):
        place = read_to.get(chain, BEGINNING)
        if place >= (heads[chain], WHOLE):
            continue
        walk = Walk(viewer, now, chain, codes[chain], frozenset(kinds))
        for up_to, change in walk.after(place, max(limit, FEWEST), heads[chain]):
            if change is not None and len(found) == limit:
                return ReadChanges(found, read_to, True)
            if change is not None:
                found.append(change)
            read_to[chain] = up_to
    return ReadChanges(found, read_to, False)


def present(agreements: Iterable[Agreement]) -> Places:
    """The places after all that was committed by now."""
    heads = ChainHead.objects.filter(chain__in=[one.pk for one in agreements])
    return {chain: (position, WHOLE) for chain, position in heads.values_list("chain", "position")}


def change_at(chain: int, place: Place, kind: str, viewer: Viewer, now: datetime) -> Change | None:
    """What a viewer may be told of now of a place in an agreement's chain; None where that is nothing of the kind."""
    code = Agreement.objects.visible_to(viewer).filter(pk=chain).values_list("code", flat=True).first()
    if code is None:
        return None
    walk = Walk(viewer, now, chain, code, frozenset({kind}))
    named = [one for entry in walk.entries((place[0], 0), 1) for one in walk.named_by(entry)]
    return next(iter(walk.seen([one for one in named if one.place == place])), None)


@dataclass(frozen=True, slots=True)
class Walk:
    """Through the chain of one agreement, as one viewer is told of it."""

    viewer: Viewer
    now: datetime
    chain: int
    code: str
    kinds: frozenset[str]

    def after(self, place: Place, size: int, head: int) -> Iterator[tuple[Place, Change | None]]:
        """Each change up to the head with its place, and after each batch of entries the place that all is read to."""
        while True:
            entries = self.entries(place, size)
            named = [one for entry in entries for one in self.named_by(entry) if one.place > place]
            yield from ((change.place, change) for change in self.seen(named))
            if entries:
                place = entries[-1][0][0], WHOLE
                yield place, None
            if not entries or place[0] >= head:
                return
            size = min(size * 10, MOST)

    def entries(self, place: Place, size: int) -> list[list[Any]]:
        """The rows of each entry, from that one on of which something may be left to read."""
        bits, of_bits = bits_of(self.viewer, "e")
        first = place[0] + (place[1] == WHOLE)
        rows = rows_of(
            ENTRIES.format(bits=bits),
            [
                *(turns.COMMAND, self.chain, first, size, MOST_TURNS),
                *([*ROWS], [*STATES, *RELEASES], turns.COMMAND, *of_bits),
            ],
        )
        return [list(entry) for _position, entry in groupby(rows, lambda row: row[0])]

    def named_by(self, entry: list[Any]) -> Iterator[Named]:
        position, at, actor, command, tier, confidant, *_first = entry[0]
        if command in RELEASES and not self.was_released(tier, confidant):
            return
        common = {"at": at, "actor": actor}
        if command == "load_pack" and self.asks(PACK):
            yield Named((position, 0), source=PACK, pk=self.chain, **common)
        labels = {label for *_rest, label, _ref, _cause, _mask in entry}
        for *_entry, place, sort, label, ref, cause, mask in entry:
            source = source_of(command, sort, label, labels)
            if source is not None and self.asks(source):
                turned = {"key": label, "tier": tier_of(mask)} if command == turns.COMMAND else {}
                yield Named((position, place), source=source, pk=ref, cause=cause, **turned, **common)
                if command in RELEASES:
                    return  # what it took along, such as its withdrawal, is told by it

    def asks(self, source: Source) -> bool:
        return not self.kinds or source.kind in self.kinds

    def was_released(self, tier: str, confidant: str | None) -> bool:
        """Whether it was to the viewer, among others."""
        grant = self.viewer.grant(self.chain) or Grant(self.chain, Role.ANALYST)
        if tier != Tier.IN_CONFIDENCE or grant.role == Role.MEDIATOR:
            return Tier(tier) in grant.reads
        own = Party.objects.filter(pk__in=[grant.party_id] if grant.party_id else [])
        return own.filter(code=confidant).exists()

    def seen(self, named: list[Named]) -> list[Change]:
        """Those that the viewer may see now; a query for each source, and one for what made breaches turn."""
        by_source: dict[Source, set[int]] = defaultdict(set)
        for one in named:
            by_source[one.source].add(one.pk)
        rows = {source: self.rows(source, keys) for source, keys in by_source.items()}
        causes = {one.cause for one in named if one.cause is not None}
        if causes:
            known = Statement.objects.visible_to(self.viewer, self.now).filter(pk__in=causes)
            causes -= set(known.values_list("pk", flat=True))
        return [
            self.change(one, rows[one.source][one.pk])
            for one in named
            if one.pk in rows[one.source] and one.cause not in causes
        ]

    def rows(self, source: Source, keys: set[int]) -> dict[int, tuple[Any, ...]]:
        found = source.seen(self.viewer, self.now).filter(pk__in=keys)
        nothing = Value(None, TextField())
        paths = [
            F(path) if path else nothing
            for path in (source.key, source.obligation, source.commitment, source.back)
        ]
        return {pk: rest for pk, *rest in found.order_by().values_list("pk", *paths)}

    def change(self, one: Named, row: tuple[Any, ...]) -> Change:
        key, obligation, commitment, back = row
        key = one.key or key
        return Change(
            kind=one.source.kind,
            agreement=self.code,
            key=key,
            obligation=obligation,
            commitment=commitment,
            recorded_at=one.at,
            source=one.source,
            chain=self.chain,
            place=one.place,
            actor=one.actor,
            tier=one.tier,
            is_back=back is not None,
        )


def tier_of(mask: int) -> Tier:
    """Of a breach that turned for the audiences of a mask."""
    if mask & PUBLIC_BIT:
        return Tier.PUBLIC
    if mask & PARTIES_BIT:
        return Tier.PARTIES
    return Tier.MEDIATORS if mask == MEDIATORS_BIT else Tier.IN_CONFIDENCE


def source_of(command: str, sort: str, label: str, labels: Collection[str]) -> Source | None:
    """How a row that an entry names is told of; None where it is not, or another one of the entry tells of it."""
    if command == turns.COMMAND:
        return TURNED.get(sort)
    if sort == "state":
        return RELEASED.get(label) if command in RELEASES else STATES.get(command, {}).get(label)
    if command in RELEASES or (command == "load_pack" and label not in OF_A_PACK):
        return None
    if command == "withdraw_statement":
        return WITHDRAWAL if label == "obligations.statement" else None
    is_told = label == "obligations.attachment" and "obligations.evidence" in labels
    return None if is_told else ROWS.get(label)
