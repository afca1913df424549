from django.apps import AppConfig
from django.db.backends.signals import connection_created


class NormalizationTrackerConfig(AppConfig):
    name = "normalization_tracker"

    def ready(self) -> None:
        from django.utils.translation import trans_real

        from normalization_tracker import checks  # noqa: F401  it registers them
        from normalization_tracker.running import database
        from parties.cases import Translation

        trans_real.DjangoTranslation = Translation  # type: ignore[misc]

        connection_created.connect(database.opened)
