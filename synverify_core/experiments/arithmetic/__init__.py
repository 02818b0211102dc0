"""Arithmetic self-improvement: a transformer answers harder problems, and learns what is kept."""
