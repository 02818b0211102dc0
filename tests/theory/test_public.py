"""What importing the theory brings along, and what it offers."""

import subprocess
import sys

from synverify_core import theory

HEAVY = ("streamlit", "plotly", "torch", "transformers", "pandas", "pydantic", "sklearn")


def test_the_theory_imports_numpy_and_scipy_only():
    """A fresh interpreter that imports the theory has loaded nothing heavy."""
    code = f"import sys, synverify_core.theory; print([m for m in {HEAVY!r} if m in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def test_every_public_name_exists_and_is_described():
    """Each name in __all__ is there, in order, with a docstring of its own."""
    assert list(theory.__all__) == sorted(theory.__all__)
    for name in theory.__all__:
        assert getattr(theory, name).__doc__
