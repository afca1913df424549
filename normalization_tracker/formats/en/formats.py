"""Formats of English. The first is the one of sentences; the short ones are for the cells of tables."""

DATE_FORMAT = "j M Y"
SHORT_DATE_FORMAT = "j M Y"
DATETIME_FORMAT = "j M Y, H:i"
SHORT_DATETIME_FORMAT = "j M Y, H:i"
SECOND_FORMAT = "j M Y, H:i:s"
PRINTED_FORMAT = "j M Y, H:i e"
TIME_FORMAT = "H:i"
MONTH_DAY_FORMAT = "j M"
WEEKDAY_FORMAT = "D j M"
YEAR_MONTH_FORMAT = "F Y"
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
FIRST_DAY_OF_WEEK = 1
