"""The pages of help, open to everybody; each page of the product leads to what helps there."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from obligations.words.help import TOPICS


@require_safe
def contents(request: HttpRequest) -> HttpResponse:
    return render(request, "help/contents.html", {"topics": TOPICS.items()})


@require_safe
def topic(request: HttpRequest, topic: str) -> HttpResponse:
    if topic not in TOPICS:
        raise Http404
    language = next(code for code, _name in settings.LANGUAGES if (get_language() or "").startswith(code))
    sections = [
        (one, reverse(one.leads_to) if one.leads_to else "", f"help/{one.name}-{language}.webp")
        for one in TOPICS[topic].sections
    ]
    return render(request, "help/topic.html", {"topic": TOPICS[topic], "sections": sections})


urlpatterns = [path("", contents, name="help"), path("<slug:topic>/", topic, name="help-topic")]
