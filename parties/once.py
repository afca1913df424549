"""Once means once: what is sent again is recorded no second time, and is answered as it was the first time.

Every command that writes is decorated with `once`, which gives it its transaction. The act is bound to a key: that of
the form (a hidden field), or the header `Idempotency-Key` of a program. Where no key comes, and where a form was opened
anew, the same words by the same author are the same act while they are the newest that the author did to the row, and
no older than a minute. What a command refuses binds no key: it may be sent again, put right.

One row of `SentOnce` an act holds what it was and what came of it. A lock in the database on the author with the key,
and on the author with the row, makes whoever sends the same at the same time wait for the first.
"""

import hashlib
import inspect
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.apps import apps
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from parties.access import Viewer
from parties.content import recording
from parties.errors import Refused
from parties.models import SentOnce
from parties.prepared import insert, run_in_turn
from parties.replica import PRIMARY
from parties.texts import tidy

P = ParamSpec("P")
R = TypeVar("R")

# The name of the field in forms, and of what is wrong with a key in `Refused`.
FIELD = "idempotency_key"
UNBOUND = object()
MINUTE, RETENTION = timedelta(minutes=1), timedelta(days=2)
# What says nothing of the words: who acts and when, and what allows it.
NO_WORDS = frozenset({"actor", "now", "signed"})
# By which argument an act is about a row, before all others.
ABOUT = ("commitment", "commitments", "statement", "gate", "subject")


class KeyTaken(Refused):
    """The key belongs to another act, which is on record."""


class Gone(Refused):
    """What the act made is there no more."""


@dataclass(frozen=True, slots=True)
class Key:
    """`alone`: it decides by itself, as a program's does; beside a form's, the same words count as well."""

    text: str
    alone: bool


_key: ContextVar[Callable[[], Key | None] | None] = ContextVar("key_of_the_act", default=None)
_at_work: ContextVar[bool] = ContextVar("an_act_is_at_work", default=False)


@contextmanager
def sent_with(key: Callable[[], Key | None]) -> Iterator[None]:
    """What is done in this block bears the key that `key` gives when an act asks for it."""
    token = _key.set(key)
    try:
        yield
    finally:
        _key.reset(token)


def key_sent() -> Key | None:
    """The key of the request at work. Raises Refused for what can be none."""
    given = _key.get()
    key = given() if given else None
    if key is not None and not (0 < len(key.text) <= SentOnce.LONGEST_KEY and key.text.isprintable()):
        text = _("Give a key of 1 to %(most)d characters that can be printed.")
        raise Refused({FIELD: text % {"most": SentOnce.LONGEST_KEY}})
    return key


@contextmanager
def one_act() -> Iterator[None]:
    """The commands that run in this block are parts of one act, or only tried: none is looked for or stored alone."""
    token = _at_work.set(True)
    try:
        yield
    finally:
        _at_work.reset(token)


