"""Backups: the database, the evidence and the witness of one deployment in a folder, and the way back.

``layout`` says what lies where in the folder, ``programs`` finds PostgreSQL's own, ``take`` makes a backup,
``check`` looks whether it can be relied on, ``restore`` brings it into an empty system, and ``proof`` says whether all
holds there.
"""


class BackupError(Exception):
    """Something stands in the way. The message says what was wrong, where, and what to do."""
