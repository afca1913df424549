"""A ledger that commands wrote, all of it committed; and hands that reach past them."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import psycopg2
from django.db import connection, transaction
from django.db.models import Model

from agreement.ledger import enter
from agreement.ledger.canonical import path_to_agreement, with_states
from agreement.ledger.verify import verify
from agreement.models import Agreement, ChainLink, LedgerEntry
from agreement.packs.read import read_pack
from agreement.viewers import viewer_for
from obligations.commands import record_claim, record_finding
from obligations.models import Commitment
from obligations.packs.load import load_pack
from parties.access import PUBLIC_VIEWER, Role
from parties.models import Party
from tests import make
from tests.packs.small import SMALL


def a_ledger(folder: Path, text: str = SMALL) -> Agreement:
    """An agreement from a pack, with its mandates, two claims and a finding: five entries in its chain."""
    file = folder / "pack.yaml"
    file.write_text(text)
    load_pack(pack=read_pack(file), actor=PUBLIC_VIEWER, now=make.NOW)
    agreement = Agreement.objects.get(code="river-2020")
    owed = Commitment.objects.get(obligation__code="RA-1", party__code="north")
    party = Party.objects.get(code="north")
    with transaction.atomic():
        mediator = viewer_for(make.mediator(of=agreement))
        north = viewer_for(make.user("north@trial.invalid", Role.REPRESENTATIVE, agreement, party=party))
        take_over()
    said: dict[str, Any] = {
        "commitment": owed,
        "now": make.NOW,
        "effective_on": date(2024, 1, 10),
    } | make.OPENLY
    record_claim(actor=north, level=3, reason="Published.", **said)
    record_finding(actor=mediator, level=2, reason="Half of it.", **said)
    record_claim(actor=north, level=3, reason="The rest too.", **said)
    return agreement


def take_over() -> None:
    """Enter what builders wrote past the commands: the states of rows that no entry names yet."""
    unnamed: dict[int | None, list[Model]] = defaultdict(list)
    for model, state in with_states().items():
        path = path_to_agreement(model)
        if state.always:
            for row in model._base_manager.exclude(pk__in=named(model)):
                chain = model._base_manager.values_list(path, flat=True).get(pk=row.pk) if path else None
                unnamed[chain].append(row)
    for chain, rows in unnamed.items():
        enter(
            agreement_id=chain,
            actor=PUBLIC_VIEWER,
            now=make.NOW,
            command="take_over",
            subject="builders",
            states=rows,
        )


def named(model: type[Model]) -> set[int]:
    label = model._meta.label_lower
    contents = (json.loads(content) for content in LedgerEntry.objects.values_list("content", flat=True))
    return {key for said in contents for one, key, _digest in said["states"] if one == label}


def faults(agreement: Agreement | None = None) -> list[str]:
    return [one.what for one in verify(agreement).faults]


@contextmanager
def superuser() -> Iterator[Any]:
    """A cursor of the server's superuser, with all triggers switched off; committed at the end of the block."""
    given = connection.get_connection_params()
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        is_superuser = cursor.fetchone()[0]
    user = given["user"] if is_superuser else "postgres"
    names = ("host", "port", "password")
    own = psycopg2.connect(
        user=user, dbname=given["dbname"], **{name: given[name] for name in names if name in given}
    )
    try:
        with own, own.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            own.commit()  # so that it stays, also where what follows is taken back
            yield cursor
    finally:
        own.close()


def tamper(*statements: str, values: Sequence[Any] = ()) -> None:
    with superuser() as cursor:
        for statement in statements:
            cursor.execute(statement, values)
            assert cursor.rowcount > 0, f"nothing was changed by {statement}"


def link(position: int, of: Agreement) -> ChainLink:
    return ChainLink.objects.select_related("entry").get(chain=of.pk, position=position)
