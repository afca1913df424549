"""A process with wrong settings does not start, and says in a line each what is wrong and what to do."""

import multiprocessing
import os
import signal
import sys
from typing import Never

from django.conf import settings
from django.core.checks import ERROR, run_checks
from django.core.exceptions import ImproperlyConfigured
from environs import EnvError


def require_settings() -> None:
    """Read the settings. Ends the process where one of them cannot be read."""
    try:
        settings.configured or settings.DEBUG  # noqa: B018  the first look reads them
    except (ImproperlyConfigured, EnvError) as error:
        stop(str(error))


def require_no_errors() -> None:
    """Ask every check of the settings. Ends the process where one found an error; warnings are for `check --deploy`."""
    errors = [found for found in run_checks() if found.level >= ERROR and not found.is_silenced()]
    if errors:
        stop(*(f"{found.msg} {found.hint or ''}".strip() for found in errors))


def stop(*sentences: str) -> Never:
    for sentence in sentences:
        print(f"not started: {sentence}", file=sys.stderr, flush=True)
    if multiprocessing.parent_process() is not None:  # granian would start it again, without end
        os.kill(os.getppid(), signal.SIGTERM)
    sys.exit(1)
