"""Whether the model behaves like markets that have been measured: facts, worlds, verdicts, replication baselines."""
