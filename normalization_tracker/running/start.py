"""A process with wrong settings does not start, and says in a line each what is wrong and what to do."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterable
from typing import Never

from django.conf import settings
from django.core.checks import ERROR, CheckMessage, run_checks
from django.core.exceptions import ImproperlyConfigured
from environs import EnvError


def require_settings() -> None:
    """Read the settings. Ends the process where one cannot be read, or is such that a library fails by it at once."""
    try:
        settings.configured or settings.DEBUG  # noqa: B018  the first look reads them
    except (ImproperlyConfigured, EnvError) as error:
        stop(str(error))
    from normalization_tracker.checks import settings_are_right  # which reads the settings

    stop_at(settings_are_right(None))


def require_no_errors() -> None:
    """Ask every check of the settings. Ends the process where one found an error; warnings are for `check --deploy`."""
    stop_at(run_checks())


def stop_at(messages: Iterable[CheckMessage]) -> None:
    errors = [message for message in messages if message.level >= ERROR and not message.is_silenced()]
    if errors:
        stop(*(f"{error.msg} {error.hint or ''}".strip() for error in errors))


def stop(*sentences: str) -> Never:
    for sentence in sentences:
        print(f"not started: {sentence}", file=sys.stderr, flush=True)
    if multiprocessing.parent_process() is not None:  # granian would start it again, without end
        os.kill(os.getppid(), signal.SIGTERM)
    sys.exit(1)
