"""What follows from a coded tumour: ICD-10, childhood group, site group."""

import polars as pl

from banyan.science.coding.columns import read_tumour
from banyan.science.coding.iccc3 import join_iccc3
from banyan.science.coding.icd10 import join_icd10
from banyan.science.coding.sites import join_sites


def derive_codes(frame: pl.DataFrame) -> pl.DataFrame:
    """Add the derived codes to a frame of cases.

    Parameters
    ----------
    frame
        One line per tumour: ``sex``, ``topography``, ``morphology``, ``behaviour`` and, where
        it is not 3.2, ``edition``; text or numbers, in any of the usual spellings. A column
        that is absent counts as not stated.

    Returns
    -------
    polars.DataFrame
        The same lines with ``icd10`` (``C50.4``), ``iccc3`` (``Xa``), ``site`` (the key of the
        GLOBOCAN line) and ``ci5`` (the number of the CI5 line), null where there is none.
        Unknown codes give nulls, never an exception.
    """
    derived = derive(read_tumour(frame))
    return frame.with_columns(derived.select(pl.col("icd10", "iccc3", "site").cast(pl.String), "ci5"))


def derive(tumours: pl.DataFrame) -> pl.DataFrame:
    """Add the derived codes to tumours as `read_tumour` returns them."""
    return join_sites(join_iccc3(join_icd10(tumours)))
