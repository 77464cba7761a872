"""Sensitivity: which assumptions move an answer, how much of it is chance, and what hangs together."""
