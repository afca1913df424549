"""The trial: one command from a bare machine to a running system, with real servers and no service installed.

``environment`` decides where things are, ``postgres`` and ``broker`` know the two servers, ``children`` keeps
processes, ``contents`` and ``accounts`` fill it, ``launch`` puts it together. Nothing here is needed in production.
"""


class TrialError(Exception):
    """Something stands in the way. The message is one line: what was wrong, where, and what to do."""
