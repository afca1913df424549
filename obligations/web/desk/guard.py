"""Who may open the desk."""

from django.utils.translation import gettext_lazy

from obligations.web.base.guards import guard
from parties.rights import Right

for_mediators = guard(
    Right.OPEN_DESK, otherwise=gettext_lazy("The desk is for mediators. Your account has no such mandate.")
)
