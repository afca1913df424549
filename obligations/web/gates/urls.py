from django.urls import path

from obligations.web.gates import views

urlpatterns = [path("obligations/<slug:agreement>/<code:code>/gate/<int:place>/", views.gate, name="gate")]
