"""Many commitments for a bench: a thousand made by the real commands, and copies of all rows of these, by SQL.

Of each copied table the keys of the nth copy are those of the first rows, moved on by n times as many as there are of
them; so do the columns that name such rows. What must be unique is made so. The keys of breaches follow from the keys
of rows, and are worked out as `obligations.status.worked_out.key_of` does.
"""

import datetime as dt
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ALONE = 1_000  # made by commands
OBLIGATIONS = ALONE // 2  # each is owed by two parties
COPIES_AT_ONCE = 50
ZONE = "Africa/Nairobi"
TODAY = dt.datetime.now(dt.UTC).date()
START = TODAY - dt.timedelta(days=4 * 365)


def pack() -> dict[str, Any]:
    """A pack of every kind of time limit that none but its own obligation decides."""
    from tests.bench import packs

    values = packs.made(OBLIGATIONS, "bench")
    values["agreement"] |= {"as_of": str(START), "time_zone": ZONE, "review_every": {"months": 12}}
    values["events"] = []
    for number, entry in enumerate(values["obligations"]):
        entry.pop("gates", None)
        entry["obligors"] = sorted(packs.PARTIES[(number + more) % 4] for more in (0, 1 + number % 2))
        entry |= limit(number)
    return values


def limit(number: int) -> dict[str, Any]:
    """Of twenty obligations one recurs and one lasts; the others fall due on days before and after the present."""
    from tests.bench import packs

    kind = number % 20
    if kind == 0:
        return {"kind": "standing", "deadline": {"rule": "none"}}
    if kind == 1:
        rule = {"rule": "recurring", "rrule": "FREQ=YEARLY", "first": str(START + dt.timedelta(days=90))}
        return {"kind": "recurring", "deadline": rule}
    if kind in (2, 3, 4, 5):
        return {"kind": "one_off", "deadline": packs.LIMITS[kind]}
    if kind == 6:
        return {"kind": "one_off", "deadline": {"rule": "immediate", "trigger": "T-5"}}
    if kind == 7:
        return {"kind": "one_off", "deadline": {"rule": "none"}}
    day = TODAY + dt.timedelta(days=number * 37 % 1_300 - 1_000)
    return {"kind": "one_off", "deadline": {"rule": "fixed", "date": str(day)}}


def make_alone() -> Any:
    """The agreement with the commitments that are copied later, two statements on each."""
    from agreement.models import Agreement
    from agreement.packs.read import read_pack
    from obligations.commands.periods import make_periods
    from obligations.commands.revisions import sum_up
    from obligations.flagging import sweep
    from obligations.packs.load import load_pack
    from parties.access import PUBLIC_VIEWER

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pack.yaml"
        file.write_text(json.dumps(pack()))
        read = read_pack(file)
    load_pack(pack=read, actor=PUBLIC_VIEWER, now=dt.datetime.combine(START, dt.time(12), dt.UTC))
    agreement = Agreement.objects.get(code="bench")
    now = dt.datetime.now(dt.UTC)
    make_periods(agreement.pk, now)
    speak(agreement)
    sweep(now)
    sum_up()
    return agreement


