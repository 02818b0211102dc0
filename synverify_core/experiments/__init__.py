"""Experiments: one pipeline, and one package for each experiment's own data."""
