"""Sweeps: many worlds by a design, run in pieces that survive whatever dies, and the tables that they leave."""
