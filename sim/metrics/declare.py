"""What a metric says where it has no value."""


class NoValue(Exception):
    """A metric has no value in this world; the message is the reason, in plain words."""
