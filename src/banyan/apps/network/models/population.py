from django.db import models

from banyan.apps.network.choices import Sex


class PopulationSet(models.Model):
    """Denominators of one origin; figures name the set they stand on."""

    name_vi = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    source = models.CharField(max_length=300)
    is_synthetic = models.BooleanField(default=False)
    is_current = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name_vi


class Population(models.Model):
    """Persons of one ward (units of 2025), year, sex and five-year age group, mid-year."""

    population_set = models.ForeignKey(PopulationSet, on_delete=models.CASCADE, related_name="rows")
    ward_code = models.CharField(max_length=8)
    year = models.PositiveSmallIntegerField()
    sex = models.CharField(max_length=1, choices=Sex)
    age_group = models.PositiveSmallIntegerField()
    persons = models.FloatField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("population_set", "ward_code", "year", "sex", "age_group"), name="one_count_a_cell"
            ),
        )

    def __str__(self) -> str:
        return f"{self.ward_code} {self.year} {self.sex} {self.age_group}: {self.persons:.0f}"
