"""In which form an answer is wanted. It imports no views: these import it, by the settings of the API."""

from typing import Any

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request

from obligations.lists.takeaway import FORMATS

MEDIA_TYPES = {form.media_type.partition(";")[0]: name for name, form in FORMATS.items()}


def form_asked(request: Any) -> str:
    """The format that an address names, or else the first type that `Accept` does; empty where rows are to be shown."""
    first = str(request.headers.get("Accept", "")).partition(",")[0].partition(";")[0].strip().lower()
    return str(request.GET.get("format") or MEDIA_TYPES.get(first, ""))


class Negotiation(DefaultContentNegotiation):
    """Lists are also given as what they can be taken away as."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        view = request.parser_context["view"]
        if "format" in getattr(view, "files", {}) and form_asked(request):
            return renderers[0], renderers[0].media_type
        return super().select_renderer(request, renderers, format_suffix)
