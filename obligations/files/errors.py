class Unacceptable(ValueError):
    """A file that is not taken; its text is a sentence for the one who handed it in. Nothing was kept."""


class TooLarge(Unacceptable):
    """It has more bytes than `EVIDENCE_MAX_BYTES`."""


class ScannerAway(Unacceptable):
    """The scanner for viruses gave no answer, and nothing is taken without one."""
