"""`python -m tests.bench [NAME]`, one of BENCHES (else the sweep), then its options."""

import sys

from tests.bench import (
    as_of,
    distribution,
    export,
    ledger,
    mail,
    packs,
    read,
    search,
    stream,
    sweep,
    write,
)

BENCHES = {
    "as_of": as_of.main,
    "distribution": distribution.main,
    "export": export.main,
    "ledger": ledger.main,
    "mail": mail.main,
    "packs": packs.main,
    "read": read.main,
    "search": search.main,
    "stream": stream.main,
    "sweep": sweep.main,
    "write": write.main,
}
name = sys.argv.pop(1) if len(sys.argv) > 1 and sys.argv[1] in BENCHES else "sweep"
BENCHES[name]()
