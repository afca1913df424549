from django.urls import path

from obligations.administration import views

urlpatterns = [path("", views.administration, name="administration")]
