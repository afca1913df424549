"""The settings of the server that a bench asks: the project's own, and two addresses to compare with.

What the environment can say, such as open reading and no limit of rates, the bench says there.
"""

from normalization_tracker.settings import *  # noqa: F403
from normalization_tracker.settings import STORAGES

ROOT_URLCONF = "tests.bench.reference"
# Static files need not be collected then.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
