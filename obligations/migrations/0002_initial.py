import datetime
import django.contrib.postgres.indexes
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('agreement', '0002_initial'),
        ('obligations', '0001_initial'),
        ('parties', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='attachment',
            name='attached_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='breach',
            name='acknowledged_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='breach',
            name='agreement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreement.agreement'),
        ),
        migrations.AddField(
            model_name='commitment',
            name='agreement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='commitments', to='agreement.agreement'),
        ),
        migrations.AddField(
            model_name='commitment',
            name='party',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='commitments', to='parties.party'),
        ),
        migrations.AddField(
            model_name='clockspan',
            name='commitment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clock_spans', to='obligations.commitment'),
        ),
        migrations.AddField(
            model_name='breach',
            name='commitment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='breaches', to='obligations.commitment'),
        ),
        migrations.AddConstraint(
            model_name='deployment',
            constraint=models.CheckConstraint(condition=models.Q(('id', 1)), name='one_deployment'),
        ),
        migrations.AddField(
            model_name='draft',
            name='agreement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='agreement.agreement'),
        ),
        migrations.AddField(
            model_name='draft',
            name='commitment',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='obligations.commitment'),
        ),
        migrations.AddField(
            model_name='draft',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='driftcheck',
            constraint=models.CheckConstraint(condition=models.Q(('finished_at__gte', models.F('started_at'))), name='drift_check_ends'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='agreement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreement.agreement'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='parties.party'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='confidant',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party', verbose_name='in confidence with'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='first',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='obligations.evidence'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='first_confidant',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='replaces',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='obligations.evidence'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='uploaded_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='attachment',
            name='evidence',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='obligations.evidence'),
        ),
        migrations.AddField(
            model_name='gate',
            name='after_trigger',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='opens', to='agreement.trigger'),
        ),
        migrations.AddField(
            model_name='gateopening',
            name='after_trigger',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreement.trigger'),
        ),
        migrations.AddField(
            model_name='gateopening',
            name='agreement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreement.agreement'),
        ),
        migrations.AddField(
            model_name='gateopening',
            name='recorded_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='gateopening',
            name='withdraws',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='withdrawn_by', to='obligations.gateopening'),
        ),
        migrations.AddField(
            model_name='obligation',
            name='after_obligation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='obligations.obligation'),
        ),
        migrations.AddField(
            model_name='obligation',
            name='agreement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='obligations', to='agreement.agreement'),
        ),
        migrations.AddField(
            model_name='obligation',
            name='deadline_from',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='obligations.obligation'),
        ),
        migrations.AddField(
            model_name='obligation',
            name='provision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='obligations', to='agreement.provision'),
        ),
        migrations.AddField(
            model_name='obligation',
            name='touched_by',
            field=models.ManyToManyField(blank=True, related_name='obligations', to='agreement.event', verbose_name='events'),
        ),
        migrations.AddField(
            model_name='obligation',
            name='trigger',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='obligations', to='agreement.trigger', verbose_name='trigger'),
        ),
        migrations.AddField(
            model_name='indicator',
            name='obligation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='indicators', to='obligations.obligation'),
        ),
        migrations.AddField(
            model_name='gateopening',
            name='after_obligation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='obligations.obligation'),
        ),
        migrations.AddField(
            model_name='gateopening',
            name='obligation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='gate_openings', to='obligations.obligation'),
        ),
        migrations.AddField(
            model_name='gate',
            name='after_obligation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='opens', to='obligations.obligation'),
        ),
        migrations.AddField(
            model_name='gate',
            name='obligation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='gates', to='obligations.obligation'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='obligation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='obligations.obligation'),
        ),
        migrations.AddField(
            model_name='commitment',
            name='obligation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='commitments', to='obligations.obligation'),
        ),
        migrations.AddField(
            model_name='outbox',
            name='agreement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreement.agreement'),
        ),
        migrations.AddField(
            model_name='outbox',
            name='breach',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='outbox', to='obligations.breach'),
        ),
        migrations.AddField(
            model_name='outbox',
            name='recipient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='outbox', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='partyrequest',
            name='agreement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreement.agreement'),
        ),
        migrations.AddField(
            model_name='partyrequest',
            name='asked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='partyrequest',
            name='commitment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='obligations.commitment'),
        ),
        migrations.AddField(
            model_name='partyrequest',
            name='confidant',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party', verbose_name='in confidence with'),
        ),
        migrations.AddField(
            model_name='partyrequest',
            name='party',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party', verbose_name='asked party'),
        ),
        migrations.AddField(
            model_name='period',
            name='commitment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='periods', to='obligations.commitment'),
        ),
        migrations.AddField(
            model_name='breach',
            name='period',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='breaches', to='obligations.period'),
        ),
        migrations.AddField(
            model_name='proposal',
            name='agreement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreement.agreement'),
        ),
        migrations.AddField(
            model_name='proposal',
            name='commitment',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='obligations.commitment'),
        ),
        migrations.AddField(
            model_name='proposal',
            name='proposed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='proposal',
            name='renews',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='renewed_by', to='obligations.proposal'),
        ),
        migrations.AddField(
            model_name='reading',
            name='agreement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreement.agreement'),
        ),
        migrations.AddField(
            model_name='reading',
            name='commitment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readings', to='obligations.commitment'),
        ),
        migrations.AddField(
            model_name='reading',
            name='recorded_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reading',
            name='withdraws',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='withdrawn_by', to='obligations.reading'),
        ),
        migrations.AddField(
            model_name='period',
            name='opening_reading',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='obligations.reading'),
        ),
        migrations.AddField(
            model_name='commitment',
            name='opening_reading',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='obligations.reading'),
        ),
        migrations.AddField(
            model_name='breach',
            name='closing_reading',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='obligations.reading'),
        ),
        migrations.AddField(
            model_name='breach',
            name='opening_reading',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='obligations.reading'),
        ),
        migrations.AddField(
            model_name='release',
            name='agreement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreement.agreement'),
        ),
        migrations.AddField(
            model_name='release',
            name='event',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='agreement.event'),
        ),
        migrations.AddField(
            model_name='release',
            name='evidence',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='obligations.evidence'),
        ),
        migrations.AddField(
            model_name='release',
            name='from_confidant',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party'),
        ),
        migrations.AddField(
            model_name='release',
            name='recorded_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='release',
            name='to_confidant',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party'),
        ),
        migrations.AddField(
            model_name='requesttakenback',
            name='recorded_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='requesttakenback',
            name='request',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='taken_back', to='obligations.partyrequest'),
        ),
        migrations.AddField(
            model_name='signature',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='signature',
            name='proposal',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='signature', to='obligations.proposal'),
        ),
        migrations.AddField(
            model_name='signedrow',
            name='opening',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='signed', to='obligations.gateopening'),
        ),
        migrations.AddField(
            model_name='signedrow',
            name='reading',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='signed', to='obligations.reading'),
        ),
        migrations.AddField(
            model_name='signedrow',
            name='release',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='signed', to='obligations.release'),
        ),
        migrations.AddField(
            model_name='signedrow',
            name='signature',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='obligations.signature'),
        ),
        migrations.AddField(
            model_name='statement',
            name='agreement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreement.agreement'),
        ),
        migrations.AddField(
            model_name='statement',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='parties.party'),
        ),
        migrations.AddField(
            model_name='statement',
            name='commitment',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='obligations.commitment'),
        ),
        migrations.AddField(
            model_name='statement',
            name='confidant',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party', verbose_name='in confidence with'),
        ),
        migrations.AddField(
            model_name='statement',
            name='event',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='agreement.event'),
        ),
        migrations.AddField(
            model_name='statement',
            name='first_confidant',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party'),
        ),
        migrations.AddField(
            model_name='statement',
            name='period',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='obligations.period'),
        ),
        migrations.AddField(
            model_name='statement',
            name='recorded_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='statement',
            name='refers_to',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='referred_by', to='obligations.statement'),
        ),
        migrations.AddField(
            model_name='signedrow',
            name='statement',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='signed', to='obligations.statement'),
        ),
        migrations.AddField(
            model_name='release',
            name='statement',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='obligations.statement'),
        ),
        migrations.AddField(
            model_name='period',
            name='opening_statement',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='obligations.statement'),
        ),
        migrations.AddField(
            model_name='period',
            name='undone_statement',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='obligations.statement'),
        ),
        migrations.AddField(
            model_name='partyrequest',
            name='statement',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='obligations.statement'),
        ),
        migrations.AddField(
            model_name='draft',
            name='statement',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='obligations.statement'),
        ),
        migrations.AddField(
            model_name='commitment',
            name='opening_statement',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='obligations.statement'),
        ),
        migrations.AddField(
            model_name='commitment',
            name='undone_statement',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='obligations.statement'),
        ),
        migrations.AddField(
            model_name='breach',
            name='closing_statement',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='obligations.statement'),
        ),
        migrations.AddField(
            model_name='breach',
            name='opening_statement',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='obligations.statement'),
        ),
        migrations.AddField(
            model_name='breach',
            name='undone_statement',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='obligations.statement'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='statement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='obligations.statement'),
        ),
        migrations.AddField(
            model_name='terms',
            name='after_obligation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='obligations.obligation'),
        ),
        migrations.AddField(
            model_name='terms',
            name='obligation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='all_terms', to='obligations.obligation'),
        ),
        migrations.AddField(
            model_name='terms',
            name='trigger',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreement.trigger'),
        ),
        migrations.AddConstraint(
            model_name='clockspan',
            constraint=models.UniqueConstraint(fields=('commitment', 'known_from', 'from_day'), name='clock_span_once'),
        ),
        migrations.AddIndex(
            model_name='obligation',
            index=django.contrib.postgres.indexes.GinIndex(fields=['tags'], name='obligation_tags'),
        ),
        migrations.AddConstraint(
            model_name='obligation',
            constraint=models.UniqueConstraint(fields=('agreement', 'code'), name='obligation_code_once'),
        ),
        migrations.AddConstraint(
            model_name='obligation',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['one_off', 'standing', 'recurring', 'conditional'])), name='obligation_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='indicator',
            constraint=models.UniqueConstraint(fields=('obligation', 'place'), name='indicator_place_once'),
        ),
        migrations.AddConstraint(
            model_name='gateopening',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('opened_on__isnull', False), ('withdraws__isnull', True)), models.Q(('opened_on__isnull', True), ('withdraws__isnull', False)), _connector='OR'), name='gate_opening_or_its_withdrawal'),
        ),
        migrations.AddConstraint(
            model_name='gateopening',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='gate_opening_has_a_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gateopening',
            trigger=pgtrigger.compiler.Trigger(name='gate_opening_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1600c58df6de5f3be908a2f7a80a09605e31c1e6', operation='UPDATE OR DELETE', pgid='pgtrigger_gate_opening_append_only_d3279', table='obligations_gateopening', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gateopening',
            trigger=pgtrigger.compiler.Trigger(name='gate_opening_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'append-only: gate_opening cannot be truncated';", hash='460a38df73686c56c2ac0e91cdfeedbc837543f0', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_gate_opening_no_truncate_3490c', table='obligations_gateopening', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='gate',
            constraint=models.UniqueConstraint(fields=('obligation', 'place'), name='gate_place_once'),
        ),
        migrations.AddConstraint(
            model_name='gate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('after_obligation__isnull', False), ('after_trigger__isnull', True), ('condition', '')), models.Q(('after_obligation__isnull', True), ('after_trigger__isnull', False), ('condition', '')), models.Q(('after_obligation__isnull', True), ('after_trigger__isnull', True), models.Q(('condition', ''), _negated=True)), _connector='OR'), name='gate_has_one_condition'),
        ),
        migrations.AddIndex(
            model_name='evidence',
            index=models.Index(condition=models.Q(('sha256', ''), _negated=True), fields=['sha256'], name='evidence_hash'),
        ),
        migrations.AddIndex(
            model_name='evidence',
            index=models.Index(fields=['uploaded_at', 'key'], name='evidence_in_order'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confidant__isnull', False), ('tier', 'in_confidence')), models.Q(models.Q(('tier', 'in_confidence'), _negated=True), ('confidant__isnull', True)), _connector='OR'), name='evidence_confidant_with_its_tier', violation_error_message='A confidence names the party it is shared with; other tiers name none.'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(('tier__in', ['public', 'parties', 'in_confidence', 'mediators'])), name='evidence_tier_known'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'file'), ('quote', ''), ('seen_on__isnull', True), ('sha256__regex', '^[0-9a-f]{64}$'), ('size__gt', 0), ('url', ''), models.Q(('media_type', ''), _negated=True), models.Q(('file_name', ''), _negated=True)), models.Q(('file_name', ''), ('kind', 'link'), ('media_type', ''), ('seen_on__isnull', False), ('sha256', ''), ('size__isnull', True), ('url__regex', '^https?://'), models.Q(('quote', ''), _negated=True)), _connector='OR'), name='evidence_is_a_file_or_a_link'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='evidence_has_a_title'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(('language__regex', '^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$')), name='evidence_language_form'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('first__isnull', True), ('replaces__isnull', True)), models.Q(('first__isnull', False), ('replaces__isnull', False), models.Q(('replaces', models.F('id')), _negated=True)), _connector='OR'), name='evidence_versions_have_a_first'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='evidence',
            trigger=pgtrigger.compiler.Trigger(name='evidence_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."agreement_id" IS DISTINCT FROM (NEW."agreement_id") OR OLD."by_id" IS DISTINCT FROM (NEW."by_id") OR OLD."file_name" IS DISTINCT FROM (NEW."file_name") OR OLD."first_id" IS DISTINCT FROM (NEW."first_id") OR OLD."first_confidant_id" IS DISTINCT FROM (NEW."first_confidant_id") OR OLD."first_tier" IS DISTINCT FROM (NEW."first_tier") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."media_type" IS DISTINCT FROM (NEW."media_type") OR OLD."obligation_id" IS DISTINCT FROM (NEW."obligation_id") OR OLD."origin" IS DISTINCT FROM (NEW."origin") OR OLD."quote" IS DISTINCT FROM (NEW."quote") OR OLD."replaces_id" IS DISTINCT FROM (NEW."replaces_id") OR OLD."represents_on" IS DISTINCT FROM (NEW."represents_on") OR OLD."seen_on" IS DISTINCT FROM (NEW."seen_on") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."size" IS DISTINCT FROM (NEW."size") OR OLD."supports" IS DISTINCT FROM (NEW."supports") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."uploaded_at" IS DISTINCT FROM (NEW."uploaded_at") OR OLD."uploaded_by_id" IS DISTINCT FROM (NEW."uploaded_by_id") OR OLD."url" IS DISTINCT FROM (NEW."url"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='1e25fe4099c79ea00aef5fa1c839962280c0fc71', operation='UPDATE', pgid='pgtrigger_evidence_append_only_e3fad', table='obligations_evidence', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='evidence',
            trigger=pgtrigger.compiler.Trigger(name='evidence_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='4b3601d3ab0ac380f249e41c5bbb85cf60b3612d', operation='DELETE', pgid='pgtrigger_evidence_kept_eb5d3', table='obligations_evidence', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='evidence',
            trigger=pgtrigger.compiler.Trigger(name='evidence_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'append-only: evidence cannot be truncated';", hash='12a6f25a9b265c4441298ad7cd124d4f99d927aa', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_evidence_no_truncate_706b6', table='obligations_evidence', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='outbox',
            constraint=models.UniqueConstraint(fields=('breach', 'topic', 'recipient'), name='outbox_told_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='proposal',
            trigger=pgtrigger.compiler.Trigger(name='proposal_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2ce049c43bab1674b897bbceb648b4550784b24d', operation='UPDATE OR DELETE', pgid='pgtrigger_proposal_append_only_f98f7', table='obligations_proposal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='proposal',
            trigger=pgtrigger.compiler.Trigger(name='proposal_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'append-only: proposal cannot be truncated';", hash='9e92e1d8bf7b3ab9e3fcbc16b3ec811f29cfe56a', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_proposal_no_truncate_a395e', table='obligations_proposal', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='reading',
            index=models.Index(fields=['agreement', 'recorded_at'], name='reading_recorded'),
        ),
        migrations.AddConstraint(
            model_name='reading',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('due_on__isnull', True), ('effective_on__isnull', True), ('kind', 'counting'), models.Q(('convention', ''), _negated=True)), models.Q(('convention', ''), ('due_on__isnull', False), ('effective_on__isnull', True), ('kind', 'date')), models.Q(('convention', ''), ('due_on__isnull', False), ('effective_on__isnull', False), ('kind', 'extension')), models.Q(('convention', ''), ('due_on__isnull', True), ('effective_on__isnull', False), ('kind__in', ['suspension', 'resumption', 'waiver', 'supersession'])), models.Q(('convention', ''), ('due_on__isnull', True), ('effective_on__isnull', True), ('kind', 'withdrawal')), _connector='OR'), name='reading_says_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='reading',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'withdrawal'), ('withdraws__isnull', False)), models.Q(models.Q(('kind', 'withdrawal'), _negated=True), ('withdraws__isnull', True)), _connector='OR'), name='reading_withdraws_one'),
        ),
        migrations.AddConstraint(
            model_name='reading',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='reading_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='reading',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agreed_by', []), ('agreed_on__isnull', True)), models.Q(('agreed_on__isnull', False), models.Q(('agreed_by', []), _negated=True)), _connector='OR'), name='reading_agreed_by_and_on'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reading',
            trigger=pgtrigger.compiler.Trigger(name='reading_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f52de16f4a2ba13bd551c345179c412a31251539', operation='UPDATE OR DELETE', pgid='pgtrigger_reading_append_only_838c7', table='obligations_reading', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reading',
            trigger=pgtrigger.compiler.Trigger(name='reading_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'append-only: reading cannot be truncated';", hash='71b51809cb572769ca04dd53aede219ffe68d2a9', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_reading_no_truncate_c5806', table='obligations_reading', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='requesttakenback',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='request_taken_back_for_a_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='requesttakenback',
            trigger=pgtrigger.compiler.Trigger(name='request_taken_back_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='8d9343b48b519ab2c9326a2ecdb14e5e44cc5ca2', operation='UPDATE OR DELETE', pgid='pgtrigger_request_taken_back_append_only_288ed', table='obligations_requesttakenback', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='requesttakenback',
            trigger=pgtrigger.compiler.Trigger(name='request_taken_back_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'append-only: request_taken_back cannot be truncated';", hash='6404e454b92fdb034efb206ef39c2a3c7978487d', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_request_taken_back_no_truncate_5db9d', table='obligations_requesttakenback', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='signature_has_a_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='signature',
            trigger=pgtrigger.compiler.Trigger(name='signature_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ca29b159d2755d12ef9de75666319562edff7062', operation='UPDATE OR DELETE', pgid='pgtrigger_signature_append_only_7747e', table='obligations_signature', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='signature',
            trigger=pgtrigger.compiler.Trigger(name='signature_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'append-only: signature cannot be truncated';", hash='c4eac76743a2101ec268cbc305fac97942c6f794', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_signature_no_truncate_f7fbb', table='obligations_signature', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='signature',
            trigger=pgtrigger.compiler.Trigger(name='signature_of_a_second_hand', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF NEW.verdict <> 'withdraw' AND EXISTS (\n        SELECT 1 FROM obligations_proposal WHERE id = NEW.proposal_id AND proposed_by_id = NEW.by_id\n    ) THEN\n        RAISE EXCEPTION 'who proposed it cannot sign it';\n    END IF;\n    RETURN NEW;\n", hash='80ba5f417923c144d5a54a647ea8cc0cb19b2c40', operation='INSERT', pgid='pgtrigger_signature_of_a_second_hand_571dd', table='obligations_signature', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='statement',
            index=models.Index(condition=models.Q(('publish_at__isnull', False), models.Q(('tier', 'public'), _negated=True)), fields=['publish_at'], name='statement_to_publish'),
        ),
        migrations.AddIndex(
            model_name='statement',
            index=models.Index(fields=['commitment', 'kind', '-effective_on', '-recorded_at', '-id'], include=('level', 'not_assessable', 'conduct', 'tier', 'publish_at', 'confidant', 'agreement', 'withdrawn_at'), name='statement_newest'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confidant__isnull', False), ('tier', 'in_confidence')), models.Q(models.Q(('tier', 'in_confidence'), _negated=True), ('confidant__isnull', True)), _connector='OR'), name='statement_confidant_with_its_tier', violation_error_message='A confidence names the party it is shared with; other tiers name none.'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('tier__in', ['public', 'parties', 'in_confidence', 'mediators'])), name='statement_tier_known'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'claim'), ('refers_to__isnull', True), models.Q(models.Q(('conduct', ''), ('level__isnull', False), ('not_assessable', False)), models.Q(('conduct', ''), ('level__isnull', True), ('not_assessable', True)), models.Q(('level__isnull', True), ('not_assessable', False), models.Q(('conduct', ''), _negated=True)), _connector='OR')), models.Q(('kind', 'finding'), models.Q(models.Q(('conduct', ''), ('level__isnull', False), ('not_assessable', False)), models.Q(('conduct', ''), ('level__isnull', True), ('not_assessable', True)), models.Q(('level__isnull', True), ('not_assessable', False), models.Q(('conduct', ''), _negated=True)), _connector='OR')), models.Q(('conduct', ''), ('kind__in', ['contest', 'answer', 'withdrawal']), ('refers_to__isnull', False), ('level__isnull', True), ('not_assessable', False)), _connector='OR'), name='statement_says_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['answer', 'withdrawal']), models.Q(('by__isnull', True), ('kind', 'finding')), models.Q(('by__isnull', False), ('kind__in', ['claim', 'contest'])), _connector='OR'), name='statement_by_its_author'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('level__isnull', True), ('level__lte', 3), _connector='OR'), name='statement_level_known'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('conduct__in', ['', 'kept', 'kept_with_incidents', 'not_kept', 'contrary'])), name='statement_conduct_known'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='statement_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'withdrawal')), fields=('refers_to',), name='statement_withdrawn_once'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.UniqueConstraint(condition=models.Q(('import_key', ''), _negated=True), fields=('agreement', 'import_key', 'commitment'), name='statement_imported_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statement',
            trigger=pgtrigger.compiler.Trigger(name='statement_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."agreement_id" IS DISTINCT FROM (NEW."agreement_id") OR OLD."by_id" IS DISTINCT FROM (NEW."by_id") OR OLD."commitment_id" IS DISTINCT FROM (NEW."commitment_id") OR OLD."conduct" IS DISTINCT FROM (NEW."conduct") OR OLD."effective_on" IS DISTINCT FROM (NEW."effective_on") OR OLD."event_id" IS DISTINCT FROM (NEW."event_id") OR OLD."first_confidant_id" IS DISTINCT FROM (NEW."first_confidant_id") OR OLD."first_tier" IS DISTINCT FROM (NEW."first_tier") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."import_key" IS DISTINCT FROM (NEW."import_key") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."level" IS DISTINCT FROM (NEW."level") OR OLD."not_assessable" IS DISTINCT FROM (NEW."not_assessable") OR OLD."period_id" IS DISTINCT FROM (NEW."period_id") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."recorded_at" IS DISTINCT FROM (NEW."recorded_at") OR OLD."recorded_by_id" IS DISTINCT FROM (NEW."recorded_by_id") OR OLD."refers_to_id" IS DISTINCT FROM (NEW."refers_to_id") OR OLD."source" IS DISTINCT FROM (NEW."source"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='5ac229391d26d77657a6bc1d269c2e101ddc335a', operation='UPDATE', pgid='pgtrigger_statement_append_only_fca93', table='obligations_statement', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statement',
            trigger=pgtrigger.compiler.Trigger(name='statement_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='f8d4de253a7c98f788592f85660caa4bafaf7d5c', operation='DELETE', pgid='pgtrigger_statement_kept_22b59', table='obligations_statement', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statement',
            trigger=pgtrigger.compiler.Trigger(name='statement_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'append-only: statement cannot be truncated';", hash='a844e393869b1a479e9e49a8a0f2f4f7eec78180', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_statement_no_truncate_2c0a8', table='obligations_statement', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='signedrow',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('opening', None), ('reading', None), ('release', None), ('statement__isnull', False)), models.Q(('opening', None), ('reading__isnull', False), ('release', None), ('statement', None)), models.Q(('opening__isnull', False), ('reading', None), ('release', None), ('statement', None)), models.Q(('opening', None), ('reading', None), ('release__isnull', False), ('statement', None)), _connector='OR'), name='signed_row_is_one'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='signedrow',
            trigger=pgtrigger.compiler.Trigger(name='signed_row_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='80f50cf32d980334dc59ba21eb345f2143d4232e', operation='UPDATE OR DELETE', pgid='pgtrigger_signed_row_append_only_18d47', table='obligations_signedrow', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='signedrow',
            trigger=pgtrigger.compiler.Trigger(name='signed_row_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'append-only: signed_row cannot be truncated';", hash='0a4c231a2be2d9a12d9b29d6e51d3cd5e881bcc2', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_signed_row_no_truncate_19434', table='obligations_signedrow', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='release',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('event__isnull', True), ('evidence__isnull', True), ('statement__isnull', False)), models.Q(('event__isnull', False), ('evidence__isnull', True), ('statement__isnull', True)), models.Q(('event__isnull', True), ('evidence__isnull', False), ('statement__isnull', True)), _connector='OR'), name='release_of_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='release',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='release_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='release',
            constraint=models.CheckConstraint(condition=models.Q(('publish_at__isnull', True), ('to_tier', 'public'), _connector='OR'), name='release_day_of_publication'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='release',
            trigger=pgtrigger.compiler.Trigger(name='release_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b15e9fa52aeb79cfe91444209462cd12f7798af4', operation='UPDATE OR DELETE', pgid='pgtrigger_release_append_only_b0388', table='obligations_release', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='release',
            trigger=pgtrigger.compiler.Trigger(name='release_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'append-only: release cannot be truncated';", hash='ff6841f144e81886c4ccd30913516119e8a10104', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_release_no_truncate_9a810', table='obligations_release', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='period',
            index=models.Index(condition=models.Q(('flag_at__isnull', False), ('overdue_since__isnull', True)), fields=['flag_at', 'id'], name='period_to_flag'),
        ),
        migrations.AddIndex(
            model_name='period',
            index=models.Index(fields=['commitment', 'ends_on'], name='period_in_order'),
        ),
        migrations.AddConstraint(
            model_name='period',
            constraint=models.UniqueConstraint(condition=models.Q(('known_until', datetime.datetime(9999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc))), fields=('commitment', 'starts_on'), name='period_once'),
        ),
        migrations.AddConstraint(
            model_name='period',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='period_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='period',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('due_at__isnull', True), ('due_on__isnull', True)), models.Q(('due_at__isnull', False), ('due_on', models.F('ends_on'))), _connector='OR'), name='period_due_on_its_last_day'),
        ),
        migrations.AddConstraint(
            model_name='period',
            constraint=models.CheckConstraint(condition=models.Q(('due_on__isnull', False), models.Q(('cycle', 1), ('flag_at__isnull', True), ('opening_reading__isnull', True), ('opening_statement__isnull', True), ('overdue_since__isnull', True), ('undone_statement__isnull', True)), _connector='OR'), name='period_without_a_day_has_no_clock'),
        ),
        migrations.AddConstraint(
            model_name='partyrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confidant__isnull', False), ('tier', 'in_confidence')), models.Q(models.Q(('tier', 'in_confidence'), _negated=True), ('confidant__isnull', True)), _connector='OR'), name='partyrequest_confidant_with_its_tier', violation_error_message='A confidence names the party it is shared with; other tiers name none.'),
        ),
        migrations.AddConstraint(
            model_name='partyrequest',
            constraint=models.CheckConstraint(condition=models.Q(('tier__in', ['public', 'parties', 'in_confidence', 'mediators'])), name='partyrequest_tier_known'),
        ),
        migrations.AddConstraint(
            model_name='partyrequest',
            constraint=models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='request_has_words'),
        ),
        migrations.AddConstraint(
            model_name='partyrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('tier', 'mediators'), _negated=True), models.Q(('confidant__isnull', True), ('confidant', models.F('party')), _connector='OR')), name='request_seen_by_the_asked'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='partyrequest',
            trigger=pgtrigger.compiler.Trigger(name='request_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b06d998b4d2a9e2fa10da5cd9a040d7d92ba27ed', operation='UPDATE OR DELETE', pgid='pgtrigger_request_append_only_a9509', table='obligations_partyrequest', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='partyrequest',
            trigger=pgtrigger.compiler.Trigger(name='request_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'append-only: request cannot be truncated';", hash='c428bb5a8581095d23571e6eca0e808f4e56bbc2', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_request_no_truncate_5dcc2', table='obligations_partyrequest', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'bulk'), _negated=True), fields=('user', 'kind', 'commitment', 'statement'), name='draft_of_a_form_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('commitment__isnull', True), ('kind', 'bulk'), ('statement__isnull', True)), models.Q(('commitment__isnull', False), ('kind__in', ['claim', 'finding']), ('statement__isnull', True)), models.Q(('commitment__isnull', True), ('kind', 'contest'), ('statement__isnull', False)), _connector='OR'), name='draft_about_one_thing'),
        ),
        migrations.AddIndex(
            model_name='commitment',
            index=models.Index(condition=models.Q(('flag_at__isnull', False), ('life', 'active'), ('overdue_since__isnull', True)), fields=['flag_at', 'id'], name='commitment_to_flag'),
        ),
        migrations.AddIndex(
            model_name='commitment',
            index=models.Index(fields=['due_at'], name='commitment_due'),
        ),
        migrations.AddConstraint(
            model_name='commitment',
            constraint=models.UniqueConstraint(fields=('obligation', 'party'), name='commitment_once'),
        ),
        migrations.AddConstraint(
            model_name='commitment',
            constraint=models.CheckConstraint(condition=models.Q(('life__in', ['active', 'suspended', 'superseded', 'waived'])), name='commitment_life_known'),
        ),
        migrations.AddConstraint(
            model_name='commitment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('clock', 'dated'), ('due_at__isnull', False), ('due_on__isnull', False)), models.Q(models.Q(('clock', 'dated'), _negated=True), ('due_at__isnull', True), ('due_on__isnull', True)), _connector='OR'), name='commitment_due_when_dated'),
        ),
        migrations.AddConstraint(
            model_name='commitment',
            constraint=models.CheckConstraint(condition=models.Q(('overdue_since__isnull', True), ('flag_at__isnull', False), _connector='OR'), name='commitment_overdue_with_a_clock'),
        ),
        migrations.AddConstraint(
            model_name='breach',
            constraint=models.UniqueConstraint(fields=('commitment', 'period', 'cycle'), name='breach_once_a_cycle', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='breach',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('commitment', 'period'), name='breach_open_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='breach',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('outcome', '')), models.Q(('closed_at__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='breach_closed_with_an_outcome'),
        ),
        migrations.AddConstraint(
            model_name='breach',
            constraint=models.CheckConstraint(condition=models.Q(('closed_at__isnull', False), models.Q(('closing_reading__isnull', True), ('closing_statement__isnull', True), ('days_late__isnull', True)), _connector='OR'), name='breach_open_has_no_end'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.UniqueConstraint(fields=('statement', 'evidence'), name='attachment_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attachment',
            trigger=pgtrigger.compiler.Trigger(name='attachment_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3d151e59035a44c30718f983264ea7e7bfc2c9ab', operation='UPDATE OR DELETE', pgid='pgtrigger_attachment_append_only_f90c6', table='obligations_attachment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attachment',
            trigger=pgtrigger.compiler.Trigger(name='attachment_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'append-only: attachment cannot be truncated';", hash='48aec5c53b68a2766ef5bd232489a2b109de47c0', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_attachment_no_truncate_ebfa4', table='obligations_attachment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='terms',
            trigger=pgtrigger.compiler.Trigger(name='terms_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='8adc20b002ca4a74642432de683e13afe0702144', operation='UPDATE OR DELETE', pgid='pgtrigger_terms_append_only_641d9', table='obligations_terms', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='terms',
            trigger=pgtrigger.compiler.Trigger(name='terms_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'append-only: terms cannot be truncated';", hash='4777e0a864d382e89159249b49d3229ad5748b75', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_terms_no_truncate_50278', table='obligations_terms', when='BEFORE')),
        ),
    ]
