from django.db import migrations

# What was loaded before terms had rows of their own: the text's, known from the outset. Loading the pack again, which a
# start does, works the spans of the clocks out.
TERMS = """
INSERT INTO obligations_terms
    (obligation_id, rule, terms, trigger_id, after_obligation_id, convention, recorded_at, known_since)
SELECT o.id, o.rule, o.terms, o.trigger_id, NULL, a.convention, now(), '1900-01-01T00:00:00Z'
FROM obligations_obligation AS o JOIN agreement_agreement AS a ON a.id = o.agreement_id
"""
IN_TIME = "UPDATE obligations_commitment SET in_time_until = due_on"


class Migration(migrations.Migration):
    dependencies = [("obligations", "0003_time")]

    operations = [
        migrations.RunSQL(TERMS, migrations.RunSQL.noop),
        migrations.RunSQL(IN_TIME, migrations.RunSQL.noop),
    ]
