"""Whose the store of evidence is: its mark, which names this deployment and evidence that its database committed."""

from obligations.files import mark
from obligations.files.mark import Mark
from obligations.models import Deployment, Evidence


def is_behind(found: Mark) -> bool:
    """Whether the database lacks evidence that it once committed, and so is older than the store."""
    return bool(found.newest) and not Evidence.objects.filter(key=found.newest).exists()


def note_newest(key: str) -> None:
    """After evidence was committed: have the mark name it, where it is ours and the database is not behind it."""
    found = mark.read()
    if found is not None and found.deployment == Deployment.this().key and not is_behind(found):
        mark.write(Mark(found.deployment, key))


def set_mark(deployment: Deployment) -> Mark:
    """Mark the store as this deployment's, with its newest file."""
    newest = Evidence.objects.filter(kind=Evidence.Kind.FILE).order_by("-uploaded_at", "-pk").first()
    made = Mark(deployment.key, newest.key if newest else "")
    mark.write(made)
    return made
