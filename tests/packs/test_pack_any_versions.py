"""Whatever two versions of a pack say: a plan tells what loading does, and what is loaded comes out as it went in."""

from datetime import date
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from agreement.models import Agreement, SignOff
from agreement.packs.model import Pack
from obligations.models import Commitment
from obligations.packs.export import pack_of
from obligations.packs.load import Loaded, load_pack
from parties.access import PUBLIC_VIEWER
from tests import make
from tests.effort import effort
from tests.make import NOW
from tests.packs.generated import plain_packs, read

pytestmark = pytest.mark.django_db


def load(version: Pack, plan: bool = False) -> Loaded:
    return load_pack(pack=version, actor=PUBLIC_VIEWER, now=NOW, plan=plan)


def say_something(data: st.DataObject, of: Agreement) -> None:
    """Findings on some of the commitments, so that they have a history."""
    for commitment in Commitment.objects.filter(agreement=of).select_related(
        "agreement", "obligation", "party"
    ):
        if data.draw(st.booleans()):
            # A completion may want a second mediator.
            level = 2 if SignOff.COMPLETE_FINDINGS in of.sign_off else 3
            said: dict[str, Any] = (
                {"conduct": "kept"} if commitment.obligation.has_conduct else {"level": level}
            )
            # So may a publication.
            tier = "parties" if SignOff.PUBLICATIONS in of.sign_off else "public"
            make.finding(commitment, effective_on=date(2025, 2, 1), tier=tier, **said)


@settings(max_examples=effort(6, 60))
@given(first=plain_packs(), second=plain_packs(), data=st.data())
def test_a_plan_is_what_is_applied_and_every_version_comes_out_as_it_went_in(
    first: dict[str, Any],
    second: dict[str, Any],
    data: st.DataObject,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("versions")
    with transaction.atomic():
        try:
            versions = [read(first, folder), read(second, folder)]
            run_through(versions, data)
        finally:
            transaction.set_rollback(True)


def run_through(versions: list[Pack], data: st.DataObject) -> None:
    for number, version in enumerate((*versions, versions[0])):
        planned = load(version, plan=True)
        applied = load(version)
        assert (planned.changes, planned.counts) == (applied.changes, applied.counts)
        of = Agreement.objects.get(code="drawn")
        assert pack_of(of) == version
        assert not load(version)
        assert Commitment.objects.filter(agreement=of, in_pack=True).count() == sum(
            len(owed.commitments) for owed in version.obligations
        )
        assert not Commitment.objects.filter(agreement=of, in_pack=True, life="superseded").exists()
        assert not Commitment.objects.filter(agreement=of, in_pack=False).exclude(life="superseded").exists()
        if number == 0:
            say_something(data, of)
