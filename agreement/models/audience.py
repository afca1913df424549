from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreement.models.agreement import Agreement
from parties.access import BITS, COMMON
from parties.models import Party


class AudienceBit(models.Model):
    """The bit of a party, with its confidences, in the masks of an agreement's rows. It is never another party's.

    The first bits are those of audiences that every agreement has (`parties.access.COMMON`). A party without a bit yet
    sees what the parties see.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="+")
    bit = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("bit of an audience")
        verbose_name_plural = _("bits of audiences")
        constraints = [
            models.UniqueConstraint(fields=["agreement", "party"], name="audience_bit_once"),
            models.UniqueConstraint(fields=["agreement", "bit"], name="audience_bit_of_one"),
            models.CheckConstraint(
                condition=Q(bit__gte=len(COMMON), bit__lt=BITS), name="audience_bit_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id}: {self.party_id} is {self.bit}"
