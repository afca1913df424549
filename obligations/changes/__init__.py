"""What changed in an agreement between two moments, as one viewer may know it."""
