"""`python -m tests.bench [sweep|as_of|packs]`: which bench, the sweep where none is named, and then its own options."""

import sys

from tests.bench import as_of, packs, sweep

BENCHES = {"as_of": as_of.main, "packs": packs.main, "sweep": sweep.main}
name = sys.argv.pop(1) if len(sys.argv) > 1 and sys.argv[1] in BENCHES else "sweep"
BENCHES[name]()
