"""A synthetic city: inhabitants as denominators, cancer cases, their course and their paper trail.

Nobody in it exists. The model behind it is small and our own (``tables/``); what it claims and what it
does not is written in ``docs/decisions/0004-demo-city.md``.
"""

from banyan.science.city.build import City, build_city
from banyan.science.city.samples import SampleFiles, write_sample_files

__all__ = ["City", "SampleFiles", "build_city", "write_sample_files"]
