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


def test_no_sentence_is_glued_of_a_message_and_what_stands_after_it() -> None:
    """ "Recorded" and then a day, "Source:" and then a text: the message names the place of both."""
    message = r"""(?:{% translate (?:"[^"]*[^".!?]"|'[^']*[^'.!?]') %}|[^.!?\s]\s*{% endblocktranslate %})"""
    value = r"(?:{{|{% (?:day|moment|party|parties|level) (?![^%]* as ))"
    folder = Path(settings.BASE_DIR) / "templates"
    found = [
        f"{one.relative_to(folder)}: {match}"
        for one in folder.rglob("*.html")
        for match in re.findall(rf"{message}[:,]?\s*{value}[^%}}]*", one.read_text())
    ]
    assert found == []
