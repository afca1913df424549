"""Files that people hand in: what they are, by their content, and where their bytes are kept. Knows no model."""

from obligations.files.errors import ScannerAway, StoreAway, TooLarge, Unacceptable

__all__ = ["ScannerAway", "StoreAway", "TooLarge", "Unacceptable"]
