"""What is said of translated texts of packs where they are shown."""

from django.utils.translation import gettext as _

from parties.content import catalogue


def translation_note() -> str:
    """What kind of translations were shown, as far as a page was made when this is asked; empty where none were."""
    read = catalogue()
    if read is None or not read.states:
        return ""
    if "machine" in read.states:
        return _(
            "Titles and other texts of the register are translated by machine, and no person has reviewed them yet."
            " The agreement's own text is binding."
        )
    return _("Titles and other texts of the register are translations. The agreement's own text is binding.")
