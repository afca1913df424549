"""What a proposal holds for who signs it: its arguments, frozen, and its grounds, which make one think again."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

import rfc8785
from django.apps import apps
from django.db.models import Max, Model, Q, QuerySet
from django.utils.translation import gettext as _

from agreement.models import Agreement, Event, Mandate, Trigger
from obligations.commands.errors import Refused
from obligations.models import Commitment, Evidence, Gate, GateOpening, Reading, Release, Statement
from parties.models import Keyed, User

OURS = ("agreement", "obligations", "parties")
# By which a row is named: what was proposed before rows had keys is named by its number.
PATHS = {"id": "pk", "key": "key", "code": "code", "agreement": "agreement__code"}


def freeze(value: Any) -> Any:
    """TypeError for what cannot be kept: better now than at the approval."""
    if isinstance(value, Model):
        return {"row": value._meta.label_lower, **address_of(value), "name": name_of(value)}
    if isinstance(value, datetime):
        return {"instant": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, Mapping):
        return {str(name): freeze(one) for name, one in value.items()}
    if isinstance(value, str):
        return str(value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [freeze(one) for one in value]
    raise TypeError(f"{type(value).__name__} cannot be kept in a proposal")


def name_of(row: Model) -> str:
    """What a reader calls it, when the row is no more, too."""
    if isinstance(row, Commitment):
        return f"{row.obligation.code}, {row.party.name}"
    if isinstance(row, Statement):
        return f"{row.kind} on {name_of(row.commitment)}, {row.effective_on}"
    return str(row)


def address_of(row: Model) -> dict[str, Any]:
    if isinstance(row, Keyed):
        return {"key": row.key}
    if isinstance(row, Event):
        return {"agreement": row.agreement.code, "code": row.code}
    return {"id": row.pk}


def thaw(value: Any) -> Any:
    """What was frozen, with rows as they are now. Refused where one of them is no more."""
    if isinstance(value, list):
        return [thaw(one) for one in value]
    if not isinstance(value, dict):
        return value
    if "row" in value:
        return row(value)
    if "day" in value:
        return date.fromisoformat(value["day"])
    if "instant" in value:
        return datetime.fromisoformat(value["instant"])
    return {name: thaw(one) for name, one in value.items()}


def row(named: Mapping[str, Any]) -> Model:
    model = apps.get_model(named["row"])
    if model._meta.app_label not in OURS:
        raise ValueError(f"{named['row']} is no row of this record")
    where = {path: named[name] for name, path in PATHS.items() if name in named}
    found: Model | None = model._default_manager.filter(**where).first()
    if found is None:
        raise Refused({"proposal": _("What this is about is no more: propose it anew.")})
    return found


def digest_of(command: str, arguments: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON (RFC 8785) of what would run."""
    return hashlib.sha256(rfc8785.dumps({"command": command, "arguments": arguments})).hexdigest()


# The key of the newest row, None where there is none; of a condition its digest, of a trigger its day;
# of an account's mandates and of a policy a digest.
# What it rests on: the newest of each thing that would make a mediator think again. Grounds are by what they are of,
# such as "finding 7" for the newest finding on the commitment 7, so that those of many proposals are looked up at once:
# `grounds_now` asks a fixed number of queries.
Grounds = dict[str, int | str | None]
Found = dict[int, Any]


def commitments_of(arguments: dict[str, Any]) -> list[int]:
    """The keys of the commitments that a command with these arguments is about, and rests on."""
    if "commitment" in arguments:
        return [arguments["commitment"].pk]
    if "commitments" in arguments:
        return [one.pk for one in arguments["commitments"]]
    subject = arguments.get("gate") or arguments.get("subject") or arguments.get("statement")
    if isinstance(subject, Statement):
        return [subject.commitment_id]
    if isinstance(subject, Gate):
        about = {subject.obligation_id, subject.after_obligation_id} - {None}
        rows = Commitment.objects.filter(obligation__in=about).order_by("pk")
        return list(rows.values_list("pk", flat=True))
    return []


