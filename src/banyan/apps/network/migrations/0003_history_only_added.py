import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('network', '0002_roles'),
        ('core', '0005_guards_and_alerts'),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name='facilityevent',
            trigger=pgtrigger.compiler.Trigger(name='only_add', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n  IF EXISTS (SELECT 1 FROM core_guardlift WHERE transaction = pg_current_xact_id()::text) THEN\n    IF TG_OP = 'DELETE' THEN\n      RETURN OLD;\n    END IF;\n    RETURN NEW;\n  END IF;\n  RAISE EXCEPTION 'banyan: rows of % are kept as they were written', TG_TABLE_NAME;\n", hash='703f538a484ed8a3af3008f0b4a055f505133525', operation='UPDATE OR DELETE', pgid='pgtrigger_only_add_7babd', table='network_facilityevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='postingevent',
            trigger=pgtrigger.compiler.Trigger(name='only_add', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n  IF EXISTS (SELECT 1 FROM core_guardlift WHERE transaction = pg_current_xact_id()::text) THEN\n    IF TG_OP = 'DELETE' THEN\n      RETURN OLD;\n    END IF;\n    RETURN NEW;\n  END IF;\n  RAISE EXCEPTION 'banyan: rows of % are kept as they were written', TG_TABLE_NAME;\n", hash='8039dc6c5ccf3bd7903fe69d70d548a8f3f204ac', operation='UPDATE OR DELETE', pgid='pgtrigger_only_add_a5142', table='network_postingevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='staffevent',
            trigger=pgtrigger.compiler.Trigger(name='only_add', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n  IF EXISTS (SELECT 1 FROM core_guardlift WHERE transaction = pg_current_xact_id()::text) THEN\n    IF TG_OP = 'DELETE' THEN\n      RETURN OLD;\n    END IF;\n    RETURN NEW;\n  END IF;\n  RAISE EXCEPTION 'banyan: rows of % are kept as they were written', TG_TABLE_NAME;\n", hash='8d5c054761faa32478e105d8299615bd42697173', operation='UPDATE OR DELETE', pgid='pgtrigger_only_add_c63e1', table='network_staffevent', when='BEFORE')),
        ),
    ]
