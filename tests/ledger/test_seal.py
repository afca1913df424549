"""The daily seal: another one each day, whatever happened, stamped and sent where that is wanted."""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import rfc3161ng
from django.conf import settings as given
from django.core import mail
from django.db import connection

from agreement.ledger.seal import seal, unstamped
from agreement.models import Agreement, LedgerSeal, SealProof
from obligations import tasks
from parties.access import Role
from parties.models import User
from tests import make
from tests.ledger.authority import authority
from tests.ledger.data import a_ledger
from tests.make import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def accord(tmp_path: Path) -> Agreement:
    made = a_ledger(tmp_path)
    connection.check_constraints()  # what a commit does
    return made


def seals() -> list[str]:
    return list(LedgerSeal.objects.exclude(chain=0).order_by("day").values_list("seal", flat=True))


def test_it_is_another_one_each_day_though_nothing_happened(accord: Agreement) -> None:
    assert [seal(NOW), seal(NOW), seal(NOW + DAY)] == [2, 0, 2]
    first, second = LedgerSeal.objects.filter(chain=accord.pk).order_by("day")
    assert first.head == second.head
    assert first.seal == hashlib.sha256(f"2026-03-02\n{first.head}".encode()).hexdigest() != second.seal
    assert not SealProof.objects.exists()
    assert mail.outbox == []


def test_an_authority_stamps_it_and_the_token_is_kept(
    accord: Agreement, settings: Any, tmp_path: Path
) -> None:
    with authority(tmp_path) as address:
        settings.TIMESTAMP_AUTHORITY_URL = address
        seal(NOW)
    proof = SealProof.objects.get(seal__chain=accord.pk)
    assert (proof.kind, proof.by, proof.at) == ("stamp", address, NOW)
    digest = bytes.fromhex(proof.seal.seal)
    assert rfc3161ng.check_timestamp(bytes(proof.token), certificate=b"", digest=digest, hashname="sha256")
    with pytest.raises(ValueError, match="imprint"):
        rfc3161ng.check_timestamp(bytes(proof.token), certificate=b"", digest=b"0" * 32, hashname="sha256")


def test_an_authority_that_is_away_holds_nothing_up_and_is_asked_again(
    accord: Agreement, settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings.TIMESTAMP_AUTHORITY_URL = "http://127.0.0.1:9/"
    assert seal(NOW) == 2
    assert "no time stamp for the seal of 2026-03-02" in caplog.text
    assert unstamped(NOW).count() == 2
    with authority(tmp_path) as address:
        settings.TIMESTAMP_AUTHORITY_URL = address
        seal(NOW + DAY)
    assert SealProof.objects.filter(kind="stamp").count() == 4
    assert not unstamped(NOW + DAY).exists()


def test_it_is_sent_once_to_the_representatives_and_to_addresses(accord: Agreement, settings: Any) -> None:
    settings.LEDGER_SEAL_TO = ["representatives", "notary@example.org"]
    south = accord.parties.get(code="south")
    left = make.user("left@trial.invalid", Role.REPRESENTATIVE, accord, party=south)
    User.objects.filter(pk=left.pk).update(is_active=False)
    seal(NOW)
    seal(NOW)
    assert sorted(one.to[0] for one in mail.outbox) == ["north@trial.invalid", "notary@example.org"]
    (stored,) = seals()
    assert all(stored in one.body and "River 2020" in one.subject for one in mail.outbox)


def test_a_mail_server_that_is_away_is_tried_again(
    accord: Agreement, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.LEDGER_SEAL_TO = ["notary@example.org"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    seal(NOW)
    assert "was not sent: ConnectionRefusedError" in caplog.text
    assert "notary" not in caplog.text
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    seal(NOW + DAY)
    assert len(mail.outbox) == 2


def test_beat_seals_and_verifies_each_night_and_lets_old_ones_expire() -> None:
    named = {"seal-ledger": tasks.seal_ledger, "verify-ledger": tasks.verify_ledger}
    for name, task in named.items():
        entry: Any = given.CELERY_BEAT_SCHEDULE[name]
        assert entry["task"] == task.name
        assert entry["options"]["expires"] < 24 * 60 * 60
