"""Metrics: what a run is judged by, each one short function of the totals and the columns."""
