"""`python -m tests.bench [sweep|packs]`: which bench, the sweep where none is named, and then its own options."""

import sys

from tests.bench import packs, sweep

BENCHES = {"packs": packs.main, "sweep": sweep.main}
name = sys.argv.pop(1) if len(sys.argv) > 1 and sys.argv[1] in BENCHES else "sweep"
BENCHES[name]()
