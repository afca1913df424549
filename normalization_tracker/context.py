"""What every page needs, beside its own subject."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from agreement.viewers import viewer_of
from normalization_tracker.version import VERSION
from obligations.status.to_answer import number_waiting
from obligations.web.base.guards import own_page
from parties.keys import random_key
from parties.languages import tag_of
from parties.rights import Right, may, states
from parties.unsent import author_mark


def page(request: HttpRequest) -> dict[str, Any]:
    """`viewer`, and what is open to them. Lazy, so that a page without either asks nothing."""
    return {
        "may_claim_somewhere": SimpleLazyObject(lambda: may(viewer_of(request), Right.MAKE_CLAIM)),
        # A template calls it, and has a number: the plural forms of some languages count with it.
        "to_answer": cache(lambda: number_waiting(viewer_of(request), timezone.now())),
        "written_by": SimpleLazyObject(lambda: author_mark(request.user.pk) if request.user.pk else ""),
        "new_key": random_key,  # a template calls it: each form has its own
        "may_record": SimpleLazyObject(lambda: states(viewer_of(request))),
        "languages": settings.LANGUAGES,  # the tag of Django would translate the names
        "language_tag": tag_of(get_language() or ""),
        "version": VERSION,
        "public_reading": settings.PUBLIC_READING,
        "own_page": SimpleLazyObject(lambda: own_page(viewer_of(request))),
        "viewer": SimpleLazyObject(lambda: viewer_of(request)),
        "may_open_desk": SimpleLazyObject(lambda: may(viewer_of(request), Right.OPEN_DESK)),
        "may_search": settings.PUBLIC_READING or SimpleLazyObject(lambda: request.user.is_authenticated),
        "may_read_ledger": SimpleLazyObject(lambda: may(viewer_of(request), Right.READ_LEDGER)),
        "may_administer": SimpleLazyObject(lambda: may(viewer_of(request), Right.OPEN_ADMINISTRATION)),
    }
