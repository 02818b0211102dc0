"""Eigenvalues by transformer (Sections 3 and 6.1): Figure 4, Tables 1 and 3, a beam by hand."""

from pages.ui.eigenvalues.page import EIGENVALUES
from pages.ui.shared.experiment_page import show

show(EIGENVALUES)
