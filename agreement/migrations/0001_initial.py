import agreement.models.agreement
import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='ChainHead',
            fields=[
                ('chain', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='chain')),
                ('position', models.BigIntegerField(verbose_name='position')),
                ('hash', models.CharField(max_length=64, verbose_name='hash')),
            ],
            options={
                'verbose_name': 'head of a chain',
                'verbose_name_plural': 'heads of chains',
                'ordering': ['chain'],
            },
        ),
        migrations.CreateModel(
            name='LedgerCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField(verbose_name='started at')),
                ('finished_at', models.DateTimeField(db_index=True, verbose_name='finished at')),
                ('entries', models.PositiveBigIntegerField(verbose_name='entries')),
                ('rows', models.PositiveBigIntegerField(verbose_name='rows')),
                ('faults', models.JSONField(default=list, verbose_name='faults')),
                ('witness', models.CharField(blank=True, max_length=600, verbose_name='witness')),
            ],
            options={
                'verbose_name': 'verification of the ledger',
                'verbose_name_plural': 'verifications of the ledger',
                'ordering': ['-finished_at'],
                'get_latest_by': 'finished_at',
            },
        ),
        migrations.CreateModel(
            name='LedgerSeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('chain', models.BigIntegerField(verbose_name='chain')),
                ('day', models.DateField(verbose_name='day')),
                ('head', models.CharField(max_length=64, verbose_name='hash of the head')),
                ('seal', models.CharField(max_length=64, verbose_name='seal')),
                ('made_at', models.DateTimeField(verbose_name='made at')),
            ],
            options={
                'verbose_name': 'seal of the ledger',
                'verbose_name_plural': 'seals of the ledger',
                'ordering': ['-day', 'chain'],
                'constraints': [models.UniqueConstraint(fields=('chain', 'day'), name='seal_once_a_day')],
                'triggers': [pgtrigger.compiler.Trigger(name='seal_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='64746ab24f222caa17c905d29b17ec38b2f7dbb6', operation='UPDATE OR DELETE', pgid='pgtrigger_seal_append_only_0f984', table='agreement_ledgerseal', when='BEFORE')), pgtrigger.compiler.Trigger(name='seal_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'append-only: seal cannot be truncated';", hash='b15c4e341be0d5547bbd37910967529922995b6a', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_seal_no_truncate_1e294', table='agreement_ledgerseal', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='SealProof',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('stamp', 'time stamp'), ('mail', 'mail')], max_length=8, verbose_name='kind')),
                ('by', models.CharField(max_length=500, verbose_name='by or to')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('token', models.BinaryField(default=bytes, verbose_name='token')),
                ('seal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proofs', to='agreement.ledgerseal')),
            ],
            options={
                'verbose_name': 'proof of a seal',
                'verbose_name_plural': 'proofs of seals',
                'ordering': ['at', 'id'],
                'constraints': [models.UniqueConstraint(fields=('seal', 'kind', 'by'), name='proof_once')],
                'triggers': [pgtrigger.compiler.Trigger(name='seal_proof_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5d79da5671993e7dce551dd2227c32df90706cb0', operation='UPDATE OR DELETE', pgid='pgtrigger_seal_proof_append_only_86c47', table='agreement_sealproof', when='BEFORE')), pgtrigger.compiler.Trigger(name='seal_proof_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'append-only: seal_proof cannot be truncated';", hash='c3eb694757560125952016ea4ea10c1c06aa5dff', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_seal_proof_no_truncate_f5ca8', table='agreement_sealproof', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='TouchedRows',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model', models.CharField(max_length=100, verbose_name='model')),
                ('keys', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None, verbose_name='keys')),
                ('is_due', models.BooleanField(default=False, verbose_name='is looked at next')),
            ],
            options={
                'verbose_name': 'changed rows',
                'verbose_name_plural': 'changed rows',
            },
        ),
        migrations.CreateModel(
            name='Witness',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(max_length=500, unique=True, verbose_name='host and path')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('trouble', models.TextField(blank=True, verbose_name='trouble')),
                ('end', models.BigIntegerField(default=0, verbose_name='end of the last line')),
                ('last', models.TextField(blank=True, verbose_name='last line')),
                ('lost_at', models.DateTimeField(blank=True, null=True, verbose_name='lost at')),
            ],
            options={
                'verbose_name': 'witness',
                'verbose_name_plural': 'witnesses',
                'ordering': ['place'],
            },
        ),
        migrations.CreateModel(
            name='WitnessedHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('chain', models.BigIntegerField(verbose_name='chain')),
                ('position', models.BigIntegerField(verbose_name='position')),
                ('hash', models.CharField(max_length=64, verbose_name='hash')),
                ('at', models.DateTimeField(verbose_name='at')),
            ],
            options={
                'verbose_name': 'witnessed head',
                'verbose_name_plural': 'witnessed heads',
                'ordering': ['chain', 'position', 'id'],
                'constraints': [models.UniqueConstraint(fields=('chain', 'position', 'hash'), name='witnessed_head_once')],
                'triggers': [pgtrigger.compiler.Trigger(name='witnessed_head_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='cc8f3cf86701cf4efff5125e70c15c1302a1de3c', operation='UPDATE OR DELETE', pgid='pgtrigger_witnessed_head_append_only_2bd9a', table='agreement_witnessedhead', when='BEFORE')), pgtrigger.compiler.Trigger(name='witnessed_head_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'append-only: witnessed_head cannot be truncated';", hash='b1fd72862757eaf5d0e00e747baed03e3169832e', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_witnessed_head_no_truncate_ea252', table='agreement_witnessedhead', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=60, unique=True, verbose_name='code')),
                ('title', models.CharField(max_length=300, verbose_name='title')),
                ('short_title', models.CharField(max_length=300, verbose_name='short title')),
                ('time_zone', models.CharField(max_length=64, verbose_name='time zone')),
                ('convention', models.CharField(default='calendar', max_length=32, verbose_name='counting convention')),
                ('due_soon_days', models.PositiveSmallIntegerField(default=30, verbose_name='days in which something is due soon')),
                ('review_months', models.PositiveSmallIntegerField(default=6, verbose_name='months of a review period')),
                ('footnote', models.TextField(blank=True, verbose_name='footnote on naming')),
                ('naming', models.JSONField(blank=True, default=dict, verbose_name='naming profile')),
                ('groups', models.JSONField(blank=True, default=list, verbose_name='groups of beneficiaries')),
                ('facts_as_of', models.DateField(blank=True, null=True, verbose_name='facts as of')),
                ('pack_digest', models.CharField(blank=True, max_length=64, verbose_name='SHA-256 of the pack')),
                ('notice', models.TextField(blank=True, verbose_name='notice')),
                ('sign_off', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('complete_findings', 'findings that something is complete'), ('waivers', 'waivers'), ('gates', 'the opening of gates'), ('publications', 'publications'), ('powers', 'acts of power')], max_length=24), blank=True, default=agreement.models.agreement.from_the_outset, size=None, verbose_name='what wants a second signature')),
                ('pack_sign_off', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), blank=True, default=list, editable=False, size=None)),
            ],
            options={
                'verbose_name': 'agreement',
                'verbose_name_plural': 'agreements',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Instrument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=60, verbose_name='code')),
                ('kind', models.CharField(choices=[('agreement', 'agreement'), ('annex', 'annex'), ('declaration', 'declaration'), ('earlier_agreement', 'earlier agreement')], max_length=20, verbose_name='kind')),
                ('title', models.CharField(max_length=300, verbose_name='title')),
                ('short_title', models.CharField(blank=True, max_length=300, verbose_name='short title')),
                ('adopted_on', models.DateField(blank=True, null=True, verbose_name='adopted on')),
                ('in_effect_from', models.DateField(blank=True, null=True, verbose_name='in effect from')),
                ('derived_from', models.CharField(blank=True, max_length=60, verbose_name='derived from')),
                ('source', models.CharField(blank=True, max_length=500, verbose_name='source')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('place', models.PositiveIntegerField(default=0, verbose_name='place in the agreement')),
                ('in_pack', models.BooleanField(default=True, verbose_name='named by the pack')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='instruments', to='agreement.agreement')),
            ],
            options={
                'verbose_name': 'instrument',
                'verbose_name_plural': 'instruments',
                'ordering': ['agreement_id', 'place', 'id'],
                'constraints': [models.UniqueConstraint(fields=('agreement', 'code'), name='instrument_code_once')],
            },
        ),
        migrations.CreateModel(
            name='Provision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('anchor', models.CharField(max_length=80, verbose_name='anchor')),
                ('label', models.CharField(max_length=300, verbose_name='label')),
                ('heading', models.CharField(blank=True, max_length=300, verbose_name='heading')),
                ('place', models.PositiveIntegerField(default=0, verbose_name='place in the instrument')),
                ('in_pack', models.BooleanField(default=True, verbose_name='named by the pack')),
                ('instrument', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='provisions', to='agreement.instrument')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='children', to='agreement.provision')),
            ],
            options={
                'verbose_name': 'provision',
                'verbose_name_plural': 'provisions',
                'ordering': ['instrument__place', 'place', 'id'],
                'constraints': [models.UniqueConstraint(fields=('instrument', 'anchor'), name='provision_anchor_once')],
            },
        ),
        migrations.CreateModel(
            name='InterpretiveRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=60, verbose_name='code')),
                ('text', models.TextField(verbose_name='text')),
                ('place', models.PositiveIntegerField(default=0, verbose_name='place in the pack')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='interpretive_rules', to='agreement.agreement')),
                ('provision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='interpretive_rules', to='agreement.provision')),
            ],
            options={
                'verbose_name': 'interpretive rule',
                'verbose_name_plural': 'interpretive rules',
                'ordering': ['provision__place', 'code'],
                'constraints': [models.UniqueConstraint(fields=('agreement', 'code'), name='interpretive_rule_code_once')],
            },
        ),
        migrations.CreateModel(
            name='Trigger',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=60, verbose_name='code')),
                ('label', models.CharField(max_length=300, verbose_name='label')),
                ('occurred_on', models.DateField(blank=True, null=True, verbose_name='happened on')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('pack_date', models.DateField(blank=True, null=True, verbose_name='day that the pack gives')),
                ('place', models.PositiveIntegerField(default=0, verbose_name='place in the pack')),
                ('in_pack', models.BooleanField(default=True, verbose_name='named by the pack')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='triggers', to='agreement.agreement')),
            ],
            options={
                'verbose_name': 'trigger',
                'verbose_name_plural': 'triggers',
                'ordering': ['agreement_id', 'code'],
                'constraints': [models.UniqueConstraint(fields=('agreement', 'code'), name='trigger_code_once')],
            },
        ),
        migrations.CreateModel(
            name='Calendar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=60, verbose_name='code')),
                ('name', models.CharField(max_length=300, verbose_name='name')),
                ('library', models.CharField(blank=True, max_length=16, verbose_name='code in the library')),
                ('library_version', models.CharField(blank=True, max_length=32, verbose_name='version of the library')),
                ('years_from', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='first year')),
                ('years_until', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='last year')),
                ('known_until', models.DateField(blank=True, null=True, verbose_name='known until')),
                ('source', models.CharField(blank=True, max_length=500, verbose_name='source of its own days')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('place', models.PositiveIntegerField(default=0, verbose_name='place in the pack')),
                ('in_pack', models.BooleanField(default=True, verbose_name='named by the pack')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calendars', to='agreement.agreement')),
            ],
            options={
                'verbose_name': 'calendar',
                'verbose_name_plural': 'calendars',
                'ordering': ['agreement_id', 'code'],
                'constraints': [models.UniqueConstraint(fields=('agreement', 'code'), name='calendar_code_once')],
            },
        ),
    ]
