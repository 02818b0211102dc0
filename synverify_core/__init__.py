"""Synverify: verification of synthesized data against model collapse (arXiv 2406.07515)."""

__version__ = "0.1.0"
