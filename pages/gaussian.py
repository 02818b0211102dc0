"""Gaussian mixtures (Section 5, Figure 3): how far verified synthesized data take a model."""

from pages.ui.gaussian.page import GAUSSIAN
from pages.ui.shared.experiment_page import show

show(GAUSSIAN)
