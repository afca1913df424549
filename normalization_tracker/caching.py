"""Who may store a copy of an answer. Pages depend on who looks: none of one viewer is shown to the next."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers


class CacheHeaders:
    """Middleware, inside of the sessions'. Says in each answer's headers who may store it.

    - With a session, nobody: not even the browser, for its way back. An answer to a session that has ended is no other.
    - Without, the cache of the one who asks. A tool that asks the API, with a token or with none, has to ask each time
      whether what it stored still holds.

    What a view says more strictly stays. Files that are the same for everybody, such as styles, never come here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        of_api = request.path.startswith("/api/")
        patch_vary_headers(response, ("Authorization", "Cookie") if of_api else ("Cookie", "HX-Request"))
        if "no-store" in response.headers.get("Cache-Control", ""):
            return response
        if has_session(request):
            response.headers["Cache-Control"] = "no-store"
        else:
            patch_cache_control(response, private=True, **({"no_cache": True} if of_api else {}))
        return response


def has_session(request: HttpRequest) -> bool:
    """Whether one came with the request, or began in it. Asks no database, which may be away."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES or request.session.session_key is not None
