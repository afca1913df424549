from django.apps import AppConfig


class ObligationsConfig(AppConfig):
    name = "obligations"

    def ready(self) -> None:
        from agreement.ledger.verify import CHECKS
        from obligations.drift import otherwise_than_released

        CHECKS.append(otherwise_than_released)
