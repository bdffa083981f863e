"""`banyan doctor`: looks at a site from outside and inside, and says of each part what to do about it."""

from banyan.config.doctor.findings import Finding, State, examine

__all__ = ["Finding", "State", "examine"]
