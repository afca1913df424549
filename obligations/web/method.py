"""The page on method: what the words mean, what each figure counts and leaves out, where the data comes from."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from agreement.models import Agreement
from agreement.viewers import viewer_of
from obligations.deadlines.conventions import CONVENTIONS
from obligations.web.base.guards import for_readers
from obligations.words.method import HEADLINES, in_words, meanings


@require_safe
@for_readers
def method(request: HttpRequest) -> HttpResponse:
    context = {
        "scales": meanings(),
        "headlines": [(one, in_words(one.picked), in_words(one.among)) for one in HEADLINES],
        "conventions": CONVENTIONS.values(),
        "agreements": Agreement.objects.visible_to(viewer_of(request)),
    }
    return render(request, "method/page.html", context)


urlpatterns = [path("", method, name="method")]
