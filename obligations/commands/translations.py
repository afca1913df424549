"""A mediator puts a statement into another language. The statement stays as it was said."""

from datetime import datetime

from django.utils.translation import gettext as _

from agreement.ledger import enter
from obligations.commands import clock
from obligations.commands.errors import Refused
from obligations.models import Statement, StatementTranslation
from parties.access import Viewer
from parties.languages import language_errors
from parties.once import once
from parties.rights import Right, require
from parties.texts import text_errors, tidy


@once()
def translate_statement(
    *, statement: Statement, language: str, text: str, actor: Viewer, now: datetime, of_language: str = ""
) -> StatementTranslation:
    """Set a translation beside a statement. Raises PermissionDenied and Refused.

    `of_language` is the statement's own: needed where that is not on record, and else the same, or left out. What was
    taken back stays on record and is read, so it can be translated; so can one script of a language into the other,
    since nobody's words are turned from script to script by themselves.
    """
    require(actor, Right.TRANSLATE, statement.agreement_id)
    commitment = clock.lock_all([statement.commitment_id])[0]
    errors = language_errors(of_language=of_language, language=language)
    own = statement.language or of_language
    if of_language not in ("", own):
        errors.setdefault("of_language", _("Its author said that the statement is in another language."))
    for name, code in {"of_language": own, "language": language}.items():
        if not code:
            errors[name] = _("Choose a language of the list.")
    if own == language:
        errors.setdefault("language", _("Choose another language than the statement's."))
    if wrong := text_errors(("reason",), reason=text):
        errors["text"] = wrong["reason"]
    if errors:
        raise Refused(errors)
    made = StatementTranslation.objects.create(
        agreement_id=statement.agreement_id,
        statement=statement,
        of_language=own,
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
