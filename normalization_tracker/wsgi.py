import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "normalization_tracker.settings")

from normalization_tracker.running import kind, start

start.require_settings()
kind.is_a(kind.ProcessKind.WEB)

from django.core.wsgi import get_wsgi_application  # noqa: E402

django_application = get_wsgi_application()
start.require_no_errors()

# The settings are read by now.
from normalization_tracker.running import database, traces  # noqa: E402
from normalization_tracker.uploads import with_whole_bodies  # noqa: E402

database.give_up_in_time()
traces.begin("web")
application = with_whole_bodies(django_application)
