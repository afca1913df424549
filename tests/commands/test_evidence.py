"""Evidence on record: whose it is, its versions, its tier, and the statements that rest on it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction

from agreement.models import LedgerEntry
from agreement.viewers import viewer_for
from obligations.commands import Refused
from obligations.commands.evidence import attach
from obligations.models import Attachment, Evidence, Indicator
from parties.access import PUBLIC_VIEWER, Tier
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db


def test_a_file_keeps_its_hash_size_type_and_whose_it_is() -> None:
    alpha = make.representative()
    made = make.evidence_file(make.obligation(), alpha, b"abc", origin="Our inspector")
    made.refresh_from_db()
    assert made.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert (made.size, made.media_type, made.file_name) == (3, "text/plain", "report.txt")
    assert (made.by, made.uploaded_by, made.origin) == (make.party(), alpha, "Our inspector")
    entry = LedgerEntry.objects.get(command="add_evidence")
    assert (entry.subject, entry.after["sha256"]) == (f"O-1 {made.key}", made.sha256)


def test_a_link_keeps_the_quoted_words_and_the_day_they_were_seen() -> None:
    made = make.evidence_link(make.obligation())
    made.refresh_from_db()
    assert (made.by, made.quote, made.seen_on) == (None, "It was opened.", date(2024, 1, 11))


@pytest.mark.parametrize("role", ["analyst", "administrator"])
def test_only_mediators_and_representatives_hand_in_evidence(role: str) -> None:
    with pytest.raises(PermissionDenied):
        make.evidence_file(make.obligation(), getattr(make, role)())
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ({"title": " "}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"language": "English"}, "language"),
        ({"represents_on": date(2999, 1, 1)}, "represents_on"),
        ({"supports": ["Nobody agreed on this."]}, "supports"),
        ({"tier": Tier.MEDIATORS}, "tier"),
        ({"tier": "secret"}, "tier"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(field: dict[str, Any], wrong: str) -> None:
    with pytest.raises(Refused) as refused:
        make.evidence_file(make.obligation(), make.representative(), **field)
    assert list(refused.value.errors) == [wrong]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://example.org/", "example.org", "https://"])
def test_a_link_leads_to_the_web(url: str) -> None:
    with pytest.raises(Refused, match="url"):
        make.evidence_link(make.obligation(), url=url)


def test_a_link_without_the_words_is_refused() -> None:
    with pytest.raises(Refused, match="quote"):
        make.evidence_link(make.obligation(), quote="  ")


def test_evidence_names_the_agreed_indicators_that_it_supports() -> None:
    owed = make.obligation()
    Indicator.objects.create(obligation=owed, place=0, text="The office is open.")
    made = make.evidence_file(owed, supports=["The office is open."])
    Indicator.objects.filter(obligation=owed).update(text="Worded anew.")
    assert Evidence.objects.get(pk=made.pk).supports == ["The office is open."]


def test_a_version_stands_beside_the_older_one() -> None:
    owed = make.obligation()
    first = make.evidence_file(owed)
    second = make.evidence_file(owed, content=b"Corrected.", replaces=first)
    third = make.evidence_file(owed, content=b"Again.", replaces=second)
    assert (second.first, third.first, third.replaces) == (first, first, second)
    assert Evidence.objects.count() == 3
    assert LedgerEntry.objects.filter(command="add_evidence_version").count() == 2


def test_evidence_has_one_newer_version() -> None:
    owed = make.obligation()
    first = make.evidence_file(owed)
    make.evidence_file(owed, replaces=first)
    with pytest.raises(Refused, match="newer version"):
        make.evidence_file(owed, replaces=first, title="Another")


def test_a_version_is_made_by_the_same_side_about_the_same_obligation() -> None:
    owed, other = make.obligation(), make.obligation("O-2")
    first = make.evidence_file(owed, make.representative())
    with pytest.raises(PermissionDenied):
        make.evidence_file(owed, make.representative(make.party("beta")), replaces=first)
    with pytest.raises(PermissionDenied):
        make.evidence_file(owed, replaces=first)
    mine = make.evidence_file(owed)
    with pytest.raises(Refused, match="same obligation"):
        make.evidence_file(other, replaces=mine)


def test_a_party_attaches_evidence_to_its_own_statements_only() -> None:
    owed = make.commitment()
    alpha, beta = make.representative(), make.representative(make.party("beta"))
    claim = make.claim(owed, alpha)
    made = make.evidence_file(owed.obligation, alpha, statement=claim)
    assert Attachment.objects.get().statement == claim
    with pytest.raises(PermissionDenied):
        attach(evidence=made, statement=claim, actor=viewer_for(beta), now=NOW)
    with pytest.raises(PermissionDenied):
        attach(evidence=made, statement=make.finding(owed, 2), actor=viewer_for(alpha), now=NOW)


def test_mediators_attach_what_a_party_handed_in_to_a_finding_once() -> None:
    owed = make.commitment()
    made = make.evidence_file(owed.obligation, make.representative())
    found = make.finding(owed, 2)
    attach(evidence=made, statement=found, actor=make.a_mediator(), now=NOW)
    with pytest.raises(Refused, match="attached"):
        attach(evidence=made, statement=found, actor=make.a_mediator(), now=NOW + timedelta(minutes=2))


def test_evidence_is_attached_to_statements_on_its_obligation() -> None:
    made = make.evidence_file(make.obligation("O-2"))
    with pytest.raises(Refused, match="same obligation"):
        attach(evidence=made, statement=make.finding(make.commitment(), 2), actor=make.a_mediator(), now=NOW)


def test_the_public_sees_what_is_public_of_evidence(settings: Any) -> None:
    settings.PUBLIC_READING = True
    owed = make.obligation()
    shown = make.evidence_file(owed)
    make.evidence_file(owed, tier=Tier.PARTIES)
    make.evidence_file(owed, tier=Tier.MEDIATORS)
    assert list(Evidence.objects.visible_to(PUBLIC_VIEWER, NOW)) == [shown]


@pytest.mark.parametrize("change", [{"title": "Other"}, {"sha256": "0" * 64}, {"replaces": None}])
def test_the_database_refuses_to_change_or_remove_evidence(change: dict[str, Any]) -> None:
    first = make.evidence_file(make.obligation())
    make.evidence_file(first.obligation, replaces=first, title="Second")
    rows = Evidence.objects.filter(title="Second")
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows._raw_delete("default")


def test_the_database_refuses_a_file_without_a_hash_and_a_link_without_words() -> None:
    made = make.evidence_file(make.obligation())
    link = make.evidence_link(made.obligation)
    for row, change in (
        (made, {"sha256": "abc"}),
        (made, {"size": 0}),
        (link, {"quote": ""}),
        (link, {"size": 3}),
    ):
        row.pk, row.key = None, f"k{row.key[1:]}"
        for name, value in change.items():
            setattr(row, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)
