"""What several send at the same moment, or after what another recorded meanwhile."""

from datetime import timedelta
from typing import Any

import pytest

from agreement.models import LedgerEntry, SignOff
from agreement.viewers import viewer_for
from obligations.commands import record_claim, record_finding
from obligations.commands.errors import Overtaken, Refused
from obligations.commands.evidence import attach
from obligations.commands.proposals import Command, carry_out, sign
from obligations.models import Proposal, Statement
from parties.access import Viewer
from tests import make
from tests.make import NOW
from tests.parties.acts import World, at_once, keyed, rows_of


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "name", ["finding by way of sign-off", "file", "mandate", "sheet", "reading", "account"]
)
@pytest.mark.parametrize("key", [None, "key-1"])
def test_ten_at_the_same_moment_are_one(name: str, key: str | None) -> None:
    command, said = World().acts()[name]
    before = LedgerEntry.objects.count()

    def act(_place: int) -> Any:
        if key is None:
            return rows_of(command(now=NOW, **said))
        with keyed(key, alone=True):
            return rows_of(command(now=NOW, **said))

    answers = at_once(10, act)
    assert all(one == answers[0] for one in answers)
    # An account is made and given its mandate in one act, with an entry each.
    assert LedgerEntry.objects.count() == before + (2 if name == "account" else 1)


@pytest.mark.django_db(transaction=True)
def test_ten_different_words_at_the_same_moment_are_ten() -> None:
    world = World()
    said = world.said(actor=world.party)
    made = at_once(10, lambda place: record_claim(now=NOW, reason=f"Part {place}.", **said).pk)
    assert len(set(made)) == 10


@pytest.mark.django_db(transaction=True)
def test_ten_proposals_at_the_same_moment_are_one() -> None:
    world = World()
    world.agreement.sign_off = [SignOff.COMPLETE_FINDINGS]
    world.agreement.save()
    said = world.said(actor=world.mediator, level=3)
    made = at_once(10, lambda _place: carry_out(Command.RECORD_FINDING, now=NOW, reason="Done.", **said).pk)
    assert set(made) == {Proposal.objects.get().pk}


@pytest.mark.django_db(transaction=True)
def test_two_that_attach_the_same_at_the_same_moment_are_told_apart() -> None:
    authors = [viewer_for(make.mediator(f"{name}@trial.invalid")) for name in ("first", "second")]
    owed = make.commitment()
    evidence, found = make.evidence_link(owed.obligation), make.finding(owed, 1)

    def act(place: int) -> str:
        try:
            attach(evidence=evidence, statement=found, actor=authors[place], now=NOW)
        except Refused:
            return "refused"
        return "attached"

    assert sorted(at_once(2, act)) == ["attached", "refused"]


class TestWhatWasSeen:
    """A finding that names what its author had seen last."""

    def said(self, world: World, **more: Any) -> dict[str, Any]:
        return world.said(reason="Seen.") | {"actor": world.mediator, "now": NOW, "seen": "none"} | more

    @pytest.mark.django_db
    @pytest.mark.parametrize("later", [timedelta(0), timedelta(seconds=30), timedelta(hours=40)])
    def test_a_retry_is_no_conflict_with_oneself(self, later: timedelta) -> None:
        world = World()
        first = record_finding(**self.said(world))
        assert record_finding(**self.said(world, now=NOW + later)) == first

    @pytest.mark.django_db
    def test_neither_is_another_finding_of_ones_own(self) -> None:
        world = World()
        record_finding(**self.said(world))
        record_finding(**self.said(world, level=2))
        assert Statement.objects.findings().count() == 2

    @pytest.mark.django_db
    def test_what_another_recorded_meanwhile_is(self) -> None:
        world = World()
        first = record_finding(**self.said(world))
        other = viewer_for(make.mediator("second@trial.invalid"))
        with pytest.raises(Overtaken) as overtaken:
            record_finding(**self.said(world, actor=other))
        assert overtaken.value.newer == first
        assert record_finding(**self.said(world, actor=other, seen=first.key))

    @pytest.mark.django_db
    def test_so_it_is_where_a_second_mediator_has_to_sign(self) -> None:
        world = World()
        record_finding(**self.said(world))
        world.agreement.sign_off = [SignOff.COMPLETE_FINDINGS]
        world.agreement.save()
        other = viewer_for(make.mediator("second@trial.invalid"))
        said = self.said(world, actor=other, level=3)
        with pytest.raises(Overtaken):
            carry_out(Command.RECORD_FINDING, **said)
        proposal = carry_out(
            Command.RECORD_FINDING, **said | {"seen": Statement.objects.findings().get().key}
        )
        assert "seen" not in proposal.arguments
        signed: dict[str, Any] = {
            "verdict": "approve",
            "reason": "Right.",
            "digest": proposal.digest,
            "now": NOW,
        }
        sign(proposal=proposal, actor=world.mediator, **signed)

    @pytest.mark.django_db(transaction=True)
    def test_of_two_at_the_same_moment_one_is_told_of_the_other(self) -> None:
        world = World()
        authors: list[Viewer] = [world.mediator, viewer_for(make.mediator("second@trial.invalid"))]

        def act(place: int) -> str:
            try:
                record_finding(**self.said(world, actor=authors[place]))
            except Overtaken:
                return "overtaken"
            return "recorded"

        assert sorted(at_once(2, act)) == ["overtaken", "recorded"]
