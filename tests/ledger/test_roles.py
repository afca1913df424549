"""The application's role in the database: it does its work, and cannot change what is append-only."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from agreement.commands import give_mandate, invite, switch_account, withdraw_mandate
from agreement.ledger import enter
from agreement.ledger.canonical import state_columns, with_states
from agreement.ledger.verify import verify
from agreement.models import Agreement, ChainLink, LedgerEntry, SignOff
from agreement.models.appendonly import append_only_models
from agreement.packs.read import read_pack
from agreement.viewers import viewer_for
from normalization_tracker import roles
from normalization_tracker.trial import accounts
from obligations.commands import release
from obligations.commands.proposals import Command, carry_out, sign
from obligations.commands.releases import publish_due
from obligations.flagging import sweep
from obligations.models import Commitment, Statement
from obligations.packs.load import load_pack
from parties.access import PUBLIC_VIEWER
from parties.models import User
from tests import make
from tests.ledger.data import a_ledger, superuser, take_over
from tests.ledger.test_every_column import something_of_everything
from tests.packs.small import SMALL

DENIED = "permission denied|must be owner"


def name() -> str:
    """Other processes of the tests have another."""
    return f"application_of_{connection.settings_dict['NAME']}"


@pytest.fixture
def role(transactional_db: None) -> str:
    """The application's role, which the tests' own may take."""
    user = connection.settings_dict["USER"]
    with superuser() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name()])
        if not cursor.fetchone():
            cursor.execute(f"CREATE ROLE {name()}")
        cursor.execute(f'GRANT {name()} TO "{user}"')
    roles.grant(name())
    return name()


@contextmanager
def as_application() -> Iterator[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {name()}")
        try:
            yield cursor
        finally:
            cursor.execute("RESET ROLE")


def allowed(table: str, what: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, %s, %s)", [name(), table, what])
        return bool(cursor.fetchone()[0])


def test_it_may_not_change_what_any_model_keeps(role: str) -> None:
    models = dict(append_only_models())
    assert {LedgerEntry, ChainLink, Statement} <= set(models)
    for model in models:
        table = model._meta.db_table
        assert allowed(table, "SELECT"), table
        assert not any(allowed(table, what) for what in ("UPDATE", "DELETE", "TRUNCATE", "TRIGGER")), table
    assert allowed("obligations_commitment", "UPDATE, DELETE")


def test_it_may_change_the_columns_that_follow_from_other_rows_and_no_other(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'obligations_statement'::regclass AND attnum > 0"
            " AND NOT attisdropped AND has_column_privilege(%s, attrelid, attnum, 'UPDATE')",
            [name()],
        )
        found = {name for (name,) in cursor.fetchall()}
    assert found == {"tier", "confidant_id", "publish_at", "withdrawn_at"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE agreement_ledgerentry SET reason = ''",
        "DELETE FROM agreement_ledgerentry",
        "TRUNCATE agreement_ledgerentry CASCADE",
        "UPDATE agreement_chainlink SET hash = ''",
        "INSERT INTO agreement_chainlink (entry_id, chain, previous, hash) VALUES (1, 1, '', '')",
        "UPDATE agreement_chainhead SET position = 0",
        "DELETE FROM agreement_chainhead",
        "UPDATE obligations_statement SET level = 3",
        "DELETE FROM obligations_terms",
        "ALTER TABLE agreement_ledgerentry DISABLE TRIGGER ALL",
        "DROP TRIGGER zz_ledger_entered ON agreement_ledgerentry",
        "CREATE TABLE another (id int)",
        "SET session_replication_role = replica",
    ],
)
def test_it_is_refused(role: str, statement: str) -> None:
    """Also where the triggers are told to look away."""
    with as_application() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', '{pgtrigger_ledger_append_only_bc68e}', false)")
        with pytest.raises(ProgrammingError, match=DENIED):
            cursor.execute(statement)
        cursor.execute("SELECT set_config('pgtrigger.ignore', '', false)")


def test_commands_work_under_it_and_leave_a_whole_ledger(role: str, tmp_path: Path) -> None:
    with as_application():
        agreement = a_ledger(tmp_path)
        sweep(make.NOW)
        kept = Commitment.objects.get(obligation__code="RA-1", party__code="south")
        with transaction.atomic():
            make.a_mediator(agreement)
            take_over()
        make.reading(kept, "extend", due_on=date(2027, 1, 1))
        without = tmp_path / "later.yaml"
        without.write_text(SMALL[: SMALL.index("  - code: RA-2")])
        load_pack(pack=read_pack(without), actor=PUBLIC_VIEWER, now=make.NOW)
    assert not Commitment.objects.filter(obligation__code="RA-2").exists()
    done = verify()
    assert (done.faults, done.heads[1].chain) == ([], agreement.pk)
    assert done.entries == ChainLink.objects.count() >= 10


def test_every_kind_of_command_names_what_it_changed(role: str, tmp_path: Path, settings: Any) -> None:
    """Or the database would commit none of it."""
    settings.EVIDENCE_DIR = str(tmp_path / "evidence")
    with as_application():
        accord = something_of_everything(tmp_path)
        kept: dict[str, Any] = {"now": make.NOW, "reason": "It was decided."}
        with transaction.atomic():
            keeper = make.administrator("keeper@trial.invalid", accord)
            User.objects.filter(pk=keeper.pk).update(is_staff=True)
            take_over()
        administrator = viewer_for(User.objects.get(pk=keeper.pk))
        of: dict[str, Any] = {"agreement": accord, "actor": administrator, **kept}
        account = invite(email="new@trial.invalid", role="analyst", **of).user
        give_mandate(account=account, role="mediator", **of)
        withdraw_mandate(account=account, **of)
        switch_account(account=account, on=False, actor=administrator, **kept)
        planned = accord.events.get(code="EV-2")
        mediator = viewer_for(User.objects.get(email="mediator@trial.invalid"))
        release(subject=planned, tier="mediators", actor=mediator, **kept)
        later = make.NOW + timedelta(days=1)
        release(subject=planned, tier="public", publish_at=later, actor=mediator, **kept)
        assert publish_due(now=later) == 1
        accounts.make_missing(lambda email: "a-password-for-tests", lambda email: True)
        call_command("createsuperuser", email="root@trial.invalid", interactive=False, verbosity=0)
    assert verify().faults == []


def test_a_second_mediator_signs_under_it(role: str) -> None:
    owed = make.commitment()
    Agreement.objects.update(sign_off=[SignOff.COMPLETE_FINDINGS])
    first, second = (viewer_for(make.mediator(f"{one}@trial.invalid")) for one in ("first", "second"))
    take_over()
    with as_application():
        said: dict[str, Any] = {"level": 3, "effective_on": date(2024, 1, 10), "reason": "It is done."}
        said |= make.OPENLY
        one = carry_out(Command.RECORD_FINDING, actor=first, now=make.NOW, commitment=owed, **said)
        agreed = {"verdict": "approve", "reason": "Checked.", "digest": one.digest}
        sign(proposal=one, actor=second, now=make.NOW, **agreed)
    assert Statement.objects.get().level == 3
    # Terms are the builder's, which enters nothing.
    assert {fault.what.split()[0] for fault in verify().faults} <= {"obligations.terms"}


def test_rows_that_something_refers_to_cannot_be_taken_away_by_the_function(
    role: str, tmp_path: Path
) -> None:
    agreement = a_ledger(tmp_path)
    with as_application() as cursor:
        keys = list(agreement.obligations.values_list("pk", flat=True))
        cursor.execute("SELECT obligations_remove_terms(%s)", [keys])
        cursor.execute(
            "SELECT obligations_remove_dates(%s)", [list(agreement.triggers.values_list("pk", flat=True))]
        )
    assert verify().faults == []


def test_migrating_acts_as_the_owner_and_gives_the_application_its_rights(role: str, settings: Any) -> None:
    """The role is made where it is missing; what it had too much of is taken away."""
    given = connection.settings_dict
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT ALL ON agreement_ledgerentry TO {name()}")
    application = given | {"USER": role, "PASSWORD": "none"}
    settings.OWNER_DATABASE = given
    connection.close()
    connection.settings_dict = application
    try:
        call_command("migrate", verbosity=0)
        assert connection.settings_dict is application
    finally:
        connection.close()
        connection.settings_dict = given
    assert not allowed("agreement_ledgerentry", "UPDATE")


@pytest.mark.django_db
def test_who_deploys_with_one_role_is_warned(client: Client, settings: Any) -> None:
    def told() -> list[str | None]:
        return [one.id for one in run_checks(tags=["security"], include_deployment_checks=True)]

    assert "normalization_tracker.W001" in told()
    assert client.get("/healthz").json()["warnings"] == ["the application owns its tables"]
    settings.OWNER_DATABASE = {"USER": "somebody_else"}
    assert "normalization_tracker.W001" not in told()


def test_it_changes_nothing_that_an_entry_of_the_same_transaction_does_not_name(
    role: str, tmp_path: Path
) -> None:
    """Tiers, texts and mandates: by commands alone. Each of these is refused at the commit."""
    agreement = a_ledger(tmp_path)
    changes = [
        "UPDATE agreement_mandate SET role = 'mediator', party_id = NULL",
        "DELETE FROM agreement_mandate",
        "INSERT INTO agreement_mandate (user_id, agreement_id, role, clearance)"
        " SELECT user_id, agreement_id, 'administrator', 'parties' FROM agreement_mandate WHERE false"
        " UNION ALL SELECT id, %s, 'administrator', 'parties' FROM parties_user WHERE email LIKE 'another%%'",
        "UPDATE parties_user SET is_superuser = true",
        "UPDATE parties_party SET name = 'Another'",
        "UPDATE agreement_agreement SET sign_off = '{}', title = 'Another'",
        "UPDATE agreement_event SET tier = 'mediators'",
        "UPDATE agreement_provision SET heading = 'Another'",
        "UPDATE obligations_obligation SET summary = 'Another'",
        "UPDATE obligations_commitment SET share = 'Another'",
        "DELETE FROM obligations_gate",
        "UPDATE obligations_statement SET tier = 'mediators'",
        "UPDATE obligations_statement SET withdrawn_at = now()",
    ]
    with transaction.atomic():
        make.user("another@trial.invalid")
        make.event(of=agreement)
        take_over()
    for change in changes:
        with as_application(), pytest.raises(ProgrammingError, match="no entry of this transaction names"):
            commit(change, agreement)
    assert verify().faults == []


def commit(change: str, agreement: Agreement) -> None:
    """With an entry that names nothing."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change, [agreement.pk] if "%s" in change else None)
        assert cursor.rowcount > 0, change
        enter(
            agreement_id=agreement.pk,
            actor=PUBLIC_VIEWER,
            now=make.NOW,
            command="another",
            subject="names nothing",
        )


def test_it_cannot_write_the_notes_of_what_it_changed(role: str) -> None:
    assert not any(allowed("agreement_touchedrows", what) for what in ("INSERT", "UPDATE", "DELETE"))


def test_every_table_whose_rows_may_change_is_watched(transactional_db: None) -> None:
    """A new model, or one that lost a column, wants its triggers in a migration: `watch`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE 'ledger\\_%'"
        )
        found = set(cursor.fetchall())
        cursor.execute(
            "SELECT tgrelid::regclass::text, encode(tgargs, 'escape') FROM pg_trigger WHERE tgname = 'ledger_changed'"
        )
        arguments = {table: set(text.split("\\000")[1:-1]) for table, text in cursor.fetchall()}
    for model in with_states():
        columns = {field.attname for field in model._meta.concrete_fields}
        watched = arguments[model._meta.db_table] or columns
        assert watched | {"id"} == {*state_columns(model), "id"}, model
    wanted = {
        (model._meta.db_table, name)
        for model, state in with_states().items()
        for name in (
            ("ledger_added", "ledger_removed", "ledger_changed") if state.always else ("ledger_changed",)
        )
    }
    assert found == wanted
