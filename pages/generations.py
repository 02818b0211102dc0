"""Generations: what becomes of models that learn from models, round after round."""

from pages.ui.generations.page import show

show()
