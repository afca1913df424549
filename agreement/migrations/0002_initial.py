import django.db.models.deletion
import parties.keys
import pgtrigger.compiler
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
        migrations.CreateModel(
            name='LedgerEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('command', models.CharField(max_length=40, verbose_name='command')),
                ('subject', models.CharField(max_length=200, verbose_name='subject')),
                ('before', models.JSONField(default=dict, verbose_name='before')),
                ('after', models.JSONField(default=dict, verbose_name='after')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('request_id', models.CharField(blank=True, max_length=64, verbose_name='request')),
                ('content', models.TextField(default='', verbose_name='content')),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('agreement', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreement.agreement')),
                ('on_behalf_of', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
            ],
            options={
                'verbose_name': 'ledger entry',
                'verbose_name_plural': 'ledger entries',
                'ordering': ['id'],
                'indexes': [models.Index(condition=models.Q(('command__in', ('ledger_restored', 'witness_lost'))), fields=['id'], name='ledger_breaks')],
                'triggers': [pgtrigger.compiler.Trigger(name='ledger_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c9776eb6443ea5715921371657f06a0d24a690e0', operation='UPDATE OR DELETE', pgid='pgtrigger_ledger_append_only_bc68e', table='agreement_ledgerentry', when='BEFORE')), pgtrigger.compiler.Trigger(name='ledger_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'append-only: ledger cannot be truncated';", hash='e4c8c95b26065d10f1b05533231aff3477fad62d', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_ledger_no_truncate_62fa4', table='agreement_ledgerentry', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Mandate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('administrator', 'administrator'), ('analyst', 'analyst'), ('mediator', 'mediator'), ('representative', 'representative')], max_length=16, verbose_name='role')),
                ('clearance', models.CharField(choices=[('public', 'public'), ('parties', 'parties and mediators')], default='public', max_length=16, verbose_name='clearance')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mandates', to='agreement.agreement')),
                ('party', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mandates', to='parties.party')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mandates', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'mandate',
                'verbose_name_plural': 'mandates',
                'ordering': ['agreement_id', 'role', 'user_id'],
                'constraints': [models.UniqueConstraint(fields=('user', 'agreement'), name='mandate_once'), models.CheckConstraint(condition=models.Q(models.Q(('party__isnull', False), ('role', 'representative')), models.Q(models.Q(('role', 'representative'), _negated=True), ('party__isnull', True)), _connector='OR'), name='mandate_party_of_a_representative', violation_error_message='A representative has a party; no other role has one.'), models.CheckConstraint(condition=models.Q(('role__in', ['administrator', 'analyst', 'mediator', 'representative'])), name='mandate_role_known')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(default=parties.keys.random_key, editable=False, max_length=12, unique=True, verbose_name='key')),
                ('agreement', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreement.agreement')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='agreement.ledgerentry')),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'notice',
                'verbose_name_plural': 'notices',
                'ordering': ['-entry__at', '-id'],
                'constraints': [models.UniqueConstraint(fields=('entry', 'recipient'), name='notice_once')],
                'triggers': [pgtrigger.compiler.Trigger(name='notice_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1f335d156ec115a7f523b3175c55950c852c23dc', operation='UPDATE OR DELETE', pgid='pgtrigger_notice_append_only_5f4bc', table='agreement_notice', when='BEFORE')), pgtrigger.compiler.Trigger(name='notice_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'append-only: notice cannot be truncated';", hash='f16b8542d9c854957ff4bd4264b709c28138f5ce', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_notice_no_truncate_2b1c0', table='agreement_notice', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Acknowledgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('notice', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='acknowledgement', to='agreement.notice')),
            ],
            options={
                'verbose_name': 'acknowledgement',
                'verbose_name_plural': 'acknowledgements',
                'ordering': ['at', 'id'],
                'triggers': [pgtrigger.compiler.Trigger(name='acknowledgement_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='8cd8b86b0955cf6c7fbbd79e92c4d9a9a5169cef', operation='UPDATE OR DELETE', pgid='pgtrigger_acknowledgement_append_only_5060e', table='agreement_acknowledgement', when='BEFORE')), pgtrigger.compiler.Trigger(name='acknowledgement_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'append-only: acknowledgement cannot be truncated';", hash='94bb20fa4e211edfc5ea2a7af209cbb649033a80', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_acknowledgement_no_truncate_19a17', table='agreement_acknowledgement', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Participation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('party', 'party'), ('facilitator', 'facilitator'), ('body', 'joint body'), ('other', 'other actor')], max_length=16, verbose_name='kind')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('place', models.PositiveIntegerField(default=0, verbose_name='place in the pack')),
                ('in_pack', models.BooleanField(default=True, verbose_name='named by the pack')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='participations', to='agreement.agreement')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participations', to='parties.party')),
            ],
            options={
                'verbose_name': 'participation',
                'verbose_name_plural': 'participations',
                'ordering': ['party__name'],
                'constraints': [models.UniqueConstraint(fields=('agreement', 'party'), name='participation_once')],
            },
        ),
        migrations.CreateModel(
            name='Position',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('signed', 'signed'), ('accepted', 'accepted'), ('disputed', 'disputed')], max_length=16, verbose_name='position')),
                ('since', models.DateField(blank=True, null=True, verbose_name='since')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('instrument', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='positions', to='agreement.instrument')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
            ],
            options={
                'verbose_name': 'position',
                'verbose_name_plural': 'positions',
                'ordering': ['party__name'],
                'constraints': [models.UniqueConstraint(fields=('instrument', 'party'), name='position_once')],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tier', models.CharField(choices=[('public', 'public'), ('parties', 'parties and mediators'), ('in_confidence', 'in confidence'), ('mediators', 'mediators')], max_length=16, verbose_name='who may see it')),
                ('publish_at', models.DateTimeField(blank=True, null=True, verbose_name='public from')),
                ('code', models.CharField(max_length=60, verbose_name='code')),
                ('happened_on', models.DateField(verbose_name='happened on')),
                ('precision', models.CharField(choices=[('day', 'on the day'), ('reported', 'day of the report'), ('scheduled', 'announced beforehand')], max_length=16, verbose_name='precision')),
                ('title', models.CharField(max_length=300, verbose_name='title')),
                ('source', models.CharField(max_length=500, verbose_name='source')),
                ('touches_all', models.BooleanField(default=False, verbose_name='touches everything')),
                ('place', models.PositiveIntegerField(default=0, verbose_name='place in the pack')),
                ('in_pack', models.BooleanField(default=True, verbose_name='named by the pack')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='agreement.agreement')),
                ('confidant', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party', verbose_name='in confidence with')),
                ('trigger', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='events', to='agreement.trigger')),
            ],
            options={
                'verbose_name': 'event',
                'verbose_name_plural': 'events',
                'ordering': ['happened_on', 'code'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('confidant__isnull', False), ('tier', 'in_confidence')), models.Q(models.Q(('tier', 'in_confidence'), _negated=True), ('confidant__isnull', True)), _connector='OR'), name='event_confidant_with_its_tier', violation_error_message='A confidence names the party it is shared with; other tiers name none.'), models.CheckConstraint(condition=models.Q(('tier__in', ['public', 'parties', 'in_confidence', 'mediators'])), name='event_tier_known'), models.UniqueConstraint(fields=('agreement', 'code'), name='event_code_once')],
            },
        ),
        migrations.CreateModel(
            name='TriggerDate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('occurred_on', models.DateField(blank=True, null=True, verbose_name='happened on')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded at')),
                ('known_since', models.DateTimeField(blank=True, null=True, verbose_name='known since')),
                ('reason', models.TextField(verbose_name='reason')),
                ('source', models.CharField(blank=True, max_length=500, verbose_name='source')),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('trigger', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dates', to='agreement.trigger')),
            ],
            options={
                'verbose_name': 'date of a trigger',
                'verbose_name_plural': 'dates of triggers',
                'ordering': ['recorded_at', 'id'],
                'triggers': [pgtrigger.compiler.Trigger(name='trigger_date_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1cd51ad0d2184892cedd454cdfc14a6bbd6d969f', operation='UPDATE OR DELETE', pgid='pgtrigger_trigger_date_append_only_1581c', table='agreement_triggerdate', when='BEFORE')), pgtrigger.compiler.Trigger(name='trigger_date_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'append-only: trigger_date cannot be truncated';", hash='d117b2fbdad9c392d2ce14b19a84cacd9a43d570', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_trigger_date_no_truncate_740a0', table='agreement_triggerdate', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='AudienceBit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bit', models.PositiveSmallIntegerField()),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='agreement.agreement')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='parties.party')),
            ],
            options={
                'verbose_name': 'bit of an audience',
                'verbose_name_plural': 'bits of audiences',
                'constraints': [models.UniqueConstraint(fields=('agreement', 'party'), name='audience_bit_once'), models.UniqueConstraint(fields=('agreement', 'bit'), name='audience_bit_of_one'), models.CheckConstraint(condition=models.Q(('bit__gte', 3), ('bit__lt', 62)), name='audience_bit_known')],
            },
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
                'indexes': [models.Index(condition=models.Q(('position__isnull', True)), fields=['entry'], name='chain_link_unplaced')],
                'constraints': [models.UniqueConstraint(fields=('chain', 'position'), name='chain_position_once')],
                'triggers': [pgtrigger.compiler.Trigger(name='chain_link_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."position" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='561865b5c7a0363e779cad14a0651ea24f8fe039', operation='UPDATE', pgid='pgtrigger_chain_link_append_only_3748e', table='agreement_chainlink', when='BEFORE')), pgtrigger.compiler.Trigger(name='chain_link_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='9f3925dd89e1e3bfdd63a314704d59f0cc6ae50c', operation='DELETE', pgid='pgtrigger_chain_link_kept_af2f5', table='agreement_chainlink', when='BEFORE')), pgtrigger.compiler.Trigger(name='chain_link_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'append-only: chain_link cannot be truncated';", hash='1b55a2138e0b66848c688a167e55f5e96e60c801', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_chain_link_no_truncate_3646f', table='agreement_chainlink', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='CalendarParty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='agreement.agreement')),
                ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='served', to='agreement.calendar')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
            ],
            options={
                'verbose_name': 'party of a calendar',
                'verbose_name_plural': 'parties of calendars',
                'ordering': ['party__name'],
                'constraints': [models.UniqueConstraint(fields=('agreement', 'party'), name='calendar_one_for_each_party')],
            },
        ),
        migrations.CreateModel(
            name='Holiday',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('name', models.CharField(max_length=300, verbose_name='name')),
                ('is_holiday', models.BooleanField(default=True, verbose_name='is a holiday')),
                ('origin', models.CharField(choices=[('library', 'library'), ('pack', 'pack'), ('withdrawn', 'no longer in its source'), ('person', 'mediators')], max_length=16, verbose_name='given by')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded at')),
                ('from_outset', models.BooleanField(default=False, verbose_name='came with the first load of the agreement')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('source', models.CharField(blank=True, max_length=500, verbose_name='source')),
                ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holidays', to='agreement.calendar')),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'holiday',
                'verbose_name_plural': 'holidays',
                'ordering': ['calendar_id', 'day', 'recorded_at', 'id'],
                'indexes': [models.Index(models.F('calendar'), models.F('day'), models.OrderBy(models.F('recorded_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='holiday_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('origin', 'person'), ('recorded_by__isnull', False)), models.Q(('origin__in', ['library', 'pack', 'withdrawn']), ('recorded_by__isnull', True)), _connector='OR'), name='holiday_of_a_person_names_them')],
                'triggers': [pgtrigger.compiler.Trigger(name='holiday_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='8af280a1a276bcfaa473ab9351d4e40164083550', operation='UPDATE OR DELETE', pgid='pgtrigger_holiday_append_only_56811', table='agreement_holiday', when='BEFORE')), pgtrigger.compiler.Trigger(name='holiday_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'append-only: holiday cannot be truncated';", hash='839b05b9fc784ef48844021fc7d6ee1a792a86cd', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_holiday_no_truncate_d1509', table='agreement_holiday', when='BEFORE'))],
            },
        ),
        migrations.AddField(
            model_name='agreement',
            name='parties',
            field=models.ManyToManyField(related_name='agreements', through='agreement.Participation', to='parties.party'),
        ),
        migrations.AddField(
            model_name='calendar',
            name='parties',
            field=models.ManyToManyField(related_name='calendars', through='agreement.CalendarParty', to='parties.party'),
        ),
    ]
