"""Gaussian mixtures: a linear generator, linear verifiers, logistic regression (Section 5)."""
