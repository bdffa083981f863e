from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models

from banyan.apps.core.choices import Role
from banyan.apps.core.models import track_history
from banyan.apps.network.choices import StaffKind


class StaffAccounts(BaseUserManager["Staff"]):
    """Makes accounts; the e-mail address is the name to sign in with."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Staff":
        staff = self.model(email=self.normalize_email(email).lower(), **fields)
        staff.set_password(password)
        staff.save()
        return staff


@track_history(exclude=("password", "last_login"))
class Staff(AbstractBaseUser):
    """A person who works in the network and signs in, or a machine that calls with a key."""

    kind = models.CharField(max_length=10, choices=StaffKind, default=StaffKind.PERSON)
    email = models.EmailField(unique=True)
    full_name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = StaffAccounts()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name_plural = "staff"

    def __str__(self) -> str:
        return self.full_name


@track_history()
class Posting(models.Model):
    """One role at one facility, for a time."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="postings")
    facility = models.ForeignKey("network.Facility", on_delete=models.PROTECT, related_name="postings")
    role = models.CharField(max_length=20, choices=Role)
    period = DateRangeField()

    class Meta:
        constraints = (
            ExclusionConstraint(
                name="one_posting_of_a_kind_at_a_time",
                expressions=(
                    ("staff", RangeOperators.EQUAL),
                    ("facility", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.staff} · {self.role} · {self.facility}"
