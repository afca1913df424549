"""Formats of Serbian in Cyrillic script. `E` is the genitive of a month; a full stop makes an ordinal."""

DATE_FORMAT = "j. E Y."
SHORT_DATE_FORMAT = "j. n. Y."
DATETIME_FORMAT = "j. E Y. H:i"
SHORT_DATETIME_FORMAT = "j. n. Y. H:i"
SECOND_FORMAT = "j. E Y. H:i:s"
PRINTED_FORMAT = "j. E Y. H:i e"
TIME_FORMAT = "H:i"
MONTH_DAY_FORMAT = "j. E"
WEEKDAY_FORMAT = "D j. E"
YEAR_MONTH_FORMAT = "F Y."
DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "."
NUMBER_GROUPING = 3
FIRST_DAY_OF_WEEK = 1
