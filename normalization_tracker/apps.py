from django.apps import AppConfig


class NormalizationTrackerConfig(AppConfig):
    name = "normalization_tracker"

    def ready(self) -> None:
        from normalization_tracker import checks  # noqa: F401  it registers them
