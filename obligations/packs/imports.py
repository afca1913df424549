"""Packs that an administrator brings in: first what that would change, then the same, with a reason."""

import base64
import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from agreement.commands.powers import required_reason, wants
from agreement.models import Agreement, SignOff
from agreement.packs.archive import installed, read_archive, read_installed
from agreement.packs.model import Pack
from obligations.commands.work import ask_for_work
from obligations.models import Work
from obligations.packs.difference import kind_of
from obligations.packs.load import Loaded, load_pack
from parties.access import Viewer
from parties.errors import Refused
from parties.keys import random_key
from parties.once import once
from parties.rights import Right, require_any_way

# What was uploaded is kept so long for its author to look at what it would change.
KEPT_SECONDS = 2 * 60 * 60
# What has more entries than this takes a worker, who does it while its author goes on.
AT_ONCE = 300


@dataclass(frozen=True, slots=True)
class Upload:
    """What waits to be applied: an archive, as base 64; or the name of a pack that came with the program."""

    name: str
    archive: str = ""

    def pack(self) -> Pack:
        """Raises PackError with all that is wrong."""
        return read_archive(base64.b64decode(self.archive)) if self.archive else read_installed(self.name)


def store_upload(upload: Upload, actor: Viewer) -> str:
    """The key under which it waits for the actor, and for nobody else."""
    key = random_key()
    cache.set(place(key, actor), asdict(upload), KEPT_SECONDS)
    return key


def waiting(key: str, actor: Viewer) -> Upload | None:
    """By its key, or by the name of a pack that came with the program; None where it is not there, or no more."""
    if key in installed():
        return Upload(key)
    found: dict[str, str] | None = cache.get(place(key, actor))
    return Upload(**found) if found else None


def place(key: str, actor: Viewer) -> str:
    return f"pack:{actor.user_id}:{hashlib.sha256(key.encode()).hexdigest()}"


def of_archive(name: str, data: bytes) -> Upload:
    return Upload(name, base64.b64encode(data).decode())


def require_to_load(actor: Viewer, pack: Pack) -> None:
    """Who administers the agreement; of one that is new here, who keeps the server's accounts."""
    there = Agreement.objects.filter(code=pack.agreement.code).first()
    if there is None and not actor.keeps_accounts:
        told = _(
            "There is no agreement “%(code)s” that you administer, and a new one is brought in by who keeps the"
            " accounts of this server."
        )
        raise PermissionDenied(told % {"code": pack.agreement.code})
    if there is not None:
        require_any_way(actor, Right.LOAD_PACK, there.pk)


def planned(pack: Pack, actor: Viewer, now: datetime) -> Loaded:
    """What loading would change. Writes nothing. Raises PermissionDenied and PackError."""
    require_to_load(actor, pack)
    return load_pack(pack=pack, actor=actor, now=now, plan=True)


def digest_of(loaded: Loaded, pack: Pack) -> str:
    """Of what was shown: the pack, and each change; the same in every language."""
    told = [repr([one.verb, one.row, one.field, one.old, one.new]) for one in loaded.changes]
    numbers = [f"{verb} {of.total()}" for verb, of in sorted(loaded.counts.items())]
    return hashlib.sha256("\n".join([pack.digest, *told, *numbers]).encode()).hexdigest()


def is_long(pack: Pack) -> bool:
    return len(pack.obligations) > AT_ONCE


@once(without=("pack",))
def import_pack(*, pack: Pack, shown: str, actor: Viewer, now: datetime, reason: str) -> Agreement:
    """Load a pack, if that changes what was `shown` and nothing else.

    Raises PermissionDenied, PackError, and Refused where the record changed since it was shown, or where the pack would
    change alone what two administrators have to agree on.
    """
    require_to_load(actor, pack)
    loaded = load_pack(pack=pack, actor=actor, now=now, reason=required_reason(reason))
    agreement = Agreement.objects.get(code=pack.agreement.code)
    if digest_of(loaded, pack) != shown:
        told = _(
            "The record changed since this was shown. Look at what the pack would change now, and send it again."
        )
        raise Refused({"shown": told})
    if changes_policy(loaded) and wants(agreement.pk, SignOff.POWERS):
        told = _(
            "This pack changes what wants a second signature, and in this agreement two administrators agree on that:"
            " change the policy first, on its page."
        )
        raise Refused({"shown": told})
    return agreement


def changes_policy(loaded: Loaded) -> bool:
    policy = kind_of(Agreement), "sign_off"
    return any((one.kind, one.field) == policy for one in loaded.changes)


# By a worker


AT_WORK, DONE = "at work", "done"


def import_later(key: str, *, shown: str, actor: Viewer, now: datetime, reason: str) -> Work:
    """Have a worker do it. What came of it is told by `outcome`. Raises Refused without a reason."""
    upload = waiting(key, actor)
    said = {"of": key, "shown": shown, "reason": required_reason(reason)}
    about = upload.name if upload else key
    return ask_for_work(kind=Work.Kind.PACK, about=about, said=said, actor=actor, now=now)


def outcome(key: str, actor: Viewer, now: datetime) -> str:
    """`AT_WORK`, `DONE`, why it failed; empty where no worker had it as long as it waits."""
    since = now - timedelta(seconds=KEPT_SECONDS)
    work = Work.objects.of(actor).filter(kind=Work.Kind.PACK, said__of=key, asked_at__gte=since).first()
    if work is None or work.state == Work.State.CANCELLED:
        return ""
    return AT_WORK if work.is_open else work.failure or DONE
