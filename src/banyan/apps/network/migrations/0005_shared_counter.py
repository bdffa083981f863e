from django.db import migrations

# The table of Django's database cache: attempts and used codes, seen by every worker. Unlogged: it is written
# often, and after a crash of the database empty counters do no harm (axes keeps wrong attempts in its own table).
TABLE = """
CREATE UNLOGGED TABLE network_shared_counter (
  cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
);
CREATE INDEX network_shared_counter_expires ON network_shared_counter (expires);
"""


class Migration(migrations.Migration):

    dependencies = [("network", "0004_accounts")]

    operations = [migrations.RunSQL(TABLE, "DROP TABLE network_shared_counter")]
