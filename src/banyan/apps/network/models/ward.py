from django.db import models

from banyan.apps.network.choices import LinkRelation, WardEdition


class Ward(models.Model):
    """A ward or commune in one edition of the country's units."""

    code = models.CharField(max_length=8)
    edition = models.CharField(max_length=16, choices=WardEdition)
    name = models.CharField(max_length=80)
    folded_name = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)
    district = models.CharField(max_length=80, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    area_km2 = models.FloatField(null=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        ordering = ("edition", "code")
        constraints = (
            models.UniqueConstraint(fields=("edition", "code"), name="ward_code_once_in_an_edition"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class WardLink(models.Model):
    """Which new unit holds an old one, or a part of it. A divided ward has several links."""

    old = models.ForeignKey(Ward, on_delete=models.CASCADE, related_name="links_on")
    new = models.ForeignKey(Ward, on_delete=models.CASCADE, related_name="links_back")
    relation = models.CharField(max_length=5, choices=LinkRelation)
    is_default = models.BooleanField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("old", "new"), name="one_link_a_pair"),)

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"


class Boundary(models.Model):
    """The polygon of a ward, imported by the site from its own source."""

    ward = models.OneToOneField(Ward, on_delete=models.CASCADE)
    geometry = models.JSONField()
    source = models.CharField(max_length=200)

    class Meta:
        verbose_name_plural = "boundaries"

    def __str__(self) -> str:
        return str(self.ward)
