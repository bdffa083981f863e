from enum import StrEnum


class Level(StrEnum):
    """How far two values of one part agree. Which of them a part can have stands where it is weighed."""

    SAME = "same"
    FOLDED = "folded"  # but for tones and đ
    SPELT = "spelt"  # but for letters that sound alike
    ORDER = "order"  # the same words, or without the middle name
    BEGUN = "begun"  # one is the beginning of the other
    SWAPPED = "swapped"  # day and month have changed places
    MONTH = "month"
    YEAR = "year"
    CLOSE = "close"  # one slip of the finger
    PARTLY = "partly"
    OTHER = "other"
