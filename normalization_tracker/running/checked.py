"""`python -m normalization_tracker.running.checked COMMAND ...` becomes that command where the settings are right.

Where they are not it says so and ends with 1. For the web server: granian ends with 0 though none of its workers could
start.
"""

import os
import sys
from typing import Never

import django

from normalization_tracker.running import start


def main() -> Never:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "normalization_tracker.settings")
    start.require_settings()
    django.setup()
    start.require_no_errors()
    os.execvp(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
