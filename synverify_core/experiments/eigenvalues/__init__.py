"""Eigenvalues of symmetric matrices by a sequence-to-sequence transformer (Sections 3 and 6.1)."""
