"""How each language writes days, times and numbers: named formats for `date_format` and the template filter `date`."""
