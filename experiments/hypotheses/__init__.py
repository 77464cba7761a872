"""Hypotheses, worded and planned before they are run: a file each, and the schema that holds them to what the model can do."""
