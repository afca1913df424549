"""Many processes as on several machines, one of each ended while clients write: `python -m tests.hosts`."""
