"""What search finds words by: three functions, and a column of words for each table that is searched.

The column `words` is the database's own, and no model's: models load all their columns, and nobody reads this one. While
it is there, the type of a column that it is made of cannot be altered: drop it first, and make it anew.
"""

from django.db import migrations

# Of `obligations.search.asking`, as it was when this was written.
SINGLE = {
    **dict(zip("абвгдђежзијклмнопрстћуфхцчш", "abvgddezzijklmnoprstcufhccs", strict=True)),
    **dict(zip("АБВГДЂЕЖЗИЈКЛМНОПРСТЋУФХЦЧШ", "ABVGDDEZZIJKLMNOPRSTCUFHCCS", strict=True)),
    # The letters that are often typed for đ and Đ, Icelandic and African ones, look the same.
    **dict(zip("đĐðÐɖƉłŁøØħĦŧŦı", "dDdDdDlLoOhHtTi", strict=True)),
    **dict.fromkeys("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", " "),
    # Typographic dashes, quotes, dots and the fraction slash.
    **dict.fromkeys(
        "\u2010\u2011\u2012\u2013\u2014\u2015\u2018\u2019\u201a\u201b\u201c"
        "\u201d\u201e\u2039\u203a\u00ab\u00bb\u2022\u00b7\u2026\u2044",
        " ",
    ),
}
DOUBLE = {"љ": "lj", "Љ": "Lj", "њ": "nj", "Њ": "Nj", "џ": "dz", "Џ": "Dz"}
DOUBLE |= {
    "\u0455": "dz",
    "\u0405": "Dz",
    "ß": "ss",
    "ẞ": "SS",
    "æ": "ae",
    "Æ": "Ae",
    "œ": "oe",
    "Œ": "Oe",
    "þ": "th",
    "Þ": "Th",
}
# What is no letter, digit or space, where each letter is one byte: each step of `translate` is taken for every letter.
SIGNS = "[!-/:-@[-`{-~]"
DROPPED = "\u0300-\u036f\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff"


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def fold() -> str:
    """Text as it is compared: no diacritics, Cyrillic in Latin letters, spaces for what is no letter or digit.

    Where there is no đ to type, some write dj and some d: all three are d.
    """
    plain = f"regexp_replace(normalize(given, NFKD), {literal(f'[{DROPPED}]')}, '', 'g')"
    for one, two in DOUBLE.items():
        plain = f"replace({plain}, {literal(one)}, {literal(two)})"
    return f"""
        CREATE OR REPLACE FUNCTION search_fold(given text) RETURNS text
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        RETURN regexp_replace(
            CASE WHEN octet_length(given) = length(given)
                THEN regexp_replace(given, {literal(SIGNS)}, ' ', 'g')
                ELSE translate({plain}, {literal("".join(SINGLE))}, {literal("".join(SINGLE.values()))})
            END,
            '([dD])[jJ]', '\\1', 'g'
        )
    """


# Each word as it is and as its stems. Stop words have no stem, and are found as they are. To fold takes longer than all
# else, so it is done once.
WORDS = """
    CREATE OR REPLACE FUNCTION search_words(given text, weight "char") RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (
        SELECT setweight(
            to_tsvector('pg_catalog.english', folded)
            || to_tsvector('pg_catalog.serbian', folded)
            || to_tsvector('pg_catalog.simple', folded),
            weight
        )
        FROM (SELECT search_fold(left(given, 100000)) AS folded OFFSET 0) AS once
    )
"""
# Words side by side in any form, to be compared with the words of rows; stop words are no part. The Serbian stem of a
# short English word is that of many others: not, note.
FORMS = """
    CREATE OR REPLACE FUNCTION search_forms(folded text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE
        WHEN length(folded) < 5 OR numnode(phraseto_tsquery('pg_catalog.english', folded)) = 0
            THEN phraseto_tsquery('pg_catalog.english', folded)
        ELSE phraseto_tsquery('pg_catalog.english', folded) || phraseto_tsquery('pg_catalog.serbian', folded)
    END
"""


def column(table: str, index: str, words: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        [
            f"ALTER TABLE {table} ADD COLUMN words tsvector GENERATED ALWAYS AS ({words}) STORED",
            f"CREATE INDEX {index} ON {table} USING gin (words)",
        ],
        [f"ALTER TABLE {table} DROP COLUMN words"],
    )


def anew(table: str, index: str, words: str) -> migrations.RunSQL:
    """The words of rows that there are, by functions that were replaced."""
    return migrations.RunSQL(
        [
            f"ALTER TABLE {table} DROP COLUMN words",
            f"ALTER TABLE {table} ADD COLUMN words tsvector GENERATED ALWAYS AS ({words}) STORED",
            f"CREATE INDEX {index} ON {table} USING gin (words)",
        ],
        migrations.RunSQL.noop,
    )


FUNCTIONS = (
    migrations.RunSQL([fold()], ["DROP FUNCTION search_fold(text)"]),
    migrations.RunSQL([WORDS], ['DROP FUNCTION search_words(text, "char")']),
)
REPLACED = (
    migrations.RunSQL([fold()], migrations.RunSQL.noop),
    migrations.RunSQL([WORDS], migrations.RunSQL.noop),
    migrations.RunSQL([FORMS], ["DROP FUNCTION search_forms(text)"]),
)
# By table: its index, and what its words are made of.
OF_AGREEMENTS = {
    "agreement_provision": ("provision_words", "search_words(label || ' ' || heading || ' ' || anchor, 'C')"),
    "agreement_event": (
        "event_words",
        "search_words(title, 'A') || search_words(code || ' ' || source, 'C')",
    ),
}
OF_OBLIGATIONS = {
    "obligations_obligation": (
        "obligation_words",
        "search_words(code || ' ' || title, 'A') || search_words(summary, 'B') || search_words(source, 'D')",
    ),
    "obligations_statement": (
        "statement_words",
        "search_words(reason, 'A') || search_words(source, 'C')",
    ),
    "obligations_evidence": (
        "evidence_words",
        "search_words(title, 'A') || search_words(quote, 'B')"
        " || search_words(origin || ' ' || file_name || ' ' || url, 'C')",
    ),
}
