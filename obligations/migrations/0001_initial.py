import datetime
import django.contrib.postgres.fields
import django.core.serializers.json
import django.db.models.functions.datetime
import obligations.models.operation
import parties.keys
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('attached_at', models.DateTimeField(verbose_name='attached at')),
            ],
            options={
                'verbose_name': 'attachment',
                'verbose_name_plural': 'attachments',
                'ordering': ['attached_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Breach',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cycle', models.PositiveIntegerField(verbose_name='cycle')),
                ('overdue_since', models.DateTimeField(verbose_name='overdue since')),
                ('opened_at', models.DateTimeField(verbose_name='opened at')),
                ('acknowledged_at', models.DateTimeField(blank=True, null=True, verbose_name='acknowledged at')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed at')),
                ('outcome', models.CharField(blank=True, choices=[('met_late', 'met late'), ('met_on_time', 'met on time, recorded late'), ('rescheduled', 'the due date moved'), ('corrected', 'corrected by an earlier finding'), ('withdrawn', 'a finding was withdrawn'), ('extended', 'extended'), ('suspended', 'suspended'), ('waived', 'waived'), ('superseded', 'superseded')], max_length=16, verbose_name='outcome')),
                ('days_late', models.PositiveIntegerField(blank=True, null=True, verbose_name='days late')),
            ],
            options={
                'verbose_name': 'breach',
                'verbose_name_plural': 'breaches',
                'ordering': ['overdue_since', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ClockSpan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('known_from', models.DateTimeField(default=datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc), verbose_name='known from')),
                ('known_until', models.DateTimeField(default=datetime.datetime(9999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc), verbose_name='known until')),
                ('from_day', models.DateField(default=datetime.date(1900, 1, 1), verbose_name='from the day')),
                ('until_day', models.DateField(default=datetime.date(9999, 12, 31), verbose_name='until before the day')),
                ('life', models.CharField(choices=[('active', 'active'), ('suspended', 'suspended'), ('superseded', 'superseded'), ('waived', 'waived')], default='active', max_length=16, verbose_name='life')),
                ('clock', models.CharField(choices=[('none', 'no date in the text'), ('immediate', 'immediate'), ('pending', 'trigger pending'), ('dated', 'dated'), ('recurring', 'recurring')], default='none', max_length=16, verbose_name='clock')),
                ('clock_from', models.DateField(blank=True, null=True, verbose_name='clock runs from')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='due on')),
                ('due_at', models.DateTimeField(blank=True, null=True, verbose_name='due at')),
                ('in_time_until', models.DateField(blank=True, null=True, verbose_name='last day in time')),
            ],
            options={
                'verbose_name': 'span of a clock',
                'verbose_name_plural': 'spans of clocks',
                'ordering': ['commitment_id', 'known_from', 'from_day'],
            },
        ),
        migrations.CreateModel(
            name='Commitment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('share', models.TextField(blank=True, verbose_name='own share')),
                ('place', models.PositiveSmallIntegerField(default=0, verbose_name='place among the obligors')),
                ('in_pack', models.BooleanField(default=True, verbose_name='named by the pack')),
                ('life', models.CharField(choices=[('active', 'active'), ('suspended', 'suspended'), ('superseded', 'superseded'), ('waived', 'waived')], default='active', max_length=16, verbose_name='life')),
                ('clock', models.CharField(choices=[('none', 'no date in the text'), ('immediate', 'immediate'), ('pending', 'trigger pending'), ('dated', 'dated'), ('recurring', 'recurring')], default='none', max_length=16, verbose_name='clock')),
                ('clock_from', models.DateField(blank=True, null=True, verbose_name='clock runs from')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='due on')),
                ('due_at', models.DateTimeField(blank=True, null=True, verbose_name='due at')),
                ('in_time_until', models.DateField(blank=True, null=True, verbose_name='last day in time')),
                ('flag_at', models.DateTimeField(blank=True, null=True, verbose_name='to be flagged at')),
                ('overdue_since', models.DateTimeField(blank=True, null=True, verbose_name='overdue since')),
                ('cycle', models.PositiveIntegerField(default=1, verbose_name='cycle')),
            ],
            options={
                'verbose_name': 'commitment',
                'verbose_name_plural': 'commitments',
                'ordering': ['agreement_id', 'obligation__place', 'party__name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Deployment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(default=obligations.models.operation.random_key, editable=False, max_length=32, verbose_name='key')),
                ('since', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='since')),
                ('evidence_marked_at', models.DateTimeField(null=True, verbose_name='store marked at')),
                ('evidence_confirmed_at', models.DateTimeField(null=True, verbose_name='store confirmed at')),
                ('evidence_stopped', models.CharField(blank=True, max_length=300, verbose_name='why the sweep of the store stopped')),
            ],
            options={
                'verbose_name': 'deployment',
                'verbose_name_plural': 'deployments',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(default=parties.keys.random_key, editable=False, max_length=12, unique=True, verbose_name='key')),
                ('kind', models.CharField(choices=[('finding', 'finding'), ('claim', 'claim'), ('contest', 'contest'), ('bulk', 'sheet of statements')], max_length=16, verbose_name='kind')),
                ('content', models.JSONField(verbose_name='content')),
                ('saved_at', models.DateTimeField(verbose_name='saved at')),
            ],
            options={
                'verbose_name': 'draft',
                'verbose_name_plural': 'drafts',
                'ordering': ['-saved_at', 'key'],
            },
        ),
        migrations.CreateModel(
            name='DriftCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField(verbose_name='started at')),
                ('finished_at', models.DateTimeField(db_index=True, verbose_name='finished at')),
                ('checked', models.PositiveIntegerField(verbose_name='commitments checked')),
                ('found', models.PositiveIntegerField(verbose_name='differences found')),
                ('differences', models.JSONField(default=list, verbose_name='differences')),
            ],
            options={
                'verbose_name': 'drift check',
                'verbose_name_plural': 'drift checks',
                'ordering': ['-finished_at'],
                'get_latest_by': 'finished_at',
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(default=parties.keys.random_key, editable=False, max_length=12, unique=True, verbose_name='key')),
                ('tier', models.CharField(choices=[('public', 'public'), ('parties', 'parties and mediators'), ('in_confidence', 'in confidence'), ('mediators', 'mediators')], max_length=16, verbose_name='who may see it')),
                ('publish_at', models.DateTimeField(blank=True, null=True, verbose_name='public from')),
                ('first_tier', models.CharField(choices=[('public', 'public'), ('parties', 'parties and mediators'), ('in_confidence', 'in confidence'), ('mediators', 'mediators')], editable=False, max_length=16, verbose_name='who could see it at first')),
                ('kind', models.CharField(choices=[('file', 'file'), ('link', 'link')], max_length=8, verbose_name='kind')),
                ('title', models.CharField(max_length=300, verbose_name='title')),
                ('origin', models.CharField(blank=True, max_length=300, verbose_name='where it comes from')),
                ('represents_on', models.DateField(verbose_name='day that it represents')),
                ('language', models.CharField(max_length=16, verbose_name='language')),
                ('supports', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None, verbose_name='indicators')),
                ('uploaded_at', models.DateTimeField(verbose_name='uploaded at')),
                ('sha256', models.CharField(blank=True, max_length=64, verbose_name='SHA-256')),
                ('size', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='bytes')),
                ('media_type', models.CharField(blank=True, max_length=100, verbose_name='media type')),
                ('file_name', models.CharField(blank=True, max_length=200, verbose_name='name of the file')),
                ('url', models.URLField(blank=True, max_length=2000, verbose_name='address')),
                ('quote', models.TextField(blank=True, verbose_name='quoted text')),
                ('seen_on', models.DateField(blank=True, null=True, verbose_name='seen on')),
            ],
            options={
                'verbose_name': 'evidence',
                'verbose_name_plural': 'evidence',
                'ordering': ['-uploaded_at', 'key'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Gate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField(verbose_name='place')),
                ('condition', models.TextField(blank=True, verbose_name='condition')),
            ],
            options={
                'verbose_name': 'gate',
                'verbose_name_plural': 'gates',
                'ordering': ['place'],
            },
        ),
        migrations.CreateModel(
            name='GateOpening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(default=parties.keys.random_key, editable=False, max_length=12, unique=True, verbose_name='key')),
                ('condition', models.TextField(blank=True, verbose_name='condition')),
                ('opened_on', models.DateField(blank=True, null=True, verbose_name='open from')),
                ('despite', models.BooleanField(default=False, verbose_name='though its condition was not seen to be met')),
                ('reason', models.TextField(verbose_name='reason')),
                ('source', models.CharField(blank=True, max_length=500, verbose_name='source')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded at')),
            ],
            options={
                'verbose_name': 'opening of a gate',
                'verbose_name_plural': 'openings of gates',
                'ordering': ['recorded_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('name', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='name')),
                ('at', models.DateTimeField(null=True, verbose_name='at')),
                ('refused_at', models.DateTimeField(null=True, verbose_name='refused at')),
                ('seconds_off', models.IntegerField(default=0, verbose_name='seconds that its clock is ahead')),
            ],
            options={
                'verbose_name': 'heartbeat',
                'verbose_name_plural': 'heartbeats',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Indicator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField(verbose_name='place')),
                ('text', models.TextField(verbose_name='text')),
            ],
            options={
                'verbose_name': 'indicator',
                'verbose_name_plural': 'indicators',
                'ordering': ['place'],
            },
        ),
        migrations.CreateModel(
            name='Obligation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=60, verbose_name='code')),
                ('title', models.CharField(max_length=300, verbose_name='title')),
                ('summary', models.TextField(verbose_name='summary')),
                ('kind', models.CharField(choices=[('one_off', 'one-off'), ('standing', 'standing'), ('recurring', 'recurring'), ('conditional', 'conditional')], max_length=16, verbose_name='kind')),
                ('rule', models.CharField(max_length=32, verbose_name='rule of the time limit')),
                ('terms', models.JSONField(blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='terms of the time limit')),
                ('beneficiaries', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=300), blank=True, default=list, size=None, verbose_name='beneficiaries')),
                ('beneficiary_codes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None, verbose_name='codes of beneficiaries')),
                ('tags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None, verbose_name='topics')),
                ('confidence', models.CharField(choices=[('verified', 'verified'), ('partly_verified', 'partly verified'), ('from_memory', 'from memory')], max_length=20, verbose_name='confidence of the paraphrase')),
                ('confidence_note', models.TextField(blank=True, verbose_name='note on the confidence')),
                ('source', models.CharField(blank=True, max_length=500, verbose_name='source')),
                ('review_months', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='months of a review period')),
                ('expected_due', models.DateField(blank=True, null=True, verbose_name='last day that the pack expects')),
                ('place', models.PositiveIntegerField(default=0, verbose_name='place in the agreement')),
                ('in_pack', models.BooleanField(default=True, verbose_name='named by the pack')),
            ],
            options={
                'verbose_name': 'obligation',
                'verbose_name_plural': 'obligations',
                'ordering': ['agreement_id', 'place', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Orphan',
            fields=[
                ('path', models.CharField(max_length=200, primary_key=True, serialize=False, verbose_name='path')),
                ('seen_at', models.DateTimeField(verbose_name='first seen at')),
            ],
            options={
                'verbose_name': 'stored file without a row',
                'verbose_name_plural': 'stored files without a row',
                'ordering': ['path'],
            },
        ),
        migrations.CreateModel(
            name='Outbox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(choices=[('breach_opened', 'a commitment became overdue')], max_length=32, verbose_name='topic')),
                ('created_at', models.DateTimeField(verbose_name='created at')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent at')),
            ],
            options={
                'verbose_name': 'message to send',
                'verbose_name_plural': 'messages to send',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='PartyRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(default=parties.keys.random_key, editable=False, max_length=12, unique=True, verbose_name='key')),
                ('tier', models.CharField(choices=[('public', 'public'), ('parties', 'parties and mediators'), ('in_confidence', 'in confidence'), ('mediators', 'mediators')], max_length=16, verbose_name='who may see it')),
                ('publish_at', models.DateTimeField(blank=True, null=True, verbose_name='public from')),
                ('reply_by', models.DateField(verbose_name='reply by')),
                ('words', models.TextField(verbose_name='words')),
                ('asked_at', models.DateTimeField(verbose_name='asked at')),
            ],
            options={
                'verbose_name': 'request',
                'verbose_name_plural': 'requests',
                'ordering': ['-asked_at', 'key'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Period',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(default=parties.keys.random_key, editable=False, max_length=12, unique=True, verbose_name='key')),
                ('starts_on', models.DateField(verbose_name='first day')),
                ('ends_on', models.DateField(verbose_name='last day')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='due on')),
                ('due_at', models.DateTimeField(blank=True, null=True, verbose_name='due at')),
                ('known_from', models.DateTimeField(default=datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc), verbose_name='known from')),
                ('known_until', models.DateTimeField(default=datetime.datetime(9999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc), verbose_name='known until')),
                ('flag_at', models.DateTimeField(blank=True, null=True, verbose_name='to be flagged at')),
                ('overdue_since', models.DateTimeField(blank=True, null=True, verbose_name='overdue since')),
                ('cycle', models.PositiveIntegerField(default=1, verbose_name='cycle')),
            ],
            options={
                'verbose_name': 'period',
                'verbose_name_plural': 'periods',
                'ordering': ['commitment_id', 'starts_on'],
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(default=parties.keys.random_key, editable=False, max_length=12, unique=True, verbose_name='key')),
                ('command', models.CharField(choices=[('record_finding', 'finding'), ('waive', 'waiver'), ('open_gate', 'opening of a gate'), ('release', 'publication'), ('record_answer', 'answer'), ('withdraw_statement', 'withdrawal'), ('invite', 'mandate by e-mail address'), ('give_mandate', 'mandate'), ('withdraw_mandate', 'withdrawal of a mandate'), ('set_policy', 'policy of second signatures'), ('send_link', 'link to set a password'), ('switch_account', 'switching of an account')], max_length=24, verbose_name='command')),
                ('arguments', models.JSONField(verbose_name='arguments')),
                ('digest', models.CharField(max_length=64, verbose_name='SHA-256')),
                ('grounds', models.JSONField(verbose_name='grounds')),
                ('proposed_at', models.DateTimeField(verbose_name='proposed at')),
            ],
            options={
                'verbose_name': 'proposal',
                'verbose_name_plural': 'proposals',
                'ordering': ['-proposed_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(default=parties.keys.random_key, editable=False, max_length=12, unique=True, verbose_name='key')),
                ('kind', models.CharField(choices=[('counting', 'how it is counted'), ('date', 'a date'), ('extension', 'extension'), ('suspension', 'suspension'), ('resumption', 'resumption'), ('waiver', 'waiver'), ('supersession', 'supersession'), ('withdrawal', 'withdrawal of a reading')], max_length=16, verbose_name='kind')),
                ('convention', models.CharField(blank=True, max_length=32, verbose_name='counting convention')),
                ('calendars', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None, verbose_name='calendars')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='due on')),
                ('effective_on', models.DateField(blank=True, null=True, verbose_name='from the day')),
                ('reason', models.TextField(verbose_name='reason')),
                ('source', models.CharField(blank=True, max_length=500, verbose_name='source')),
                ('agreed_on', models.DateField(blank=True, null=True, verbose_name='agreed on')),
                ('agreed_by', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None, verbose_name='agreed by')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded at')),
            ],
            options={
                'verbose_name': 'reading',
                'verbose_name_plural': 'readings',
                'ordering': ['recorded_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(default=parties.keys.random_key, editable=False, max_length=12, unique=True, verbose_name='key')),
                ('from_tier', models.CharField(choices=[('public', 'public'), ('parties', 'parties and mediators'), ('in_confidence', 'in confidence'), ('mediators', 'mediators')], max_length=16, verbose_name='tier before')),
                ('to_tier', models.CharField(choices=[('public', 'public'), ('parties', 'parties and mediators'), ('in_confidence', 'in confidence'), ('mediators', 'mediators')], max_length=16, verbose_name='tier after')),
                ('publish_at', models.DateTimeField(blank=True, null=True, verbose_name='public from')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded at')),
                ('reason', models.TextField(verbose_name='reason')),
            ],
            options={
                'verbose_name': 'release',
                'verbose_name_plural': 'releases',
                'ordering': ['recorded_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='RequestTakenBack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField(verbose_name='reason')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded at')),
            ],
            options={
                'verbose_name': 'request taken back',
                'verbose_name_plural': 'requests taken back',
            },
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('verdict', models.CharField(choices=[('approve', 'approved'), ('refuse', 'refused'), ('withdraw', 'withdrawn')], max_length=16, verbose_name='verdict')),
                ('reason', models.TextField(verbose_name='reason')),
                ('digest', models.CharField(max_length=64, verbose_name='SHA-256')),
            ],
            options={
                'verbose_name': 'signature',
                'verbose_name_plural': 'signatures',
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='SignedRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
            options={
                'verbose_name': 'signed row',
                'verbose_name_plural': 'signed rows',
            },
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(default=parties.keys.random_key, editable=False, max_length=12, unique=True, verbose_name='key')),
                ('tier', models.CharField(choices=[('public', 'public'), ('parties', 'parties and mediators'), ('in_confidence', 'in confidence'), ('mediators', 'mediators')], max_length=16, verbose_name='who may see it')),
                ('publish_at', models.DateTimeField(blank=True, null=True, verbose_name='public from')),
                ('first_tier', models.CharField(choices=[('public', 'public'), ('parties', 'parties and mediators'), ('in_confidence', 'in confidence'), ('mediators', 'mediators')], editable=False, max_length=16, verbose_name='who could see it at first')),
                ('kind', models.CharField(choices=[('claim', 'claim'), ('finding', 'finding'), ('contest', 'contest'), ('answer', 'answer'), ('withdrawal', 'withdrawal')], max_length=16, verbose_name='kind')),
                ('level', models.PositiveSmallIntegerField(blank=True, choices=[(0, 'Not initiated'), (1, 'Minimal'), (2, 'Intermediate'), (3, 'Complete')], null=True, verbose_name='level')),
                ('not_assessable', models.BooleanField(default=False, verbose_name='not assessable')),
                ('conduct', models.CharField(blank=True, choices=[('kept', 'Kept'), ('kept_with_incidents', 'Kept with incidents'), ('not_kept', 'Not kept'), ('contrary', 'Contrary')], max_length=24, verbose_name='conduct')),
                ('effective_on', models.DateField(verbose_name='so since')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded at')),
                ('reason', models.TextField(verbose_name='reason')),
                ('source', models.CharField(blank=True, max_length=500, verbose_name='source')),
                ('withdrawn_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='withdrawn at')),
                ('import_key', models.CharField(blank=True, max_length=80)),
            ],
            options={
                'verbose_name': 'statement',
                'verbose_name_plural': 'statements',
                'ordering': ['-recorded_at', '-id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SweepRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField(verbose_name='started at')),
                ('finished_at', models.DateTimeField(db_index=True, verbose_name='finished at')),
                ('flagged', models.PositiveIntegerField(verbose_name='flagged')),
            ],
            options={
                'verbose_name': 'sweep',
                'verbose_name_plural': 'sweeps',
                'ordering': ['-finished_at'],
                'get_latest_by': 'finished_at',
            },
        ),
        migrations.CreateModel(
            name='Terms',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(max_length=32, verbose_name='rule of the time limit')),
                ('terms', models.JSONField(blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='terms of the time limit')),
                ('convention', models.CharField(max_length=32, verbose_name='counting convention')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded at')),
                ('known_since', models.DateTimeField(blank=True, null=True, verbose_name='known since')),
            ],
            options={
                'verbose_name': 'terms of a time limit',
                'verbose_name_plural': 'terms of time limits',
                'ordering': ['recorded_at', 'id'],
            },
        ),
    ]
