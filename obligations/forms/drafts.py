"""Drafts of forms: what was typed, offered again to the one who typed it."""

from datetime import datetime
from typing import Any

from django.forms import Field, Form, MultipleChoiceField
from django.http import QueryDict

from obligations.commands.drafts import drop_draft, save_draft
from obligations.models import Commitment, Draft, Statement
from parties.access import Viewer


def draft_of(viewer: Viewer, kind: Draft.Kind, about: Commitment | Statement) -> Draft | None:
    """The viewer's own draft of this form."""
    return Draft.objects.of(viewer).filter(kind=kind, **{name_of(about): about}).first()


def typed(data: QueryDict, name: str, field: Field) -> str | list[str]:
    """What was sent in a field; several values of one that takes several. No column holds a NUL."""
    several = [value.replace("\x00", "") for value in data.getlist(name)]
    return several if isinstance(field, MultipleChoiceField) else (several or [""])[-1]


def content_of(draft: Draft | None) -> dict[str, Any]:
    """What a form begins with."""
    return dict(draft.content) if draft else {}


def name_of(about: Commitment | Statement) -> str:
    return "commitment" if isinstance(about, Commitment) else "statement"


def save_as_draft(
    data: QueryDict,
    form: Form,
    viewer: Viewer,
    now: datetime,
    kind: Draft.Kind,
    about: Commitment | Statement,
) -> Draft:
    """Keep the form's fields as they were sent, right or wrong."""
    content = {name: typed(data, name, field) for name, field in form.fields.items()}
    of: dict[str, Any] = {name_of(about): about}
    return save_draft(kind=kind, agreement=about.agreement, actor=viewer, now=now, content=content, **of)


def forget(viewer: Viewer, kind: Draft.Kind, about: Commitment | Statement) -> None:
    """It was sent, or is thrown away."""
    if draft := draft_of(viewer, kind, about):
        drop_draft(draft=draft, actor=viewer)
