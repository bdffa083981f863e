import pgtrigger
from django.conf import settings
from django.db import models

from banyan.apps.core.models import Tracked, guard_rows, track_history
from banyan.apps.people.choices import IdentityCheck, RequestChannel, RequestKind, RequestState
from banyan.apps.people.models.person import Person


@track_history()
class RightsRequest(Tracked):
    """What a person, or who speaks for her, asked about her data, and by when it must be answered and done."""

    number = models.CharField(max_length=20, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="rights_requests")
    kind = models.CharField(max_length=12, choices=RequestKind)
    received_at = models.DateTimeField()
    channel = models.CharField(max_length=8, choices=RequestChannel)
    identity = models.CharField(max_length=10, choices=IdentityCheck, default=IdentityCheck.NOT_YET)
    asked_by = models.CharField(max_length=120, blank=True)
    words = models.TextField()
    # somebody else holds a copy and must act too: the law gives some days more
    third_party = models.BooleanField(default=False)
    facility = models.ForeignKey("network.Facility", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=RequestState, default=RequestState.RECEIVED)
    answer_by = models.DateField()
    finish_by = models.DateField()
    answered_at = models.DateTimeField(null=True, blank=True)
    extended_at = models.DateTimeField(null=True, blank=True)
    extension_reason = models.CharField(max_length=300, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # when two records are found to be one person, of two that are open one stands and the other is joined to it
    joined_to = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="joined", db_index=False
    )

    class Meta:
        ordering = ("finish_by", "id")
        indexes = (
            models.Index(name="request_open", fields=("finish_by",), condition=models.Q(closed_at=None)),
        )
        constraints = (
            models.CheckConstraint(
                name="request_extended_with_a_reason",
                condition=models.Q(extended_at__isnull=True, extension_reason="")
                | (models.Q(extended_at__isnull=False) & ~models.Q(extension_reason="")),
            ),
        )

    def __str__(self) -> str:
        return self.number


class RequestStep(models.Model):
    """One step of a request: who did what when, and the words of it. Rows are added, never changed."""

    request = models.ForeignKey(RightsRequest, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=10, choices=RequestState)
    words = models.TextField(blank=True)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        triggers = (guard_rows("only_add", pgtrigger.Update | pgtrigger.Delete),)

    def __str__(self) -> str:
        return f"{self.request} {self.state}"


@track_history()
class Restriction(models.Model):
    """A time in which a person's record is out of ordinary use; the record itself stays whole."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="restrictions")
    request = models.ForeignKey(
        RightsRequest, null=True, on_delete=models.PROTECT, related_name="restrictions"
    )
    reason = models.CharField(max_length=300)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    # when two records are found to be one person, of two that are open one stands and the other is joined to it
    joined_to = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="joined", db_index=False
    )
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                name="one_open_restriction", fields=("person",), condition=models.Q(until__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} {self.since:%d/%m/%Y}"
