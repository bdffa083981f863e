import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0002_drafts'),
        ('core', '0005_guards_and_alerts'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='notification',
            name='keep_raw',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='batchevent',
            trigger=pgtrigger.compiler.Trigger(name='only_add', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n  IF EXISTS (SELECT 1 FROM core_guardlift WHERE transaction = pg_current_xact_id()::text) THEN\n    IF TG_OP = 'DELETE' THEN\n      RETURN OLD;\n    END IF;\n    RETURN NEW;\n  END IF;\n  RAISE EXCEPTION 'banyan: rows of % are kept as they were written', TG_TABLE_NAME;\n", hash='a9e4932ec23b4b37c0de52b77110a894ba930c2e', operation='UPDATE OR DELETE', pgid='pgtrigger_only_add_c9d75', table='registry_batchevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='checkfindingevent',
            trigger=pgtrigger.compiler.Trigger(name='only_add', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n  IF EXISTS (SELECT 1 FROM core_guardlift WHERE transaction = pg_current_xact_id()::text) THEN\n    IF TG_OP = 'DELETE' THEN\n      RETURN OLD;\n    END IF;\n    RETURN NEW;\n  END IF;\n  RAISE EXCEPTION 'banyan: rows of % are kept as they were written', TG_TABLE_NAME;\n", hash='433dc3c4f7b17fe87866448af7f62b82ac0a79cd', operation='UPDATE OR DELETE', pgid='pgtrigger_only_add_e23a9', table='registry_checkfindingevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='notification',
            trigger=pgtrigger.compiler.Trigger(name='keep_raw', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n  IF EXISTS (SELECT 1 FROM core_guardlift WHERE transaction = pg_current_xact_id()::text) THEN\n    IF TG_OP = 'DELETE' THEN\n      RETURN OLD;\n    END IF;\n    RETURN NEW;\n  END IF;\n  RAISE EXCEPTION 'banyan: rows of % are kept as they were written', TG_TABLE_NAME;\n", hash='00a10e5c71061ad5583f6debe835c7ac6fee3906', operation='UPDATE OF "raw"', pgid='pgtrigger_keep_raw_6cdd9', table='registry_notification', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='notificationevent',
            trigger=pgtrigger.compiler.Trigger(name='only_add', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n  IF EXISTS (SELECT 1 FROM core_guardlift WHERE transaction = pg_current_xact_id()::text) THEN\n    IF TG_OP = 'DELETE' THEN\n      RETURN OLD;\n    END IF;\n    RETURN NEW;\n  END IF;\n  RAISE EXCEPTION 'banyan: rows of % are kept as they were written', TG_TABLE_NAME;\n", hash='83cad8508eb9cf951d636860d5e3decd4dba8b6c', operation='UPDATE OR DELETE', pgid='pgtrigger_only_add_d2d66', table='registry_notificationevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='tumourevent',
            trigger=pgtrigger.compiler.Trigger(name='only_add', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n  IF EXISTS (SELECT 1 FROM core_guardlift WHERE transaction = pg_current_xact_id()::text) THEN\n    IF TG_OP = 'DELETE' THEN\n      RETURN OLD;\n    END IF;\n    RETURN NEW;\n  END IF;\n  RAISE EXCEPTION 'banyan: rows of % are kept as they were written', TG_TABLE_NAME;\n", hash='cfcb7dce3795e99c3b717d05b773f2295c18466a', operation='UPDATE OR DELETE', pgid='pgtrigger_only_add_4dde4', table='registry_tumourevent', when='BEFORE')),
        ),
    ]