def grounds_of(arguments: dict[str, Any]) -> Grounds:
    """As they are now, of what a command with these arguments rests on."""
    of = [f"{kind} {key}" for key in commitments_of(arguments) for kind in ("finding", "reading")]
    if gate := arguments.get("gate"):
        of += [f"opening {gate.pk}", f"condition {gate.pk}"]
        of += [f"happened {gate.after_trigger_id}"] if gate.after_trigger_id else []
    if account := arguments.get("account"):
        of.append(f"mandates {account.pk}")
    elif "wanted" in arguments:
        of.append(f"policy {arguments['agreement'].pk}")
    if isinstance(subject := arguments.get("subject") or arguments.get("statement"), Statement):
        of += [f"release {subject.pk}", f"withdrawal {subject.pk}"]
    elif isinstance(subject, Evidence):
        of.append(f"disclosure {subject.pk}")
    elif subject is not None:
        of.append(f"publication {subject.pk}")
    return grounds_now(of)


def grounds_now(of: Iterable[str]) -> Grounds:
    asked: dict[str, list[int]] = defaultdict(list)
    for name in of:
        kind, _space, key = name.partition(" ")
        asked[kind].append(int(key))
    found = {kind: LOOKUPS[kind](keys) for kind, keys in asked.items()}
    return {f"{kind} {key}": found[kind].get(key) for kind, keys in asked.items() for key in keys}


def newest(rows: QuerySet[Any], by: str, keys: list[int]) -> Found:
    asked = rows.filter(**{f"{by}__in": keys}).order_by()
    return dict(asked.values_list(by).annotate(newest=Max("pk")))


def findings(keys: list[int]) -> Found:
    counted = Q(kind="finding") | Q(kind="withdrawal", refers_to__kind="finding")
    return newest(Statement.objects.filter(counted), "commitment", keys)


def openings(keys: list[int]) -> Found:
    """By gate: a pack may set another condition in its place, of which nothing is said yet."""
    gates = Gate.objects.filter(pk__in=keys)
    rows = GateOpening.objects.filter(obligation__gates__in=keys).distinct().order_by("pk")
    by_condition = {condition_of(row): row.pk for row in rows}
    return {gate.pk: by_condition.get(condition_of(gate)) for gate in gates}


def condition_of(gate: Gate | GateOpening) -> str:
    said = {"obligation": gate.obligation_id, "text": gate.condition}
    return digest_of("gate", said | {"after": gate.after_obligation_id, "trigger": gate.after_trigger_id})


def conditions(keys: list[int]) -> Found:
    return {gate.pk: condition_of(gate) for gate in Gate.objects.filter(pk__in=keys)}


def days(keys: list[int]) -> Found:
    rows = Trigger.objects.filter(pk__in=keys, occurred_on__isnull=False)
    return {one.pk: one.occurred_on.isoformat() for one in rows if one.occurred_on}


def mandates(keys: list[int]) -> Found:
    """By account: its mandates, and whether it may sign in, as a digest: those elsewhere are not for everybody."""
    rows = Mandate.objects.filter(user__in=keys).order_by("agreement")
    of: dict[int, list[Any]] = {key: [] for key in keys}
    for one in rows:
        of[one.user_id].append([one.agreement_id, one.role, one.party_id, one.clearance])
    on = dict(User.objects.filter(pk__in=keys).values_list("pk", "is_active"))
    return {key: digest_of("mandates", {"of": of[key], "on": on.get(key)}) for key in keys}


def policies(keys: list[int]) -> Found:
    rows = Agreement.objects.filter(pk__in=keys).values_list("pk", "sign_off", "second_factor")
    return {
        key: digest_of("policy", {"of": sorted(wanted), "second_factor": sorted(roles)})
        for key, wanted, roles in rows
    }


LOOKUPS: dict[str, Callable[[list[int]], Found]] = {
    "finding": findings,
    "reading": lambda keys: newest(Reading.objects.all(), "commitment", keys),
    "opening": openings,
    "condition": conditions,
    "happened": days,
    "release": lambda keys: newest(Release.objects.all(), "statement", keys),
    "withdrawal": lambda keys: newest(Statement.objects.filter(kind="withdrawal"), "refers_to", keys),
    "disclosure": lambda keys: newest(Release.objects.all(), "evidence", keys),
    "publication": lambda keys: newest(Release.objects.all(), "event", keys),
    "mandates": mandates,
    "policy": policies,
}
