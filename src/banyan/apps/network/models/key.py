from django.conf import settings
from django.db import models

from banyan.apps.core.models import track_history


@track_history(exclude=("digest", "last_used_at", "window", "window_count"))
class ServiceKey(models.Model):
    """A key by which a machine calls. The key is shown once; only its SHA-256 is kept.

    `window` is the minute in which it was last used, `window_count` how often in that minute.
    """

    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="keys")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    window = models.DateTimeField(null=True, blank=True)
    window_count = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.prefix}"
