import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "normalization_tracker.settings")

django_application = get_wsgi_application()

# The settings are read by now.
from normalization_tracker.uploads import with_whole_bodies  # noqa: E402

application = with_whole_bodies(django_application)
