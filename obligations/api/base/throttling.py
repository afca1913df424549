"""The API's throttles: each counts by a policy of parties/rates.py."""

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from parties.rates import Usage, address, use, who


class Counted(BaseThrottle):
    """Refused with 429 and `Retry-After` where the quota is used up."""

    usage: Usage | None = None

    def policies(self, request: Request, view: Any) -> dict[str, str]:
        """The names of the policies that the request counts for, with whose requests are counted."""
        raise NotImplementedError

    def allow_request(self, request: Request, view: Any) -> bool:
        usages = [use(request, name, whose) for name, whose in self.policies(request, view).items()]
        self.usage = next((one for one in usages if one is not None and one.is_over), None)
        return self.usage is None

    def wait(self) -> float | None:
        return self.usage.reset if self.usage else None


class ByWhoAsks(Counted):
    """All requests; those of views that say `is_costly`, or name a policy in `counts_as`, by that one as well."""

    def policies(self, request: Request, view: Any) -> dict[str, str]:
        whose = who(request)
        named = {"anonymous" if whose.startswith("address:") else "signed-in": whose}
        own = "costly" if getattr(view, "is_costly", False) else getattr(view, "counts_as", "")
        return named | ({own: whose} if own else {})


class BySignIn(Counted):
    """Attempts to trade a password for a token, by address."""

    def policies(self, request: Request, view: Any) -> dict[str, str]:
        return {"sign-in": address(request)} if request.method == "POST" else {}
