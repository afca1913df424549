"""What search finds words by: two functions, and a column of words for each table that is searched.

The column `words` is the database's own, and no model's: models load all their columns, and nobody reads this one. While
it is there, the type of a column that it is made of cannot be altered: drop it first, and make it anew.
"""

from django.db import migrations

# Of `obligations.search.asking`, as it was when this was written.
SINGLE = {
    **dict(zip("абвгдђежзијклмнопрстћуфхцчш", "abvgddezzijklmnoprstcufhccs", strict=True)),
    **dict(zip("АБВГДЂЕЖЗИЈКЛМНОПРСТЋУФХЦЧШ", "ABVGDDEZZIJKLMNOPRSTCUFHCCS", strict=True)),
    **dict(zip("đĐłŁøØħĦŧŦı", "dDlLoOhHtTi", strict=True)),
    **dict.fromkeys("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", " "),
    # Typographic dashes, quotes, dots and the fraction slash.
    **dict.fromkeys(
        "\u2010\u2011\u2012\u2013\u2014\u2015\u2018\u2019\u201a\u201b\u201c"
        "\u201d\u201e\u2039\u203a\u00ab\u00bb\u2022\u00b7\u2026\u2044",
        " ",
    ),
}
DOUBLE = {"љ": "lj", "Љ": "Lj", "њ": "nj", "Њ": "Nj", "џ": "dz", "Џ": "Dz"}
DROPPED = "\u0300-\u036f\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff"


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def fold() -> str:
    """Text as it is compared: no diacritics, Cyrillic in Latin letters, spaces for what is no letter or digit."""
    plain = f"regexp_replace(normalize(given, NFKD), {literal(f'[{DROPPED}]')}, '', 'g')"
    for one, two in DOUBLE.items():
        plain = f"replace({plain}, {literal(one)}, {literal(two)})"
    return f"""
        CREATE FUNCTION search_fold(given text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        RETURN translate(
            CASE WHEN octet_length(given) = length(given) THEN given ELSE {plain} END,
            {literal("".join(SINGLE))},
            {literal("".join(SINGLE.values()))}
        )
    """


# Each word as it is and as its stem. Stop words have no stem, and are found as they are.
WORDS = """
    CREATE FUNCTION search_words(given text, weight "char") RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN setweight(
        to_tsvector('pg_catalog.english', search_fold(left(given, 100000)))
        || to_tsvector('pg_catalog.simple', search_fold(left(given, 100000))),
        weight
    )
"""


def column(table: str, index: str, words: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        [
            f"ALTER TABLE {table} ADD COLUMN words tsvector GENERATED ALWAYS AS ({words}) STORED",
            f"CREATE INDEX {index} ON {table} USING gin (words)",
        ],
        [f"ALTER TABLE {table} DROP COLUMN words"],
    )


FUNCTIONS = (
    migrations.RunSQL([fold()], ["DROP FUNCTION search_fold(text)"]),
    migrations.RunSQL([WORDS], ['DROP FUNCTION search_words(text, "char")']),
)
