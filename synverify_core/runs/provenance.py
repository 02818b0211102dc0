"""Where rows come from: code, packages, device, command."""

import ctypes
import json
import platform
import shlex
import subprocess
import sys
from functools import cache
from importlib import metadata
from pathlib import Path

import synverify_core
from synverify_core.errors import InputError
from synverify_core.experiments.base import AnyExperiment
from synverify_core.experiments.config import Config
from synverify_core.runs.uid import changed_fields

PROJECT = Path(__file__).resolve().parents[2]
PACKAGES = ("numpy", "scipy", "torch", "transformers", "scikit-learn", "pydantic")
DEVICES = ("auto", "cpu", "cuda")


_installed = cache(metadata.version)


def package_versions() -> dict[str, str]:
    """Versions of Python, of this package and of the packages that compute."""
    versions = {
        "python": platform.python_version(),
        "synverify": synverify_core.__version__,
    }
    for package in PACKAGES:
        try:
            versions[package] = _installed(package)
        except metadata.PackageNotFoundError:
            continue
    return versions


@cache
def code_commit() -> str:
    """Git commit, with -dirty where tracked files differ from it; else the package's version."""
    try:
        top, commit = _git("rev-parse", "--show-toplevel", "HEAD").splitlines()
        if Path(top).resolve() != PROJECT:
            return f"version {synverify_core.__version__}"
        changed = _git("status", "--porcelain", "--untracked-files=no")
    except (OSError, ValueError, subprocess.SubprocessError):  # no git here, or no checkout
        return f"version {synverify_core.__version__}"
    return f"{commit}-dirty" if changed else commit


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(PROJECT), *arguments],
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    return done.stdout.strip()


def check_device(device: str) -> str:
    """Refuse a device that is none of auto, cpu, cuda."""
    if device not in DEVICES:
        raise InputError(f"device = {device!r} is unknown; it must be one of {', '.join(DEVICES)}")
    return device


def resolve_device(device: str) -> str:
    """Return "cuda" or "cpu"; loads torch where a GPU driver is present, so never in a page.

    Raises
    ------
    InputError
        If cuda is asked for and there is none, or the name is unknown.
    """
    if check_device(device) == "cpu":
        return "cpu"
    if _cuda_works():
        return "cuda"
    if device == "cuda":
        raise InputError("device = 'cuda' is not available here (see doctor); use cpu or auto")
    return "cpu"


@cache
def gpu_here() -> bool:
    """Whether the driver finds a GPU; asked without torch, which takes seconds to import."""
    library = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"
    try:
        driver = ctypes.CDLL(library)
        count = ctypes.c_int(0)
        failed = driver.cuInit(0) or driver.cuDeviceGetCount(ctypes.byref(count))
    except (OSError, AttributeError):
        return False
    return not failed and count.value > 0


def _cuda_works() -> bool:
    if not gpu_here():
        return False
    import torch

    return bool(torch.cuda.is_available())


def device_name(device: str) -> str:
    """Return kind and model, e.g. "cuda (NVIDIA H100 80GB HBM3)"."""
    if device == "cuda":
        import torch

        return f"cuda ({torch.cuda.get_device_name(0)})"
    return f"{device} ({cpu_name()})"


def cpu_name() -> str:
    """Model of the processor as the system names it."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:  # not Linux
        return platform.processor() or platform.machine()
    return platform.machine()


def run_command(experiment: type[AnyExperiment], config: Config, device: str = "auto") -> str:
    """Return the command line that gives the same rows."""
    words = ["python", "-m", "synverify_core", "run", experiment.name]
    for field, value in changed_fields(config).items():
        text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
        words += ["--set", f"{field}={text}"]
    if device != "auto":
        words += ["--device", device]
    return shlex.join(words)
