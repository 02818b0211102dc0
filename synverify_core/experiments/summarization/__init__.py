"""Summarization by language models that are retrained on verified summaries (Section 6.2)."""
