"""Several names in one phrase, as a language joins them."""

from collections.abc import Collection, Mapping, Sequence

from django.utils.translation import gettext as _


def called(codes: Collection[str], names: Mapping[str, str]) -> list[str]:
    """What has these codes by its name, in the order of `names`; then the codes that have none."""
    return [
        *(name for code, name in names.items() if code in codes),
        *sorted(code for code in codes if code not in names),
    ]


def all_of(names: Sequence[str]) -> str:
    """ "Alpha", "Alpha and Beta", "Alpha, Beta and Gamma"; empty of none."""
    # Translators: both hold names, "some" all but the last of them with commas between.
    return joined(names, _("%(some)s and %(last)s"))


def any_of(names: Sequence[str]) -> str:
    """The same with "or"."""
    # Translators: both hold names, "some" all but the last of them with commas between.
    return joined(names, _("%(some)s or %(last)s"))


def joined(names: Sequence[str], ends: str) -> str:
    names = [str(name) for name in names]  # as they are read here
    if len(names) < 2:
        return "".join(names)
    return ends % {"some": ", ".join(names[:-1]), "last": names[-1]}
