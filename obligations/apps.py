from django.apps import AppConfig


class ObligationsConfig(AppConfig):
    name = "obligations"

    def ready(self) -> None:
        from django.forms import Field
        from django.utils.translation import gettext_lazy

        from agreement.ledger.verify import CHECKS
        from obligations.drift import otherwise_than_released

        CHECKS.append(otherwise_than_released)
        # What a page says at an empty field, in forms of our own and of libraries: no "This field is required".
        Field.default_error_messages["required"] = gettext_lazy("Fill this in.")
