"""Does the model behave like what is known? Replication baselines, fits to real buying data, rows of stylised facts."""
