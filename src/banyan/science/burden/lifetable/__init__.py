"""Life tables: the mortality that patients would have had without their cancer."""

from banyan.science.burden.lifetable.importing import import_life_table
from banyan.science.burden.lifetable.splitting import split_ages
from banyan.science.burden.lifetable.table import LifeTable
from banyan.science.burden.lifetable.viet_nam import viet_nam_life_table

__all__ = ["LifeTable", "import_life_table", "split_ages", "viet_nam_life_table"]
