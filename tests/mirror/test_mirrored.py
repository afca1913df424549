"""Two parties that change places in the data change places on every page, in every list and every export."""

import pytest

from obligations.models import Commitment, Reading, Webhook, Work
from tests.effort import in_turn
from tests.mirror.compare import difference, exchanged, parts
from tests.mirror.reader import Answer, Reader, name_of, routes
from tests.mirror.world import build, from_the_start

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading", "on_the_day")]

# Of the server itself, of one's own account, or the same for all.
OF_NO_PARTY = frozenset(
    {"healthz", "readyz", "livez", "api:schema", "api:docs", "api:nowhere", "api:tokens", "api:current-token"}
)
# What only takes something in.
TAKES_IN = frozenset(
    {
        "account-close",
        "account-factor",
        "account-link",
        "account-mandate",
        "account-switch",
        "account-withdraw",
        "desk-finding",
        "desk-periods",
        "desk-seen",
        "desk-undo",
        "desk-view",
        "desk-view-remove",
        "desk-views",
        "follow",
        "follow-view",
        "language",
        "mail-again",
        "run-now",
        "notice",
        "obligation-owner",
        "own-session-end",
        "own-token-revoke",
        "own-tokens-revoke",
        "own-webhook-on",
        "own-webhook-remove",
        "own-webhook-rotate",
        "own-webhook-test",
        "sign-out-everywhere",
        "work-again",
        "work-cancel",
    }
)
# The calendar at a secret address is the one that its owner has at the open one. A date of a trigger waits a moment.
LEFT_OUT = (
    OF_NO_PARTY
    | TAKES_IN
    | {"kept-mail", "mail-stop", "own-calendar", "api:trigger-waiting-date"}
    | {name for name in routes() if name.startswith(("account_", "mfa_", "openid_"))}
)
# What only these can open; all else, also what is new, a mediator has to.
OPENED_BY = {
    "administrator": {
        name
        for name in routes()
        if name.startswith(
            ("account", "administration", "confidence", "imports", "mail-log", "polic", "power", "rights")
        )
    },
    "one": {"asked", "party", "obligation-claim", "obligation-contest"},
    "nobody": {"home"},
}
OPENED_BY["mediator"] = set(routes()).difference(*OPENED_BY.values())
API = frozenset(name for name in routes() if name.startswith("api:"))
# What no page leads to in one step, or only in a certain state.
MORE = [
    "/obligations/accord/LATE/",
    "/obligations/accord/WAIT/",
    "/administration/policy/accord/",
    "/ledger/accord/export/",
    "/desk/?queue=signatures",
    "/search/?q=report",
    "/search/?q=alpha",
    "/api/v1/search/?q=report",
    "/api/v1/obligations/accord/LATE/owner/",
    "/compliance/?as_of=2024-01-20",
    "/work/file/?of=/api/v1/commitments/%3Fformat=xlsx",
]
Seen = dict[str, Answer]


def of_this_world() -> list[str]:
    """The same, of a row each."""
    reading, webhook, work = Reading.objects.earliest("pk"), Webhook.objects.get(), Work.objects.latest("pk")
    late = Commitment.objects.filter(obligation__code="LATE").earliest("pk")
    return [
        f"/obligations/accord/LATE/reading/{reading.key}/",
        f"/desk/?commitment={late.pk}",
        "/obligations/accord/LATE/reading/?kind=extension",
        f"/api/v1/webhooks/{webhook.key}/",
        f"/api/v1/webhooks/{webhook.key}/deliveries/",
        f"/api/v1/work/{work.key}/",
    ]


def both(who: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Seen, Seen]:
    """What a viewer is answered in one world, and in the other at the same addresses with the names exchanged."""
    leave_out, of_a_route = (LEFT_OUT, 3) if who == "mediator" else (LEFT_OUT | API, 2)
    with from_the_start(monkeypatch):
        viewers = build("alpha", "beta")
        more = [*MORE, *of_this_world()]
        one = Reader(viewers[who]).crawl(leave_out, more, of_a_route)
    with from_the_start(monkeypatch):
        reader = Reader(build("beta", "alpha")[who])
        other = {address: reader.get(exchanged(address)) for address in one}
    return one, other


@pytest.mark.parametrize("who", in_turn(list(OPENED_BY)))
def test_parties_that_change_places_are_shown_alike(who: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that can be opened, found by the URL conf and the links: a page that is not reached fails too."""
    one, other = both(who, monkeypatch)
    wrong = []
    for address, answer in one.items():
        mirrored = exchanged(other[address].body.decode(errors="replace")).encode()
        told = difference(parts(answer.kind, answer.body), parts(answer.kind, mirrored))
        if answer.status != other[address].status or told:
            wrong.append(f"{address} {answer.status} {other[address].status}\n{told}")
    assert not wrong, f"{len(wrong)} differ\n" + "\n".join(wrong[:12])
    opened = {name_of(address) for address, answer in one.items() if answer.status < 400}
    assert sorted(OPENED_BY[who] - LEFT_OUT - opened) == []
