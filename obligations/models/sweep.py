from django.db import models
from django.utils.translation import gettext_lazy as _


class SweepRun(models.Model):
    """A sweep that came to its end. The newest one tells how fresh the flags are; old ones are removed."""

    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), db_index=True)
    flagged = models.PositiveIntegerField(_("flagged"))

    class Meta:
        verbose_name = _("sweep")
        verbose_name_plural = _("sweeps")
        ordering = ["-finished_at", "-pk"]
        get_latest_by = "finished_at"

    def __str__(self) -> str:
        return f"{self.finished_at}: {self.flagged}"
