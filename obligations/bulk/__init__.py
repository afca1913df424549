"""Sheets of statements: read, judged row by row, and recorded as a whole or not at all."""
