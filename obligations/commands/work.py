"""Work that waits for a worker: asked for, cancelled and taken note of by its owner. Private, so in no ledger.

What is done with it stands in `obligations.work`.
"""

import hashlib
import json
from datetime import datetime
from typing import Any

from celery import current_app
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agreement.models import Agreement
from obligations.models import Work
from parties.access import Viewer
from parties.errors import Refused
from parties.models import User
from parties.once import once
from parties.rights import Right, may

TASK = "obligations.tasks.do_work"
# So much of an account waits or is being done at a time: nobody's work keeps everybody else's waiting.
MOST_OPEN = 10
# In what the worker is given: the owner gave a second factor to their organisation's server, in the session that asked.
FACTOR = "factor_given_elsewhere"


def send_for_a_worker() -> None:
    """Where this does not get through, beat sends for one within a minute."""
    current_app.send_task(TASK, retry=False)


@once(by_key_alone=True)
def ask_for_work(
    *,
    kind: Work.Kind,
    about: str,
    said: dict[str, Any],
    actor: Viewer,
    now: datetime,
    agreement: Agreement | None = None,
) -> Work:
    """Have a worker do it; the same that the actor asked for and that is still open is that.

    `said` is what the worker is given; its `of` tells the work apart from other work of its kind. Raises
    PermissionDenied, and Refused where as much of the account is open as may be.
    """
    if not may(actor, Right.ASK_FOR_WORK):
        raise PermissionDenied(_("This needs a mandate in an agreement."))
    assert actor.user_id is not None  # who has the right has an account
    language = get_language() or "en"
    # A file is another one in another language.
    named = f"{language} {said['of']}" if kind == Work.Kind.FILE else said["of"]
    subject = hashlib.sha256(named.encode()).hexdigest()
    # What an account asks for at once is counted one after the other.
    User.objects.select_for_update(no_key=True).get(pk=actor.user_id)
    own = Work.objects.filter(user=actor.user_id).open()
    if there := own.filter(kind=kind, subject=subject).first():
        return there
    if own.count() >= MOST_OPEN:
        text = _(
            "You have as much work that is not done yet as an account may have. Wait for some, or cancel some, and"
            " try again."
        )
        raise Refused({"work": text})
    of: dict[str, Any] = {"user_id": actor.user_id, "kind": kind, "subject": subject}
    said = {name: value for name, value in said.items() if name != FACTOR}
    if actor.gave_it_elsewhere:
        said[FACTOR] = True
    told = {"about": about[:300], "said": said, "agreement": agreement, "asked_at": now}
    made = Work.objects.create(**of, **told, language=language)
    transaction.on_commit(send_for_a_worker, robust=True)
    return made


@once()
def cancel_work(*, work: Work, actor: Viewer, now: datetime) -> Work:
    """End own work: at once where it waits, else at its next step. Nothing where it has ended."""
    mine = Work.objects.of(actor).open().filter(pk=work.pk)
    waiting = mine.filter(state=Work.State.WAITING)
    if not waiting.update(state=Work.State.CANCELLED, cancel_asked_at=now, ended_at=now, seen_at=now):
        mine.filter(cancel_asked_at=None).update(cancel_asked_at=now)
    work.refresh_from_db()
    return work


@once()
def run_again(*, work: Work, actor: Viewer, now: datetime) -> Work:
    """Ask for the same as own work that ended: the new one. Raises Refused where nobody can tell what that was."""
    of = work.said.get("of") if isinstance(work.said, dict) else None
    if work.kind not in Work.Kind.values or not isinstance(of, str):
        text = _("What this work was given can no longer be read. Ask for it anew where you asked for it.")
        raise Refused({"work": text})
    told: dict[str, Any] = {"kind": Work.Kind(work.kind), "about": work.about, "said": work.said}
    return ask_for_work(agreement=work.agreement, actor=actor, now=now, **told)


@transaction.atomic
def note_seen(*, actor: Viewer, now: datetime) -> None:
    """The actor was shown how all of their work ended."""
    Work.objects.of(actor).filter(ended_at__isnull=False, seen_at=None).update(seen_at=now)


def seen_as(viewer: Viewer) -> str:
    """What a file was made for: it stands for all that decides what the viewer may see."""
    told = [[one.agreement_id, one.role, one.party_id, one.clearance] for one in viewer.grants]
    named = [viewer.user_id, viewer.keeps_accounts, sorted(told, key=str)]
    return hashlib.sha256(json.dumps(named).encode()).hexdigest()
