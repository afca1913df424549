#!/usr/bin/env python
import os
import sys

from django.core.exceptions import ImproperlyConfigured
from environs import EnvError


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "normalization_tracker.settings")
    if sys.argv[1:2] == ["up"] and not {"-h", "--help"} & set(sys.argv):
        from normalization_tracker.trial import launch

        launch.prepare_or_exit()  # the settings want to know where the trial's servers are

    from django.core.management import execute_from_command_line

    from parties.logs import uncaught

    sys.excepthook = uncaught
    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, EnvError) as error:
        sys.exit(f"{sys.argv[0]}: {error}")


if __name__ == "__main__":
    main()
