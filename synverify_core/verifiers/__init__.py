"""Verifiers: what scores synthesized samples, and which of them are kept."""
