"""The filters of the compliance pages: those of every list of commitments, and what a number on them is made of."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from obligations.filters import CommitmentFilter
from obligations.models import CommitmentStatus

Claim = CommitmentStatus.Claim


class RowFilter(CommitmentFilter):
    """The filters of every list, and how the newest claim compares with the finding."""

    claim = filters.MultipleChoiceFilter(choices=Claim.choices, label=_("Newest claim"))
