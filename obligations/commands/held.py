"""Sign-off, for the commands here: `agreement.commands.held` decides."""

from agreement.commands.held import Held, Signed, hold

__all__ = ["Held", "Signed", "hold"]
