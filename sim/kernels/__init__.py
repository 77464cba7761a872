"""One file per phase of the day."""