def speak(agreement: Any) -> None:
    """A claim and a finding on each commitment. Some are not public."""
    from agreement.viewers import viewer_for
    from obligations.commands import record_claim, record_finding
    from obligations.models import Commitment
    from parties.access import Tier
    from tests import make
    from tests.ledger.data import take_over

    mediator = viewer_for(make.mediator(of=agreement))
    parties = {
        party.pk: viewer_for(make.representative(party, agreement))
        for party in agreement.parties.filter(participations__kind="party")
    }
    take_over()
    owed = Commitment.objects.filter(agreement=agreement).select_related("agreement", "obligation", "party")
    claimed = (Tier.PUBLIC, Tier.PUBLIC, Tier.PARTIES, Tier.IN_CONFIDENCE, Tier.PUBLIC)
    found = (Tier.PUBLIC, Tier.PUBLIC, Tier.PUBLIC, Tier.MEDIATORS, Tier.PUBLIC, Tier.IN_CONFIDENCE)
    for number, one in enumerate(owed.order_by("pk")):
        day = START + dt.timedelta(days=60 + number * 31 % 1_300)
        verdict: dict[str, Any] = (
            {"level": number % 4} if one.obligation.kind != "standing" else {"conduct": "kept"}
        )
        said: dict[str, Any] = {"commitment": one, "reason": f"Seen on visit {number}.", "wider": True}
        claim: dict[str, Any] = {
            "effective_on": day,
            "now": at_noon(day, 3),
            "tier": claimed[number % len(claimed)],
        }
        if claim["tier"] == Tier.IN_CONFIDENCE:
            claim["confidant"] = one.party
        record_claim(actor=parties[one.party_id], **said, **claim, **verdict)
        if "level" in verdict:
            verdict = {"level": (number * 7 + number // 4) % 4}
        finding: dict[str, Any] = {
            "effective_on": day,
            "now": at_noon(day, 9),
            "tier": found[number % len(found)],
        }
        if finding["tier"] == Tier.IN_CONFIDENCE:
            finding["confidant"] = one.party
        record_finding(actor=mediator, **said, **finding, **verdict)


def at_noon(day: dt.date, later: int) -> dt.datetime:
    return dt.datetime.combine(day + dt.timedelta(days=later), dt.time(12), dt.UTC)


# Copies


def copied() -> list[Any]:
    """Models whose rows are copied; what they name beside is of the agreement."""
    from obligations import models

    return [
        models.Obligation,
        models.Terms,
        models.Indicator,
        models.Commitment,
        models.ClockSpan,
        models.Period,
        models.Statement,
        models.Breach,
        models.CommitmentStatus,
        models.PeriodStatus,
        models.BreachStatus,
    ]


# Numbers of rows in columns that are no foreign keys, by the model that they are of.
NUMBERS = {"opened_by": "Statement", "closed_by": "Statement"}
PAD = 64  # bytes of a block of SHA-256
SECRETS = """
CREATE TABLE IF NOT EXISTS bench_secret (commitment_id bigint PRIMARY KEY, inner_pad bytea, outer_pad bytea)
"""
# As `hmac.new(secret, repr((commitment, period or 0, finding, act, instant)), sha256)` gives it.
KEY_OF_BREACH = """
(SELECT left(encode(sha256(outer_pad || sha256(inner_pad || convert_to(
    '(' || {commitment} || ', ' || coalesce({period}, 0) || ', ' || coalesce(({opened_by})::text, 'None')
    || ', None, ''' || to_char(b.overdue_since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') || '+00:00'')', 'UTF8'
))), 'hex'), 20) FROM bench_secret WHERE commitment_id = b.commitment_id)
"""


class Copier:
    """Copies the first rows of a database over and over. `done` is how many sets of them there are."""

    def __init__(self) -> None:
        self.done = 1
        self.models = {model.__name__: model for model in copied()}
        self.rows = {name: rows_of(model) for name, model in self.models.items()}
        keep_secrets()

    def up_to(self, commitments: int) -> None:
        """Until there are so many commitments."""
        from obligations.commands.revisions import mend
        from tests.bench.sweep import run
        from tests.ledger.data import superuser

        until = commitments // ALONE
        while self.done < until:
            last = min(self.done + COPIES_AT_ONCE, until)
            with superuser() as cursor:
                for model in self.models.values():
                    cursor.execute(self.statement(model), {"first": self.done, "last": last - 1})
            self.done = last
        mend()  # what triggers do otherwise
        run("VACUUM ANALYZE")

    def statement(self, model: Any) -> str:
        columns = dict(self.columns_of(model))
        return (
            f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) SELECT {', '.join(columns.values())} "
            f"FROM {model._meta.db_table} b, generate_series(%(first)s, %(last)s) AS n "
            f"WHERE b.id <= {self.rows[model.__name__]} ORDER BY n, b.id"
        )

    def columns_of(self, model: Any) -> Iterator[tuple[str, str]]:
        """Each column with the SQL of its value in the nth copy."""
        own = f"b.id + n * {self.rows[model.__name__]}"
        for one in model._meta.concrete_fields:
            column = one.column
            if one.generated:
                continue
            if one.primary_key:
                yield column, own
            elif model.__name__ == "BreachStatus" and column == "key":
                yield column, self.key_of_breach()
            elif column == "key":
                yield column, f"lpad(to_hex({own}), 12, '0')"
            elif model.__name__ == "Obligation" and column in ("code", "place"):
                yield column, "b.code || '-' || n" if column == "code" else f"b.place + n * {OBLIGATIONS}"
            else:
                yield column, self.moved(f"b.{column}", self.named_by(one))

    def named_by(self, field: Any) -> str:
        if field.column in NUMBERS:
            return NUMBERS[field.column]
        return field.related_model.__name__ if field.is_relation else ""

    def moved(self, sql: str, name: str) -> str:
        return f"{sql} + n * {self.rows[name]}" if name in self.rows else sql

    def key_of_breach(self) -> str:
        return KEY_OF_BREACH.format(
            commitment=self.moved("b.commitment_id", "Commitment"),
            period=self.moved("b.period_id", "Period"),
            opened_by=self.moved("b.opened_by", "Statement"),
        ).replace("%", "%%")


def rows_of(model: Any) -> int:
    """The largest key of a table: it is counted from 1, with gaps where rows were rewritten."""
    last = model._base_manager.order_by("-pk").values_list("pk", flat=True).first()
    return int(last or 1)


def keep_secrets() -> None:
    from django.db import connection

    from obligations.models import Commitment

    rows: list[tuple[Any, ...]] = [
        (pk, *(bytes(byte ^ by for byte in secret.encode().ljust(PAD, b"\0")) for by in (0x36, 0x5C)))
        for pk, secret in Commitment.objects.values_list("pk", "secret")
    ]
    with connection.cursor() as cursor:
        cursor.execute(SECRETS)
        cursor.executemany("INSERT INTO bench_secret VALUES (%s, %s, %s)", rows)


def differences(commitments: int, most: int = 200) -> list[Any]:
    """What the drift check says of commitments spread over all of them."""
    from obligations.drift import drifted

    step = max(commitments // most, 1)
    keys = [1 + place * step for place in range(min(most, commitments))]
    return list(drifted(keys, dt.datetime.now(dt.UTC)))
