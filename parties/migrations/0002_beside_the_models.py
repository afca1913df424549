from typing import Any

from django.db import migrations


def let_accounts_go(apps: Any, schema_editor: Any) -> None:
    """Take the foreign key to accounts from the library's own table of tokens: it stays empty, since ours are used, and
    nothing that empties accounts knows of it.
    """
    connection, model = schema_editor.connection, apps.get_model("knox", "AuthToken")
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, model._meta.db_table)
    for name, constraint in constraints.items():
        if constraint["foreign_key"]:
            schema_editor.execute(schema_editor._delete_fk_sql(model, name))


class Migration(migrations.Migration):
    dependencies = [("parties", "0001_initial"), ("knox", "0009_extend_authtoken_field")]

    operations = [migrations.RunPython(let_accounts_go, migrations.RunPython.noop)]
