from django.db import models

from banyan.apps.core.choices import DatePrecision
from banyan.apps.core.models import Tracked, track_history
from banyan.apps.registry.choices import CheckState, RecordStatus

# what a registrar has to answer or finish: few among many
WAITS = models.Q(status=RecordStatus.PENDING) | ~models.Q(check_state=CheckState.OK)


@track_history()
class Tumour(Tracked):
    """One primary tumour of one person, as the registry holds it.

    Codes are text and carry their edition. What is derived from them is stored with the version of the
    tables that derived it.
    """

    number = models.CharField(max_length=20, unique=True)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="tumours")
    edition = models.CharField(max_length=4, default="3.2")
    topography = models.CharField(max_length=5)
    morphology = models.CharField(max_length=5)
    behaviour = models.CharField(max_length=1)
    grade = models.CharField(max_length=1, blank=True)
    laterality = models.CharField(max_length=1, blank=True)
    basis = models.CharField(max_length=3, blank=True)
    incidence_date = models.DateField(null=True, blank=True)
    incidence_precision = models.CharField(max_length=5, choices=DatePrecision, blank=True)
    age = models.PositiveSmallIntegerField(null=True, blank=True)
    stage = models.CharField(max_length=4, blank=True)
    stage_system = models.CharField(max_length=20, blank=True)
    t = models.CharField(max_length=6, blank=True)
    n = models.CharField(max_length=6, blank=True)
    m = models.CharField(max_length=6, blank=True)
    ward_code = models.CharField(max_length=8, blank=True)
    icd10 = models.CharField(max_length=6, blank=True)
    iccc3 = models.CharField(max_length=6, blank=True)
    site = models.CharField(max_length=20, blank=True)
    ci5 = models.PositiveSmallIntegerField(null=True, blank=True)
    tables_version = models.CharField(max_length=20, blank=True)
    dci = models.BooleanField(default=False)
    dco = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=RecordStatus, default=RecordStatus.PENDING)
    check_state = models.CharField(max_length=8, choices=CheckState, default=CheckState.OK)
    sources = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("-incidence_date", "-id")
        indexes = (
            models.Index(fields=("-incidence_date", "-id")),
            models.Index(fields=("site", "incidence_date")),
            models.Index(fields=("status", "check_state")),
            models.Index(name="tumour_waits", fields=("updated_at", "id"), condition=WAITS),
        )

    def __str__(self) -> str:
        return self.number
