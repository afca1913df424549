from django.apps import AppConfig
from django.db.backends.signals import connection_created


class NormalizationTrackerConfig(AppConfig):
    name = "normalization_tracker"

    def ready(self) -> None:
        from normalization_tracker import checks  # noqa: F401  it registers them
        from normalization_tracker.running import database

        connection_created.connect(database.opened)
