"""Packs: an agreement written as data, read from YAML with every mistake named. Nothing here needs the database."""
