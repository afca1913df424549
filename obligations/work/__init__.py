"""Work that waits: taken up by workers, one piece after the other, and told how far it is."""
