"""Regression over rounds, simulated: what the closed forms of `theory.regression` foretell."""
