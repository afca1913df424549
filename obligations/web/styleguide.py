"""The components of the stylesheet in every state, for who works on pages. Only where DEBUG is on."""

from django.urls import path
from django.views.generic import TemplateView

urlpatterns = [path("", TemplateView.as_view(template_name="styleguide/page.html"), name="styleguide")]
