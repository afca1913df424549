import agreement.models.agreement
import django.contrib.postgres.fields
import django.db.models.deletion
import parties.keys
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Acknowledgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='at')),
            ],
            options={
                'verbose_name': 'acknowledgement',
                'verbose_name_plural': 'acknowledgements',
                'ordering': ['at', 'id'],
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
            ],
            options={
                'verbose_name': 'ledger entry',
                'verbose_name_plural': 'ledger entries',
                'ordering': ['id'],
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
            ],
            options={
                'verbose_name': 'event',
                'verbose_name_plural': 'events',
                'ordering': ['happened_on', 'code'],
                'abstract': False,
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
            ],
            options={
                'verbose_name': 'holiday',
                'verbose_name_plural': 'holidays',
                'ordering': ['calendar_id', 'day', 'recorded_at', 'id'],
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
            ],
            options={
                'verbose_name': 'instrument',
                'verbose_name_plural': 'instruments',
                'ordering': ['agreement_id', 'place', 'id'],
            },
        ),
        migrations.CreateModel(
            name='InterpretiveRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=60, verbose_name='code')),
                ('text', models.TextField(verbose_name='text')),
                ('place', models.PositiveIntegerField(default=0, verbose_name='place in the pack')),
            ],
            options={
                'verbose_name': 'interpretive rule',
                'verbose_name_plural': 'interpretive rules',
                'ordering': ['provision__place', 'code'],
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
            },
        ),
        migrations.CreateModel(
            name='Mandate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('administrator', 'administrator'), ('analyst', 'analyst'), ('mediator', 'mediator'), ('representative', 'representative')], max_length=16, verbose_name='role')),
                ('clearance', models.CharField(choices=[('public', 'public'), ('parties', 'parties and mediators')], default='public', max_length=16, verbose_name='clearance')),
            ],
            options={
                'verbose_name': 'mandate',
                'verbose_name_plural': 'mandates',
                'ordering': ['agreement_id', 'role', 'user_id'],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(default=parties.keys.random_key, editable=False, max_length=12, unique=True, verbose_name='key')),
            ],
            options={
                'verbose_name': 'notice',
                'verbose_name_plural': 'notices',
                'ordering': ['-entry__at', '-id'],
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
            ],
            options={
                'verbose_name': 'participation',
                'verbose_name_plural': 'participations',
                'ordering': ['party__name'],
            },
        ),
        migrations.CreateModel(
            name='Position',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('signed', 'signed'), ('accepted', 'accepted'), ('disputed', 'disputed')], max_length=16, verbose_name='position')),
                ('since', models.DateField(blank=True, null=True, verbose_name='since')),
                ('note', models.TextField(blank=True, verbose_name='note')),
            ],
            options={
                'verbose_name': 'position',
                'verbose_name_plural': 'positions',
                'ordering': ['party__name'],
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
            ],
            options={
                'verbose_name': 'provision',
                'verbose_name_plural': 'provisions',
                'ordering': ['instrument__place', 'place', 'id'],
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
            ],
            options={
                'verbose_name': 'proof of a seal',
                'verbose_name_plural': 'proofs of seals',
                'ordering': ['at', 'id'],
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
            ],
            options={
                'verbose_name': 'trigger',
                'verbose_name_plural': 'triggers',
                'ordering': ['agreement_id', 'code'],
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
            ],
            options={
                'verbose_name': 'date of a trigger',
                'verbose_name_plural': 'dates of triggers',
                'ordering': ['recorded_at', 'id'],
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
            },
        ),
        migrations.CreateModel(
            name='CalendarParty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='agreement.agreement')),
                ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='served', to='agreement.calendar')),
            ],
            options={
                'verbose_name': 'party of a calendar',
                'verbose_name_plural': 'parties of calendars',
                'ordering': ['party__name'],
            },
        ),
    ]
