import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('agreement', '0001_initial'),
        ('parties', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='calendarparty',
            name='party',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party'),
        ),
        migrations.AddField(
            model_name='calendar',
            name='parties',
            field=models.ManyToManyField(related_name='calendars', through='agreement.CalendarParty', to='parties.party'),
        ),
        migrations.CreateModel(
            name='ChainLink',
            fields=[
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='link', serialize=False, to='agreement.ledgerentry')),
                ('chain', models.BigIntegerField(verbose_name='chain')),
                ('position', models.BigIntegerField(null=True, verbose_name='position')),
                ('previous', models.CharField(blank=True, max_length=64, verbose_name='hash of the entry before')),
                ('hash', models.CharField(blank=True, max_length=64, verbose_name='hash')),
            ],
            options={
                'verbose_name': 'link of a chain',
                'verbose_name_plural': 'links of chains',
                'ordering': ['chain', 'position'],
            },
        ),
        migrations.AddField(
            model_name='ledgerentry',
            name='actor',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='ledgerentry',
            name='agreement',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreement.agreement'),
        ),
        migrations.AddField(
            model_name='ledgerentry',
            name='on_behalf_of',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party'),
        ),
        migrations.AddField(
            model_name='event',
            name='agreement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='agreement.agreement'),
        ),
        migrations.AddField(
            model_name='event',
            name='confidant',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party', verbose_name='in confidence with'),
        ),
        migrations.AddField(
            model_name='holiday',
            name='calendar',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holidays', to='agreement.calendar'),
        ),
        migrations.AddField(
            model_name='holiday',
            name='recorded_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='instrument',
            name='agreement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='instruments', to='agreement.agreement'),
        ),
        migrations.AddField(
            model_name='interpretiverule',
            name='agreement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='interpretive_rules', to='agreement.agreement'),
        ),
        migrations.AddConstraint(
            model_name='ledgerseal',
            constraint=models.UniqueConstraint(fields=('chain', 'day'), name='seal_once_a_day'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ledgerseal',
            trigger=pgtrigger.compiler.Trigger(name='seal_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='64746ab24f222caa17c905d29b17ec38b2f7dbb6', operation='UPDATE OR DELETE', pgid='pgtrigger_seal_append_only_0f984', table='agreement_ledgerseal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ledgerseal',
            trigger=pgtrigger.compiler.Trigger(name='seal_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'append-only: seal cannot be truncated';", hash='b15c4e341be0d5547bbd37910967529922995b6a', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_seal_no_truncate_1e294', table='agreement_ledgerseal', when='BEFORE')),
        ),
        migrations.AddField(
            model_name='mandate',
            name='agreement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mandates', to='agreement.agreement'),
        ),
        migrations.AddField(
            model_name='mandate',
            name='party',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mandates', to='parties.party'),
        ),
        migrations.AddField(
            model_name='mandate',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mandates', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='notice',
            name='agreement',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreement.agreement'),
        ),
        migrations.AddField(
            model_name='notice',
            name='entry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='agreement.ledgerentry'),
        ),
        migrations.AddField(
            model_name='notice',
            name='recipient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='acknowledgement',
            name='notice',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='acknowledgement', to='agreement.notice'),
        ),
        migrations.AddField(
            model_name='participation',
            name='agreement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='participations', to='agreement.agreement'),
        ),
        migrations.AddField(
            model_name='participation',
            name='party',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participations', to='parties.party'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='parties',
            field=models.ManyToManyField(related_name='agreements', through='agreement.Participation', to='parties.party'),
        ),
        migrations.AddField(
            model_name='position',
            name='instrument',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='positions', to='agreement.instrument'),
        ),
        migrations.AddField(
            model_name='position',
            name='party',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party'),
        ),
        migrations.AddField(
            model_name='provision',
            name='instrument',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='provisions', to='agreement.instrument'),
        ),
        migrations.AddField(
            model_name='provision',
            name='parent',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='children', to='agreement.provision'),
        ),
        migrations.AddField(
            model_name='interpretiverule',
            name='provision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='interpretive_rules', to='agreement.provision'),
        ),
        migrations.AddField(
            model_name='sealproof',
            name='seal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proofs', to='agreement.ledgerseal'),
        ),
        migrations.AddField(
            model_name='trigger',
            name='agreement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='triggers', to='agreement.agreement'),
        ),
        migrations.AddField(
            model_name='event',
            name='trigger',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='events', to='agreement.trigger'),
        ),
        migrations.AddField(
            model_name='triggerdate',
            name='recorded_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='triggerdate',
            name='trigger',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dates', to='agreement.trigger'),
        ),
        migrations.AddConstraint(
            model_name='witnessedhead',
            constraint=models.UniqueConstraint(fields=('chain', 'position', 'hash'), name='witnessed_head_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='witnessedhead',
            trigger=pgtrigger.compiler.Trigger(name='witnessed_head_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='cc8f3cf86701cf4efff5125e70c15c1302a1de3c', operation='UPDATE OR DELETE', pgid='pgtrigger_witnessed_head_append_only_2bd9a', table='agreement_witnessedhead', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='witnessedhead',
            trigger=pgtrigger.compiler.Trigger(name='witnessed_head_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'append-only: witnessed_head cannot be truncated';", hash='b1fd72862757eaf5d0e00e747baed03e3169832e', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_witnessed_head_no_truncate_ea252', table='agreement_witnessedhead', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='calendarparty',
            constraint=models.UniqueConstraint(fields=('agreement', 'party'), name='calendar_one_for_each_party'),
        ),
        migrations.AddConstraint(
            model_name='calendar',
            constraint=models.UniqueConstraint(fields=('agreement', 'code'), name='calendar_code_once'),
        ),
        migrations.AddIndex(
            model_name='chainlink',
            index=models.Index(condition=models.Q(('position__isnull', True)), fields=['entry'], name='chain_link_unplaced'),
        ),
        migrations.AddConstraint(
            model_name='chainlink',
            constraint=models.UniqueConstraint(fields=('chain', 'position'), name='chain_position_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='chainlink',
            trigger=pgtrigger.compiler.Trigger(name='chain_link_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."position" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='561865b5c7a0363e779cad14a0651ea24f8fe039', operation='UPDATE', pgid='pgtrigger_chain_link_append_only_3748e', table='agreement_chainlink', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='chainlink',
            trigger=pgtrigger.compiler.Trigger(name='chain_link_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='9f3925dd89e1e3bfdd63a314704d59f0cc6ae50c', operation='DELETE', pgid='pgtrigger_chain_link_kept_af2f5', table='agreement_chainlink', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='chainlink',
            trigger=pgtrigger.compiler.Trigger(name='chain_link_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'append-only: chain_link cannot be truncated';", hash='1b55a2138e0b66848c688a167e55f5e96e60c801', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_chain_link_no_truncate_3646f', table='agreement_chainlink', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='ledgerentry',
            index=models.Index(condition=models.Q(('command__in', ('ledger_restored', 'witness_lost'))), fields=['id'], name='ledger_breaks'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ledgerentry',
            trigger=pgtrigger.compiler.Trigger(name='ledger_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c9776eb6443ea5715921371657f06a0d24a690e0', operation='UPDATE OR DELETE', pgid='pgtrigger_ledger_append_only_bc68e', table='agreement_ledgerentry', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ledgerentry',
            trigger=pgtrigger.compiler.Trigger(name='ledger_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'append-only: ledger cannot be truncated';", hash='e4c8c95b26065d10f1b05533231aff3477fad62d', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_ledger_no_truncate_62fa4', table='agreement_ledgerentry', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='holiday',
            index=models.Index(models.F('calendar'), models.F('day'), models.OrderBy(models.F('recorded_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='holiday_newest'),
        ),
        migrations.AddConstraint(
            model_name='holiday',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('origin', 'person'), ('recorded_by__isnull', False)), models.Q(('origin__in', ['library', 'pack', 'withdrawn']), ('recorded_by__isnull', True)), _connector='OR'), name='holiday_of_a_person_names_them'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='holiday',
            trigger=pgtrigger.compiler.Trigger(name='holiday_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='8af280a1a276bcfaa473ab9351d4e40164083550', operation='UPDATE OR DELETE', pgid='pgtrigger_holiday_append_only_56811', table='agreement_holiday', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='holiday',
            trigger=pgtrigger.compiler.Trigger(name='holiday_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'append-only: holiday cannot be truncated';", hash='839b05b9fc784ef48844021fc7d6ee1a792a86cd', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_holiday_no_truncate_d1509', table='agreement_holiday', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='instrument',
            constraint=models.UniqueConstraint(fields=('agreement', 'code'), name='instrument_code_once'),
        ),
        migrations.AddConstraint(
            model_name='mandate',
            constraint=models.UniqueConstraint(fields=('user', 'agreement'), name='mandate_once'),
        ),
        migrations.AddConstraint(
            model_name='mandate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('party__isnull', False), ('role', 'representative')), models.Q(models.Q(('role', 'representative'), _negated=True), ('party__isnull', True)), _connector='OR'), name='mandate_party_of_a_representative', violation_error_message='A representative has a party; no other role has one.'),
        ),
        migrations.AddConstraint(
            model_name='mandate',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['administrator', 'analyst', 'mediator', 'representative'])), name='mandate_role_known'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(fields=('entry', 'recipient'), name='notice_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='notice',
            trigger=pgtrigger.compiler.Trigger(name='notice_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1f335d156ec115a7f523b3175c55950c852c23dc', operation='UPDATE OR DELETE', pgid='pgtrigger_notice_append_only_5f4bc', table='agreement_notice', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='notice',
            trigger=pgtrigger.compiler.Trigger(name='notice_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'append-only: notice cannot be truncated';", hash='f16b8542d9c854957ff4bd4264b709c28138f5ce', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_notice_no_truncate_2b1c0', table='agreement_notice', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='acknowledgement',
            trigger=pgtrigger.compiler.Trigger(name='acknowledgement_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='8cd8b86b0955cf6c7fbbd79e92c4d9a9a5169cef', operation='UPDATE OR DELETE', pgid='pgtrigger_acknowledgement_append_only_5060e', table='agreement_acknowledgement', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='acknowledgement',
            trigger=pgtrigger.compiler.Trigger(name='acknowledgement_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'append-only: acknowledgement cannot be truncated';", hash='94bb20fa4e211edfc5ea2a7af209cbb649033a80', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_acknowledgement_no_truncate_19a17', table='agreement_acknowledgement', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='participation',
            constraint=models.UniqueConstraint(fields=('agreement', 'party'), name='participation_once'),
        ),
        migrations.AddConstraint(
            model_name='position',
            constraint=models.UniqueConstraint(fields=('instrument', 'party'), name='position_once'),
        ),
        migrations.AddConstraint(
            model_name='provision',
            constraint=models.UniqueConstraint(fields=('instrument', 'anchor'), name='provision_anchor_once'),
        ),
        migrations.AddConstraint(
            model_name='interpretiverule',
            constraint=models.UniqueConstraint(fields=('agreement', 'code'), name='interpretive_rule_code_once'),
        ),
        migrations.AddConstraint(
            model_name='sealproof',
            constraint=models.UniqueConstraint(fields=('seal', 'kind', 'by'), name='proof_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sealproof',
            trigger=pgtrigger.compiler.Trigger(name='seal_proof_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5d79da5671993e7dce551dd2227c32df90706cb0', operation='UPDATE OR DELETE', pgid='pgtrigger_seal_proof_append_only_86c47', table='agreement_sealproof', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sealproof',
            trigger=pgtrigger.compiler.Trigger(name='seal_proof_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'append-only: seal_proof cannot be truncated';", hash='c3eb694757560125952016ea4ea10c1c06aa5dff', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_seal_proof_no_truncate_f5ca8', table='agreement_sealproof', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='trigger',
            constraint=models.UniqueConstraint(fields=('agreement', 'code'), name='trigger_code_once'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confidant__isnull', False), ('tier', 'in_confidence')), models.Q(models.Q(('tier', 'in_confidence'), _negated=True), ('confidant__isnull', True)), _connector='OR'), name='event_confidant_with_its_tier', violation_error_message='A confidence names the party it is shared with; other tiers name none.'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('tier__in', ['public', 'parties', 'in_confidence', 'mediators'])), name='event_tier_known'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.UniqueConstraint(fields=('agreement', 'code'), name='event_code_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='triggerdate',
            trigger=pgtrigger.compiler.Trigger(name='trigger_date_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1cd51ad0d2184892cedd454cdfc14a6bbd6d969f', operation='UPDATE OR DELETE', pgid='pgtrigger_trigger_date_append_only_1581c', table='agreement_triggerdate', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='triggerdate',
            trigger=pgtrigger.compiler.Trigger(name='trigger_date_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'append-only: trigger_date cannot be truncated';", hash='d117b2fbdad9c392d2ce14b19a84cacd9a43d570', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_trigger_date_no_truncate_740a0', table='agreement_triggerdate', when='BEFORE')),
        ),
    ]
