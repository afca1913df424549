"""Interface text as translators get it."""

import re
from pathlib import Path

from django.conf import settings

PARTICLES = "and|as of|at|by|closed as|for|from|in|in all|of|on|since|so since|to|until|with"


def test_no_particle_is_a_message_of_its_own() -> None:
    """Another language cannot put it where it belongs: whole sentences with named places can be."""
    lone = re.compile(rf"""{{% translate ["']({PARTICLES}) ?["']""")
    folder = Path(settings.BASE_DIR) / "templates"
    found = [str(one.relative_to(folder)) for one in folder.rglob("*.html") if lone.search(one.read_text())]
    assert found == []
