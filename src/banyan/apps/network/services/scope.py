class OutOfScope(Exception):
    """The acting administrator does not keep that facility's accounts."""
