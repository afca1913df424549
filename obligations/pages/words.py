"""Words of pages that stand for kinds of statements."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from obligations.models import Statement

# How a statement refers to another, before the kind and the day of that one.
REFERS: dict[Statement.Kind, Promise] = {
    Statement.Kind.CLAIM: _("Refers to"),
    Statement.Kind.FINDING: _("Judges"),
    Statement.Kind.CONTEST: _("Objects to"),
    Statement.Kind.ANSWER: _("Answers"),
    Statement.Kind.WITHDRAWAL: _("Takes back"),
}