def once(
    *,
    without: Iterable[str] = (),
    by_key_alone: bool = False,
    to_json: Callable[[Any], Any] | None = None,
    from_json: Callable[[Any, dict[str, Any]], Any] | None = None,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a command atomic, and an act that is recorded once.

    `without` names arguments that are no words of it; `by_key_alone`: the same words without a key are no repeat. What
    the command returns is stored as its rows' keys, or as `to_json` gives it (`UNBOUND` where nothing was recorded) and
    `from_json` takes it, with the arguments. Raises KeyTaken, where the key belongs to another act.
    """

    def decorate(command: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(command)
        silent = NO_WORDS | frozenset(without)
        name = f"{command.__module__.rpartition('.')[2]}.{command.__name__}"

        @wraps(command)
        def recorded(*args: P.args, **kwargs: P.kwargs) -> R:
            arguments = arguments_of(signature, args, kwargs)
            actor: Viewer = arguments["actor"]
            if _at_work.get() or actor.user_id is None:
                with transaction.atomic(), recording():
                    return command(*args, **kwargs)
            # What is recorded is in the words of the pack, whoever records it.
            with one_act(), transaction.atomic(), recording():
                act = SentAct(name, actor.user_id, arguments, silent, by_key_alone)
                if (stored := act.find()) is not None:
                    try:
                        restored: R = (from_json or from_rows)(json.loads(stored), arguments)
                        return restored
                    except Gone:
                        if act.found_by_key:
                            raise
                        # The same words again, after what they made was thrown away, are another act.
                done = command(*args, **kwargs)
                if (result := (to_json or as_rows)(done)) is not UNBOUND:
                    act.store(result)
                return done

        recorded.is_once = True  # type: ignore[attr-defined]
        return recorded

    return decorate


def arguments_of(signature: inspect.Signature, args: Any, kwargs: Any) -> dict[str, Any]:
    bound = signature.bind(*args, **kwargs)
    flat: dict[str, Any] = {}
    for name, value in bound.arguments.items():
        if signature.parameters[name].kind is inspect.Parameter.VAR_KEYWORD:
            flat |= value
        else:
            flat[name] = value
    return flat


class SentAct:
    """An act of an author: looked for among those that are on record, then stored. In the caller's transaction."""

    def __init__(
        self,
        command: str,
        user_id: int,
        arguments: dict[str, Any],
        silent: frozenset[str],
        by_key_alone: bool,
    ) -> None:
        self.command, self.user_id, self.now = command, user_id, arguments["now"]
        self.key = key_sent()
        self.by_words = not by_key_alone and not (self.key and self.key.alone)
        words = {name: value for name, value in arguments.items() if name not in silent}
        inner = words.get("about")
        self.about = about(command, inner if isinstance(inner, Mapping) else words)
        self.digest = digest_of(command, words)
        # Who names what was seen last has not seen the own act, if that came after: it is a retry, also later.
        self.since = self.now - (RETENTION if words.get("seen") else MINUTE)
        self.found_by_key = False

    def find(self) -> str | None:
        """What came of it, as JSON, where it was recorded before. Waits for whoever does the same at this moment."""
        locks: list[int] = []
        queries: list[str] = []
        values: list[Any] = []
        if self.key:
            locks.append(lock_of("key", self.user_id, self.key.text))
            queries.append(f"(SELECT {COLUMNS} FROM {TABLE} WHERE user_id = %s AND key = %s)")
            values += [self.user_id, self.key.text]
        if self.by_words:
            locks.append(lock_of("row", self.user_id, self.about))
            queries.append(
                f"(SELECT {COLUMNS} FROM {TABLE} WHERE user_id = %s AND about = %s ORDER BY id DESC LIMIT 1)"
            )
            values += [self.user_id, self.about]
        if not locks:
            return None
        # Each statement sees what was committed before it began: the locks come first.
        rows = run_in_turn(
            [*((LOCK, [one]) for one in locks), (" UNION ALL ".join(queries), values)], PRIMARY
        )
        for key, command, digest, at, result in rows:
            same = (command, digest) == (self.command, self.digest)
            if self.key and key == self.key.text:
                if same:
                    self.found_by_key = True
                    return str(result)
                raise KeyTaken({FIELD: already_used()})
            if same and self.since < at <= self.now + MINUTE:
                return str(result)
        return None

    def store(self, result: Any) -> None:
        key = self.key.text if self.key else None
        row = SentOnce(user_id=self.user_id, key=key, command=self.command, about=self.about)
        row.digest, row.at, row.result = self.digest, self.now, json.dumps(result)
        insert(row)


def note_done(command: str, user_id: int, now: datetime) -> None:
    """Say, in the transaction of an act that a worker does for somebody, that it is done: as a row, as of their others.

    It answers nothing that is sent again; by it one knows which acts a replica has.
    """
    SentOnce.objects.create(user_id=user_id, command=command, about=command, at=now, result="null")


TABLE = SentOnce._meta.db_table
COLUMNS = "key, command, digest, at, result"
LOCK = "SELECT pg_advisory_xact_lock(%s)"


def already_used() -> str:
    return _(
        "This was sent before with other content, and that is on record. Look at what is there; if this is to be"
        " recorded as well, send it once more (a program: with a new key)."
    )


def lock_of(kind: str, user_id: int, text: str) -> int:
    hashed = hashlib.sha256(f"{kind} {user_id} {text}".encode()).digest()
    return int.from_bytes(hashed[:8], "big", signed=True)


def about(command: str, words: Mapping[str, Any]) -> str:
    """The row that an act is about: the commitment, else the obligation, else the account, else the row itself."""
    named = [words[name] for name in ABOUT if words.get(name)] or list(words.values())
    for value in named:
        rows = list(value) if isinstance(value, list | tuple) else [value]
        if rows and all(isinstance(row, Model) for row in rows):
            names = sorted({root_of(row) for row in rows})
            joined = " ".join(names)
            return joined if len(joined) <= 80 else hashlib.sha256(joined.encode()).hexdigest()
    return command


def root_of(row: Model) -> str:
    for name in ("commitment", "obligation", "user"):
        if (key := getattr(row, f"{name}_id", None)) is not None:
            return f"{name} {key}"
    return f"{row._meta.model_name} {row.pk}"


def digest_of(command: str, words: Mapping[str, Any]) -> str:
    text = json.dumps([command, plain(words)], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def plain(value: Any) -> Any:
    """As JSON; what is left out and what is empty are the same. TypeError for what has no such form."""
    if isinstance(value, Model):
        return [value._meta.label_lower, value.pk]
    if isinstance(value, str):
        return tidy(str(value))
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): said for name, one in value.items() if not is_nothing(said := plain(one))}
    if isinstance(value, set | frozenset):
        return sorted(map(plain, value))
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    raise TypeError(f"{type(value).__name__} is no word of an act: name it in `without`")


def is_nothing(value: Any) -> bool:
    return value is None or value is False or value in ("", [], {})


def as_rows(done: Any) -> Any:
    """What a command returns, as JSON: rows by their keys."""
    if isinstance(done, Model):
        return {"row": done._meta.label_lower, "key": done.pk}
    if isinstance(done, list | tuple):
        return [as_rows(row) for row in done]
    if done is None or isinstance(done, bool | int | str):
        return done
    raise TypeError(f"{type(done).__name__} cannot be stored: give `to_json` and `from_json`")


def from_rows(stored: Any, _arguments: Mapping[str, Any]) -> Any:
    """The same again, with the rows as they are now. Refused where one of them is no more."""
    if isinstance(stored, list):
        return [from_rows(row, _arguments) for row in stored]
    if not isinstance(stored, dict):
        return stored
    row = apps.get_model(stored["row"])._default_manager.filter(pk=stored["key"]).first()
    if row is None:
        raise Gone({FIELD: _("This was recorded before, and what it made is there no more.")})
    row.was_sent_before = True
    return row


def was_sent_before(done: Any) -> bool:
    """Whether a command returned what is on record already."""
    return bool(getattr(done, "was_sent_before", False))


def is_on_record(viewer: Viewer) -> bool:
    """Whether the viewer's act with the key of this request was recorded: what it was about may be gone by it."""
    try:
        key = key_sent()
    except Refused:
        return False
    return key is not None and SentOnce.objects.filter(user=viewer.user_id, key=key.text).exists()
