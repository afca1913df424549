"""Files that people hand in: what they are, by their content, and where their bytes are kept. Knows no model."""

from obligations.files.allowed import ScannerAway, TooLarge, Unacceptable
from parties.errors import StoreAway

__all__ = ["ScannerAway", "StoreAway", "TooLarge", "Unacceptable"]
