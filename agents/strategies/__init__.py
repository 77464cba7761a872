"""Built-in strategies, and how a user's own is named."""
