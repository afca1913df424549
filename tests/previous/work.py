"""What the previous release does on a database: run in its folder, by its code. `first` makes the people beforehand.

It names nothing but what both releases have. Raises what goes wrong.
"""

import os
import sys
from datetime import date
from io import BytesIO
from typing import Any

sys.path.insert(0, os.getcwd())
os.environ["DJANGO_SETTINGS_MODULE"] = "normalization_tracker.settings"

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from agreement.commands import invite  # noqa: E402
from agreement.ledger.verify import verify  # noqa: E402
from agreement.models import Agreement  # noqa: E402
from agreement.viewers import viewer_for  # noqa: E402
from obligations import drift, flagging  # noqa: E402
from obligations.commands import record_finding  # noqa: E402
from obligations.commands.evidence import add_file  # noqa: E402
from obligations.delivery import mail, reminders, webhooks  # noqa: E402
from obligations.models import Commitment  # noqa: E402
from parties.access import Tier  # noqa: E402
from parties.models import User  # noqa: E402

KEEPER, MEDIATOR = "keeper@trial.invalid", "mediator@trial.invalid"
PAGES = (
    "/",
    "/compliance/",
    "/commitments/",
    "/timeline/",
    "/desk/",
    "/ledger/",
    "/account/",
    "/api/v1/commitments/?agreement=ohrid-2023",
    "/api/v1/periods/?agreement=ohrid-2023",
    "/api/v1/figures/?agreement=ohrid-2023",
    "/api/v1/changes/",
    "/readyz",
)


def make_people(agreement: Agreement) -> None:
    os.environ["DJANGO_SUPERUSER_PASSWORD"] = "a-long-word-0f-the-tests"
    call_command("createsuperuser", "--no-input", "--email", KEEPER)
    keeper = viewer_for(User.objects.get(email=KEEPER))
    invite(
        email=MEDIATOR,
        agreement=agreement,
        role="mediator",
        actor=keeper,
        now=timezone.now(),
        reason="They look after it.",
    )


def main(turn: str) -> None:
    agreement = Agreement.objects.get(code="ohrid-2023")
    if turn == "first":
        make_people(agreement)
    mediator = User.objects.get(email=MEDIATOR)
    said: dict[str, Any] = {"actor": viewer_for(mediator), "now": timezone.now(), "tier": Tier.PUBLIC}
    owed = Commitment.objects.filter(obligation__agreement=agreement, obligation__kind="one_off").first()
    assert owed is not None
    record_finding(
        commitment=owed, level=2, effective_on=date(2024, 1, 1), reason=f"Seen, {turn}.", wider=True, **said
    )
    add_file(
        obligation=owed.obligation,
        upload=BytesIO(f"Seen, {turn}.\n".encode()),
        file_name="seen.txt",
        title="Seen",
        represents_on=date(2024, 1, 1),
        language="en",
        **said,
    )
    flagging.sweep(timezone.now())
    mail.gather(timezone.now())
    reminders.give(timezone.now())
    webhooks.gather(timezone.now())
    client = Client()
    client.force_login(mediator, "allauth.account.auth_backends.AuthenticationBackend")
    for page in PAGES:
        answer = client.get(page)
        assert answer.status_code == 200, f"{page}: {answer.status_code}"
    assert verify().faults == []
    assert drift.check(timezone.now(), timezone.now).differences == []


if __name__ == "__main__":
    main(sys.argv[1])
