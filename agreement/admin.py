"""Mandates, for administrators."""

from django.contrib import admin

from agreement.models import Mandate


@admin.register(Mandate)
class MandateAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["user", "agreement", "role", "party", "clearance"]
    list_filter = ["agreement", "role"]
    list_select_related = ["user", "agreement", "party"]
    autocomplete_fields = ["user"]
