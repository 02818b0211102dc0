"""Summarization by language models (Section 6.2): Figure 5, p* ahead, summaries to read."""

from pages.ui.shared.experiment_page import show
from pages.ui.summarization.page import SUMMARIZATION

show(SUMMARIZATION)
