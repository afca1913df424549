"""What commands raise where something cannot be."""

from typing import Any

from django.utils.translation import gettext as _

from parties.errors import Refused
from parties.once import KeyTaken

__all__ = ["KeyTaken", "NotAsShown", "Overtaken", "Refused"]


class Overtaken(Refused):
    """Somebody else recorded `newer` after what the author had seen."""

    def __init__(self, newer: Any) -> None:
        super().__init__(
            {"seen": _("Something was recorded after what you had seen. Nothing of yours was; look at both.")}
        )
        self.newer = newer


class NotAsShown(Refused):
    """It would do something else by now than what was shown before it was confirmed."""

    def __init__(self) -> None:
        super().__init__({"shown": _("What this does has changed meanwhile: look at it, and send it again.")})
