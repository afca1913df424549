"""A mediator puts a statement into another language. The statement stays as it was said."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from agreement.ledger import enter
from obligations.commands import clock
from obligations.commands.errors import Refused
from obligations.models import Statement, StatementTranslation
from parties.access import Viewer
from parties.once import once
from parties.rights import Right, require
from parties.texts import text_errors, tidy


@once()
def translate_statement(
    *, statement: Statement, of_language: str, language: str, text: str, actor: Viewer, now: datetime
) -> StatementTranslation:
    """Set a translation beside a statement, of which `of_language` is the own. Raises PermissionDenied and Refused."""
    require(actor, Right.TRANSLATE, statement.agreement_id)
    commitment = clock.lock_all([statement.commitment_id])[0]
    known = dict(settings.LANGUAGES)
    errors = {
        name: _("Choose a language of the list.")
        for name, given in {"of_language": of_language, "language": language}.items()
        if given not in known
    }
    if of_language == language:
        errors.setdefault("language", _("Choose another language than the statement's."))
    if wrong := text_errors(("reason",), reason=text):
        errors["text"] = wrong["reason"]
    if errors:
        raise Refused(errors)
    made = StatementTranslation.objects.create(
        agreement_id=statement.agreement_id,
        statement=statement,
        of_language=of_language,
        language=language,
        text=tidy(text),
        recorded_at=now,
        recorded_by_id=actor.user_id,
    )
    enter(
        agreement_id=statement.agreement_id,
        actor=actor,
        now=now,
        command="translate_statement",
        subject=f"{commitment.obligation.code} {commitment.party.code}",
        after={"statement": statement.key, "language": language},
        rows=[made],
    )
    return made
