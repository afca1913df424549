"""The filters of lists: strict, and with the codes that there are."""

from rest_framework.request import Request

from agreement.viewers import viewer_of
from normalization_tracker.api.filtering import StrictFilters
from obligations.codes import codes_missing


class CodedFilters(StrictFilters):
    def codes_missing(self, request: Request, known: set[str]) -> dict[str, str]:
        return codes_missing(request.query_params, known, viewer_of(request))
