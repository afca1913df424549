"""Formats of Serbian in Latin script: the same."""

from normalization_tracker.formats.sr.formats import *  # noqa: F403
