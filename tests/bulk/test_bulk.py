"""Recording a sheet of statements: the preview, all or nothing, and what changed meanwhile."""

from html import unescape
from io import BytesIO
from typing import Any

import pytest
from django.http import HttpResponse
from openpyxl import load_workbook

from agreement.models import LedgerEntry
from obligations.bulk.sheet import NAMES
from obligations.models import Commitment, Draft, Statement
from tests import make
from tests.bulk.sheets import HEAD, csv_of, send
from tests.pages.desk_data import overdue, signed_in

pytestmark = pytest.mark.django_db

SEEN = ["LATE", "alpha", "3", "2024-01-10", "Seen.", "public"]


def text(answer: HttpResponse) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def confirm(client: Any, answer: HttpResponse, **data: str) -> HttpResponse:
    draft = Draft.objects.get()
    shown = {"shown": answer.context["result"].digest}  # type: ignore[attr-defined]
    sent: HttpResponse = client.post(f"/bulk/accord/{draft.key}/", shown | data, follow=True)
    return sent


def test_what_each_row_does_is_shown_in_the_words_of_the_desk_and_nothing_is_written() -> None:
    overdue()
    client = signed_in(make.mediator())
    again = ["LATE", "alpha", "2", "2025-02-03", "Fell back.", "public"]
    shown = text(send(client, csv_of(SEEN, again)))
    assert "268 days after the due date: the breach closes as met late." in shown
    # The second row meets what the first one did.
    assert "takes the completion of 10 Jan 2024 back" in shown
    assert "Record all 2" in shown
    assert not Statement.objects.exists()
    assert not LedgerEntry.objects.filter(command__startswith="record_").exists()


def test_a_sheet_that_is_refused_has_to_be_chosen_again_and_its_field_says_so() -> None:
    overdue()
    client = signed_in(make.mediator())
    refused = send(client, b"\x00\x01", "january.xlsx")
    assert refused.status_code == 422
    assert "Choose the file again: “january.xlsx” was not recorded" in text(refused)
    none = client.post("/bulk/accord/")
    assert none.status_code == 422
    assert "Choose a file." in none.content.decode()


def test_confirmed_all_of_it_is_recorded_each_with_its_entry_in_the_ledger() -> None:
    late, other = overdue(), overdue("TWO")
    client = signed_in(make.mediator())
    preview = send(client, csv_of(SEEN, ["TWO", "alpha", "1", "2024-02-01", "Begun.", "parties"]))
    assert "2 statements are recorded." in text(confirm(client, preview))
    assert [(s.commitment_id, s.level, s.tier) for s in Statement.objects.order_by("pk")] == [
        (late.pk, 3, "public"),
        (other.pk, 1, "parties"),
    ]
    assert LedgerEntry.objects.filter(command="record_finding").count() == 2
    assert not Draft.objects.exists()
    assert Commitment.objects.get(pk=late.pk).flag_at is None


def test_every_error_is_named_by_row_and_column_and_one_keeps_all_back() -> None:
    overdue()
    client = signed_in(make.mediator())
    head = [*HEAD, "conduct", "in_confidence_with", "kind", "agreement"]
    wrong = ["NONE", "beta", "7", "10/01/2024", "", "", "kept", "nobody", "claim", "other"]
    future = ["LATE", "alpha", "3", "2999-01-01", "Seen.", "in confidence", "", "", "", ""]
    preview = send(client, csv_of([*SEEN, "", "", "", ""], wrong, future, head=head))
    outcomes = preview.context["result"].outcomes  # type: ignore[attr-defined]
    assert [one.number for one in outcomes] == [2, 3, 4]
    assert set(outcomes[1].errors) == {*head} - {"party", "conduct"}, outcomes[1].errors
    assert set(outcomes[2].errors) == {"effective_on", "in_confidence_with"}
    shown = text(preview)
    assert "2 of 3 rows cannot be recorded." in shown
    assert "No obligation of this agreement has this code." in shown
    assert "Record all" not in shown
    assert confirm(client, preview).status_code == 409
    assert not Statement.objects.exists()


def test_a_statement_that_came_between_is_shown_before_anything_is_recorded() -> None:
    late = overdue()
    client = signed_in(make.mediator())
    preview = send(client, csv_of(SEEN))
    make.finding(late, level=1)
    again = confirm(client, preview)
    assert again.status_code == 409
    assert "The record has changed since" in text(again)
    assert Statement.objects.count() == 1
    assert "1 statement is recorded." in text(confirm(client, again))


def test_what_is_recorded_already_or_stands_twice_in_the_sheet_is_left_out() -> None:
    late = overdue()
    make.finding(late, level=3)
    client = signed_in(make.mediator())
    new = ["LATE", "alpha", "2", "2025-02-03", "Fell back.", "public"]
    preview = send(client, csv_of(SEEN, new, new))
    shown = text(preview)
    assert "Already recorded. It is left out." in shown
    assert "The same as row 3. It is left out." in shown
    confirm(client, preview)
    assert Statement.objects.count() == 2


