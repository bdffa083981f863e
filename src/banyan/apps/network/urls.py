from django.urls import path

from banyan.apps.network.views import viewer

urlpatterns = [
    path("postings/<int:posting_id>/", viewer.choose_posting, name="choose-posting"),
]
