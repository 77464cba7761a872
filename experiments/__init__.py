"""The questions: run, compare, figures, report, command line."""
