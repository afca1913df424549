"""The filters of lists: strict, and with the codes that there are."""

from rest_framework.request import Request

from agreement.viewers import viewer_of
from normalization_tracker.api.filtering import StrictFilters
from obligations.codes import codes_missing, commitment_missing


class CodedFilters(StrictFilters):
    def codes_missing(self, request: Request, known: set[str]) -> dict[str, str]:
        asked, viewer = request.query_params, viewer_of(request)
        missing = codes_missing(asked, known, viewer)
        if "commitment" in known and asked.get("commitment"):
            missing |= commitment_missing(asked["commitment"], viewer)
        return missing