def test_a_representative_records_claims_and_contests_of_the_own_party_alone() -> None:
    late = overdue()
    found = make.finding(late, level=1)
    client = signed_in(make.representative(late.party))
    head = [*HEAD, "kind", "refers_to"]
    key = found.key
    rows = csv_of(
        [*SEEN, "", ""], ["LATE", "alpha", "", "2024-02-01", "Not so.", "public", "contest", key], head=head
    )
    preview = send(client, rows)
    assert "It waits for a finding; no clock changes." in text(preview)
    confirm(client, preview)
    said = Statement.objects.exclude(pk=found.pk).order_by("pk")
    assert [(one.kind, one.by) for one in said] == [("claim", late.party), ("contest", late.party)]
    refused = send(client, csv_of([*SEEN, "finding"], head=[*HEAD, "kind"]))
    assert "You can record: claim, contest." in text(refused)


def test_a_contest_of_what_the_author_may_not_see_is_one_of_nothing() -> None:
    late = overdue()
    hidden = make.finding(late, level=1, tier="mediators")
    client = signed_in(make.representative(late.party))
    answers = [
        text(
            send(
                client,
                csv_of(
                    ["LATE", "alpha", "", "2024-02-01", "No.", "public", "contest", key],
                    head=[*HEAD, "kind", "refers_to"],
                ),
            )
        )
        for key in (hidden.key, "99999999")
    ]
    assert all("Name a statement on this commitment that you can see." in one for one in answers)


def test_a_sheet_is_its_authors_own() -> None:
    overdue()
    send(signed_in(make.mediator()), csv_of(SEEN))
    draft = Draft.objects.get()
    for other in (make.mediator("other@trial.invalid"), make.representative()):
        client = signed_in(other)
        assert client.get(f"/bulk/accord/{draft.key}/").status_code == 404
        assert draft.content["name"] not in client.get("/bulk/accord/").content.decode()


def test_a_sheet_can_be_thrown_away() -> None:
    overdue()
    client = signed_in(make.mediator())
    confirm(client, send(client, csv_of(SEEN)), drop="1")
    assert not Draft.objects.exists()
    assert not Statement.objects.exists()


def test_who_records_nothing_has_no_bulk_entry() -> None:
    overdue()
    assert signed_in(make.analyst()).get("/bulk/").status_code == 403
    assert signed_in(make.administrator()).get("/bulk/accord/").status_code == 403
    elsewhere = make.mediator("elsewhere@trial.invalid", make.agreement("other"))
    assert signed_in(elsewhere).get("/bulk/accord/").status_code in (403, 404)


def test_the_template_has_a_row_for_each_commitment_and_sent_back_untouched_says_nothing() -> None:
    overdue("AX-1"), overdue("AX-1", "beta"), make.commitment("=STAND", kind="standing", place=9)
    client = signed_in(make.mediator())
    as_text = client.get("/bulk/accord/template.csv").content
    assert as_text.decode("utf-8-sig").splitlines()[:2] == [",".join(NAMES), "accord,AX-1,alpha" + "," * 12]
    assert b",'=STAND,alpha" in as_text
    workbook = client.get("/bulk/accord/template.xlsx").content
    sheets = load_workbook(BytesIO(workbook)).worksheets
    assert [cell.value for cell in sheets[0][3]][:3] == ["accord", "AX-1", "beta"]
    allowed = [tuple(cell.value for cell in row) for row in sheets[1].iter_rows()]
    assert ("conduct", "kept_with_incidents", "Kept with incidents") in allowed
    assert ("language", "sr-latn", "Serbian (Latin)") in allowed
    assert ("obligation", "AX-1", "Do AX-1 (level; alpha, beta)") in allowed
    for data in (as_text, workbook):
        assert "No row says anything" in text(send(client, data))


def test_a_key_of_another_sheet_is_refused_in_the_form() -> None:
    overdue()
    client = signed_in(make.mediator())
    key = {"idempotency_key": "one"}
    assert send(client, csv_of(SEEN), **key).status_code == 200
    other = send(client, csv_of([*SEEN[:4], "Seen again.", "public"]), **key)
    assert other.status_code == 422
    assert "sent before with other content" in text(other)
    draft = Draft.objects.get()
    for sent in ({"idempotency_key": "one"}, {"idempotency_key": ""}):
        answer = client.post(f"/bulk/accord/{draft.key}/", {"shown": "x"} | sent)
        assert answer.status_code == 422
        assert "closes as met late" in text(answer)  # type: ignore[arg-type]
    assert client.post("/bulk/accord/none/", {"idempotency_key": ""}).status_code == 404
    assert not Statement.objects.exists()


def test_a_sheet_that_was_thrown_away_can_be_sent_again() -> None:
    overdue()
    client = signed_in(make.mediator())
    confirm(client, send(client, csv_of(SEEN)), drop="1")
    assert "closes as met late" in text(send(client, csv_of(SEEN)))
