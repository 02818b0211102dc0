"""The rules of the house: imports point down only, and the page process stays light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CORE = ROOT / "synverify_core"
MAY_IMPORT = {
    "theory": set(),
    "verifiers": {"theory"},
    "measuring": {"verifiers", "theory"},
    "lab": {"measuring", "verifiers", "theory"},
    "experiments": {"measuring", "verifiers", "theory"},
    "runs": {"experiments", "verifiers", "theory"},
    "stats": {"experiments", "measuring", "verifiers", "theory"},
    "figures": {"stats", "verifiers", "theory"},
}
ANYONE_MAY_IMPORT = {"errors"}


def imported_modules(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf8"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def packages_used(path: Path) -> set[str]:
    parts = [name.split(".") for name in imported_modules(path)]
    return {part[1] for part in parts if part[0] == "synverify_core" and len(part) > 1}


def run_alone(script: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=180
    )
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_point_down_only(package):
    for path in [*CORE.glob(f"{package}.py"), *(CORE / package).rglob("*.py")]:
        used = packages_used(path) & set(MAY_IMPORT)
        forbidden = used - MAY_IMPORT[package] - {package}
        assert not forbidden, f"{path.relative_to(ROOT)} imports {sorted(forbidden)}"


def test_theory_needs_numpy_and_scipy_only():
    allowed = {"numpy", "scipy", "synverify_core"} | sys.stdlib_module_names
    for path in (CORE / "theory").rglob("*.py"):
        roots = {name.split(".")[0] for name in imported_modules(path)}
        assert roots <= allowed, f"{path.name} imports {sorted(roots - allowed)}"


def test_core_never_imports_streamlit_and_only_figures_import_plotly():
    for path in CORE.rglob("*.py"):
        roots = {name.split(".")[0] for name in imported_modules(path)}
        assert "streamlit" not in roots, path
        if path.parent.name != "figures":
            assert "plotly" not in roots, path


def test_pages_do_not_import_each_other():
    pages = {path.stem for path in (ROOT / "pages").glob("*.py")}
    for path in (ROOT / "pages").rglob("*.py"):
        others = {f"pages.{page}" for page in pages}
        assert not imported_modules(path) & others, path


@pytest.mark.parametrize("page", sorted(path.name for path in (ROOT / "pages").glob("*.py")))
def test_page_process_loads_neither_torch_nor_transformers(page):
    script = (
        "import sys\n"
        "from streamlit.testing.v1 import AppTest\n"
        f"app = AppTest.from_file('pages/{page}', default_timeout=120).run()\n"
        "assert not app.exception, app.exception\n"
        "heavy = {'torch', 'transformers', 'sklearn'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    run_alone(script)


def test_statistics_load_nothing_that_draws_or_trains():
    modules = [f"synverify_core.stats.{path.stem}" for path in (CORE / "stats").glob("[!_]*.py")]
    assert len(modules) > 5
    run_alone(
        f"import sys, {', '.join(modules)}\n"
        "heavy = {'plotly', 'streamlit', 'torch', 'transformers'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
